"""Is a sensor believable? Not at a rail, silent or stuck at one code (never read as zero)."""

# A 12-bit converter never settles within 20 codes of a rail on a sensor that works.
RAIL_CODES = 20
FULL_SCALE = 4095
# Two conversions in a row at a rail: one may be a spike.
RAIL_TICKS = 2
# 2 s at 20 ticks/s without one change: a working input has noise of a code at least.
STUCK_TICKS = 40


class Health:
    """Watches one analogue channel. Attributes: ``at_rail``, ``stuck``, ``code`` (last)."""

    def __init__(self, rail_alarm, stuck_alarm):
        self.rail_alarm = rail_alarm
        self.stuck_alarm = stuck_alarm
        self.code = 0
        self._same_ticks = 0
        self._rail_ticks = 0
        self.at_rail = False
        self.stuck = False

    def check(self, code):
        """Take one code (negative: no answer); True when it is not to be believed."""
        if code == self.code:
            if self._same_ticks < STUCK_TICKS:
                self._same_ticks += 1
            self.stuck = self._same_ticks >= STUCK_TICKS
        else:
            self._same_ticks = 0
            self.stuck = False
        self.code = code
        if code < RAIL_CODES or code > FULL_SCALE - RAIL_CODES:
            if self._rail_ticks < RAIL_TICKS:
                self._rail_ticks += 1
            self.at_rail = self._rail_ticks >= RAIL_TICKS
        else:
            self._rail_ticks = 0
            self.at_rail = False
        return self.at_rail or self.stuck
