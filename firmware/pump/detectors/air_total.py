"""Air that passed in the last 15 min of powered time, summed over bubbles (IEC 51.104, AL).

A bubble counts once it has reached 50 uL, then whole and while it still grows, so that this trips
before it ends. Minutes are buckets: what fell into one is forgotten only when all of it is older
than 15 min. The sum does not outlive a restart.
"""

from array import array

from pump import codes, scale

WINDOW_MINUTES = 15
BUBBLE_MIN_NL = 50_000
_BUCKETS = WINDOW_MINUTES + 1  # the minute in progress and fifteen whole ones


class AirTotal:
    """Sums what an ``AirBubble`` counts. Attribute: ``limit`` (nL); more than that trips."""

    alarm = codes.ALARM_AIR_TOTAL

    def __init__(self, bubble):
        self._bubble = bubble
        self._buckets = array("i", [0] * _BUCKETS)
        self._at = 0
        self._total_steps = 0
        self._counted_steps = 0  # of the bubble that is passing
        self._min_steps = 1
        self._limit_steps = 0
        self._pl_per_step = 0
        self.limit = 0

    def configure(self, total_nl, pl_per_step):
        """Take the limit in nL and the calibration in pL/step (0: no allotment, nothing moves).

        Another calibration begins a new sum: it comes with another allotment.
        """
        self.limit = total_nl
        if pl_per_step != self._pl_per_step:
            for index in range(_BUCKETS):
                self._buckets[index] = 0
            self._total_steps = 0
        self._pl_per_step = pl_per_step
        if pl_per_step > 0:
            self._min_steps = -(-BUBBLE_MIN_NL * scale.PL_PER_NL // pl_per_step)
            self._limit_steps = total_nl * scale.PL_PER_NL // pl_per_step

    def minute(self):
        """One more powered minute has begun."""
        self._at = (self._at + 1) % _BUCKETS
        self._total_steps -= self._buckets[self._at]
        self._buckets[self._at] = 0

    def disregard(self):
        """Leave out what the bubble at the detector has so far: it was primed out."""
        self._counted_steps = self._bubble.steps

    def check(self, reading):
        """True while more air than the limit is in the window; after ``AirBubble.check``."""
        steps = self._bubble.steps
        if steps < self._counted_steps:
            self._counted_steps = 0  # another bubble
        if steps >= self._min_steps and self._bubble.dry:
            more = steps - self._counted_steps
            self._counted_steps = steps
            self._buckets[self._at] += more
            self._total_steps += more
        return self._total_steps > self._limit_steps

    def value(self):
        """Air in the window in nL."""
        return scale.nl_from_steps(self._total_steps, self._pl_per_step)
