"""Time, the watchdog and why the chip was reset."""

import gc
from time import sleep_ms, ticks_diff, ticks_ms

import machine
from machine import WDT
from pump import hal

_WATCHDOG_MAX_MS = 8388  # what the port promises; this chip's would take more
_A_DAY_MS = 86_400_000

# A collection a second: steady running makes no garbage, commands make some (own).
_COLLECT_TICKS = 20
_FIRST_PAUSE_MS = 25  # until one was measured (own)


class Esp32Clock:
    """``ticks_ms`` of the image wraps at 2**30 as the port asks for."""

    def __init__(self, panel, drive):
        self._panel = panel
        self._drive = drive
        self._watchdog = None
        self._to_collection = 0
        self._pause_ms = _FIRST_PAUSE_MS

    def ticks_ms(self):
        return ticks_ms()

    def idle_until(self, deadline_ms):
        """Blink, start the lease that waits, collect if there is time for it, sleep."""
        self._panel.step(ticks_ms())
        drive = self._drive
        next_ms = drive.next_ms()
        while 0 <= next_ms < self._left_ms(deadline_ms):
            sleep_ms(next_ms)
            drive.follow()
            next_ms = drive.next_ms()
        self._to_collection -= 1
        if self._to_collection <= 0 and self._left_ms(deadline_ms) > self._pause_ms:
            self._to_collection = _COLLECT_TICKS
            began = ticks_ms()
            gc.collect()
            self._pause_ms = ticks_diff(ticks_ms(), began) + 2
        left = self._left_ms(deadline_ms)
        if left > 0:
            sleep_ms(left)

    def _left_ms(self, deadline_ms):
        return ticks_diff(deadline_ms, ticks_ms())

    def watchdog(self, timeout_ms):
        if 1 <= timeout_ms <= _WATCHDOG_MAX_MS:
            self._watchdog = WDT(timeout=timeout_ms)

    def feed(self):
        if self._watchdog is not None:
            self._watchdog.feed()

    def stop_watchdog(self):
        """For the way out to the REPL only, the driver being cut: it would end a file copy.

        This chip's cannot be stopped, only told to wait.
        """
        if self._watchdog is not None:
            WDT(timeout=_A_DAY_MS)
            self._watchdog = None

    def reset_cause(self):
        """A crash of the image and ``machine.reset()`` look alike here: taken for the worse."""
        cause = machine.reset_cause()
        if cause == machine.PWRON_RESET:
            return hal.RESET_POWER_ON
        if cause == machine.SOFT_RESET:
            return hal.RESET_SOFT
        return hal.RESET_WATCHDOG
