"""A single bubble in the line: steps displaced since the detector was last wet (IEC 51.104).

Counted in steps of the frozen calibration from the last wet reading: trips before a bubble ends.
"""

from pump import codes, scale


class AirBubble:
    """Attributes: ``dry`` (as last seen), ``steps`` (of the bubble so far), ``limit`` (nL)."""

    alarm = codes.ALARM_AIR_BUBBLE

    def __init__(self, wet_below_code, dry_above_code):
        self._wet_below_code = wet_below_code
        self._dry_above_code = dry_above_code
        self._pl_per_step = 1
        self._limit_steps = 0
        self.steps = 0
        self.dry = False
        self.limit = 0

    def configure(self, bubble_nl, pl_per_step):
        """Take the limit in nL and the allotment's calibration in pL/step (0: none in force)."""
        self.limit = bubble_nl
        self._pl_per_step = pl_per_step
        self._limit_steps = 0
        if pl_per_step > 0:  # rounded up: exactly the limit trips, less does not
            self._limit_steps = -(-bubble_nl * scale.PL_PER_NL // pl_per_step)

    def restart(self):
        """Begin a new count: a bubble that was acknowledged is not counted twice."""
        self.steps = 0

    def pass_over(self, reading):
        """A tick whose code says nothing: what is displaced counts if it turns out to be air."""
        self.steps += reading.stepped

    def check(self, reading):
        """True while the air at the detector has reached the limit."""
        code = reading.air_code
        if code < 0:
            return False
        self.steps += reading.stepped
        if code < self._wet_below_code:
            self.dry = False
            self.steps = 0
        elif code > self._dry_above_code:
            self.dry = True
        elif not self.dry:
            self.steps = 0  # between the thresholds nothing changes: hysteresis
        return self.dry and self._limit_steps > 0 and self.steps >= self._limit_steps

    def value(self):
        """Air counted so far in nL."""
        return scale.nl_from_steps(self.steps, self._pl_per_step)
