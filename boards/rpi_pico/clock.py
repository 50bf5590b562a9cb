"""Why the chip was reset, and the watchdog's end."""

from idle_clock import IdleClock
from machine import mem32
from pump import hal

# RP2040 datasheet 4.7: why the last reset of the chip was, and words that survive a watchdog's.
_REASON = 0x40058008
_REASON_TIMER = 1
_SCRATCH0 = 0x4005800C
# In SCRATCH0. It and the reason last until the next power-on or hardware reset: a bite that was
# told is told apart from a new one by the mark, and a soft reset from power-on as well.
_STARTED = 0x0B3EC  # this firmware has started, and taken notice of the reason
_GUARDED = 0x0B17E  # and its watchdog runs
_CONTROL_CLEAR = 0x4005B000  # CTRL, write ones to clear
_CONTROL_ENABLE = 30


class PicoClock(IdleClock):
    """With what this chip keeps of its resets."""

    def __init__(self, panel):
        IdleClock.__init__(self, panel)
        self._cause = _cause(mem32[_REASON], mem32[_SCRATCH0])
        self.stop_watchdog()  # a soft reset leaves it running

    def watchdog(self, timeout_ms):
        mem32[_SCRATCH0] = _GUARDED  # first: a bite without it would be taken for an old one
        IdleClock.watchdog(self, timeout_ms)

    def stop_watchdog(self):
        """For a start and the way out to the REPL, where it would end a file copy. Driver cut."""
        self._watchdog = None
        mem32[_CONTROL_CLEAR] = 1 << _CONTROL_ENABLE
        mem32[_SCRATCH0] = _STARTED

    def reset_cause(self):
        return self._cause


def _cause(reason, mark):
    """Of what the chip says and what was left in the scratch register; anything odd is a bite."""
    if reason & _REASON_TIMER and mark != _STARTED:
        return hal.RESET_WATCHDOG
    if reason or mark == _STARTED or mark == _GUARDED:
        return hal.RESET_SOFT
    return hal.RESET_POWER_ON
