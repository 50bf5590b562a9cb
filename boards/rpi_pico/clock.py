"""Time, the watchdog and why the chip was reset."""

import gc
from time import sleep_ms, ticks_diff, ticks_ms

from machine import WDT, mem32
from pump import hal

WATCHDOG_MAX_MS = 8388  # RP2040 datasheet 4.7: 24 bits, counted twice a microsecond

# RP2040 datasheet 4.7: why the last reset of the chip was, and words that survive a watchdog's.
_REASON = 0x40058008
_REASON_TIMER = 1
_REASON_FORCED = 2
_SCRATCH0 = 0x4005800C
_STARTED = 0x0B3EC  # in SCRATCH0 once this firmware ran since power-on
_CONTROL_CLEAR = 0x4005B000  # CTRL, write ones to clear
_CONTROL_ENABLE = 30

# Steady running makes no garbage; what commands make in so many ticks is a budget of `make bench`.
_COLLECT_TICKS = 100
_FIRST_PAUSE_MS = 25  # until one was measured (own)


class PicoClock:
    """``ticks_ms`` of the chip wraps at 2**30 as the port asks for."""

    def __init__(self, panel):
        self._panel = panel
        self._watchdog = None
        self._to_collection = 0
        self._pause_ms = _FIRST_PAUSE_MS
        self._cause = _cause()
        mem32[_SCRATCH0] = _STARTED

    def ticks_ms(self):
        return ticks_ms()

    def idle_until(self, deadline_ms):
        """Blink, collect if there is time for it, sleep."""
        self._panel.step(ticks_ms())
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
        if 1 <= timeout_ms <= WATCHDOG_MAX_MS:
            self._watchdog = WDT(timeout=timeout_ms)

    def feed(self):
        if self._watchdog is not None:
            self._watchdog.feed()

    def stop_watchdog(self):
        """For the way out to the REPL only, the driver being cut: it would end a file copy."""
        self._watchdog = None
        mem32[_CONTROL_CLEAR] = 1 << _CONTROL_ENABLE

    def reset_cause(self):
        return self._cause


def _cause():
    """A soft reset after a watchdog's still reads as a watchdog's: the chip keeps the reason."""
    reason = mem32[_REASON]
    if reason & _REASON_TIMER:
        return hal.RESET_WATCHDOG
    if reason & _REASON_FORCED or mem32[_SCRATCH0] == _STARTED:
        return hal.RESET_SOFT
    return hal.RESET_POWER_ON
