"""Why the chip was reset, and the watchdog's end."""

from idle_clock import IdleClock
from machine import mem32
from pump import hal

# RP2040 datasheet 4.7: why the last reset of the chip was, and words that survive a watchdog's.
_REASON = 0x40058008
_REASON_TIMER = 1
_REASON_FORCED = 2
_SCRATCH0 = 0x4005800C
_STARTED = 0x0B3EC  # in SCRATCH0 once this firmware ran since power-on
_CONTROL_CLEAR = 0x4005B000  # CTRL, write ones to clear
_CONTROL_ENABLE = 30


class PicoClock(IdleClock):
    """With what this chip keeps of its resets."""

    def __init__(self, panel):
        IdleClock.__init__(self, panel)
        self._cause = _cause()
        mem32[_SCRATCH0] = _STARTED

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
