"""What runs while the firmware sleeps, the watchdog's end, and why the chip was reset."""

from time import sleep_ms

import machine
from idle_clock import IdleClock
from pump import hal

_A_DAY_MS = 86_400_000


class Esp32Clock(IdleClock):
    """With a drive whose waiting leases are started while there is nothing else to do."""

    def __init__(self, panel, drive):
        IdleClock.__init__(self, panel)
        self._drive = drive

    def idle_until(self, deadline_ms):
        """Start the lease that waits, then as on every board."""
        drive = self._drive
        next_ms = drive.next_ms()
        while 0 <= next_ms < self.left_ms(deadline_ms):
            sleep_ms(next_ms)
            drive.follow()
            next_ms = drive.next_ms()
        IdleClock.idle_until(self, deadline_ms)

    def stop_watchdog(self):
        """For the way out to the REPL only, the driver being cut: it would end a file copy.

        This chip's cannot be stopped, only told to wait.
        """
        if self._watchdog is not None:
            machine.WDT(timeout=_A_DAY_MS)
            self._watchdog = None

    def reset_cause(self):
        """A crash of the image and ``machine.reset()`` look alike here: taken for the worse."""
        cause = machine.reset_cause()
        if cause == machine.PWRON_RESET:
            return hal.RESET_POWER_ON
        if cause == machine.SOFT_RESET:
            return hal.RESET_SOFT
        return hal.RESET_WATCHDOG
