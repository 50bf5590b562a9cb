"""Forward steps of the last 24 powered hours, condensed so that they fit into one page.

Buckets of 32 minutes on the ledger's own minutes, each dated at its latest minute (or now): a step
is held for up to 31 minutes longer, never shorter, and condensing again moves nothing.
"""

from array import array

from pump.scale import STEPS_MAX, clipped
from pump.seal import get, put

BUCKET_MINUTES = 32
BUCKETS = 46  # 45 whole ones are 24 h, and one in progress
BYTES = BUCKETS * 4


class History:
    """Attribute ``minute``: the latest powered minute that was counted."""

    def __init__(self):
        self._steps = array("i", [0] * BUCKETS)
        self.minute = 0

    def clear(self, minute):
        """Forget everything; now is ``minute``."""
        for index in range(BUCKETS):
            self._steps[index] = 0
        self.minute = minute

    def add(self, minute, steps):
        """Count steps (>= 0) at a minute; one before ``self.minute`` counts as that."""
        self._advance(minute)
        index = self.minute // BUCKET_MINUTES % BUCKETS
        room = STEPS_MAX - self._steps[index]
        self._steps[index] += steps if steps < room else room

    def refund(self, steps):
        """Take back steps that were counted and not done, the latest first."""
        bucket = self.minute // BUCKET_MINUTES
        for age in range(BUCKETS):
            index = (bucket - age) % BUCKETS
            part = self._steps[index]
            if part > steps:
                part = steps
            self._steps[index] -= part
            steps -= part

    def convert(self, pl_per_step, new_pl_per_step):
        """Express every bucket in steps of another size, rounding up."""
        for index in range(BUCKETS):
            volume_pl = self._steps[index] * pl_per_step
            steps = (volume_pl + new_pl_per_step - 1) // new_pl_per_step
            self._steps[index] = clipped(steps)

    def pairs(self):
        """Return ``array('i')`` of (minute, steps), oldest first."""
        found = array("i")
        newest = self.minute // BUCKET_MINUTES
        for bucket in range(newest - BUCKETS + 1, newest + 1):
            steps = self._steps[bucket % BUCKETS]
            if steps:
                latest = bucket * BUCKET_MINUTES + BUCKET_MINUTES - 1
                found.append(latest if latest < self.minute else self.minute)
                found.append(steps)
        return found

    def store(self, page, at):
        """Put the buckets into ``BYTES`` bytes of a page."""
        for index in range(BUCKETS):
            put(page, at + 4 * index, 4, self._steps[index])

    def load(self, page, at, minute):
        """Take the buckets from an intact page that was written at ``minute``."""
        self.minute = minute
        for index in range(BUCKETS):
            self._steps[index] = get(page, at + 4 * index, 4)

    def _advance(self, minute):
        if minute <= self.minute:
            return
        bucket = self.minute // BUCKET_MINUTES
        newest = minute // BUCKET_MINUTES
        if newest - bucket > BUCKETS:
            bucket = newest - BUCKETS
        while bucket < newest:
            bucket += 1
            self._steps[bucket % BUCKETS] = 0
        self.minute = minute
