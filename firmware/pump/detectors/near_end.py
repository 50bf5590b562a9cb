"""Near end of infusion: the program has no more than the time set left (IEC 51.110, GIP 1.5.2).

Looked at once a second and computed anew each time, so whatever changes the program changes it.
A program that is no longer than that time says nothing by it and does not signal.
"""

from pump import codes
from pump.program import RUNNING
from pump.scale import TICK_MS

_TICKS_PER_MINUTE = 60_000 // TICK_MS


class NearEnd:
    """Attribute: ``limit`` (ticks, 0: disabled)."""

    alarm = codes.ALARM_NEAR_END

    def __init__(self, program):
        self._program = program
        self._left_ticks = 0
        self.limit = 0

    def configure(self, minutes):
        """Take the time (0..60 min)."""
        self.limit = minutes * _TICKS_PER_MINUTE

    def check(self, infusing):
        """True while the end is near."""
        program = self._program
        if not infusing or program.phase != RUNNING or program.duration_ticks <= self.limit:
            return False
        self._left_ticks = program.left_ticks()
        return self._left_ticks <= self.limit

    def value(self):
        """Ticks that were left."""
        return self._left_ticks
