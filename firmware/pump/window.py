"""Forward steps of the last minutes of powered time, in one-minute buckets (C2).

Integer-only and pure. A step stays counted for at least the whole window: the minute that it fell
in must lie entirely outside before it is forgotten, so the error is always to the safe side.
"""

from array import array

from pump.scale import TICKS_PER_MINUTE

MINUTES_MAX = 1440  # 24 h
_BUCKETS = MINUTES_MAX + 1  # the minute in progress and as many whole ones as the longest window


def held_ticks(minutes):
    """Ticks that a window of so many minutes holds at most: it forgets by whole minutes."""
    return (minutes + 1) * TICKS_PER_MINUTE


class Window:
    """Ring of one-minute buckets. Attributes: ``minute`` (powered minutes), ``used_steps``."""

    def __init__(self):
        self._buckets = array("i", [0] * _BUCKETS)
        self._minutes = MINUTES_MAX
        self.minute = 0
        self.used_steps = 0

    def load(self, minutes, minute, pairs):
        """Start at a powered minute with a window length (60..1440 min) and (minute, steps) pairs.

        ``pairs`` is a flat array, oldest first; what is older than the window is left out, what
        claims to be from the future counts as now.
        """
        for index in range(_BUCKETS):
            self._buckets[index] = 0
        self._minutes = minutes
        self.minute = minute
        self.used_steps = 0
        for index in range(0, len(pairs), 2):
            age = minute - pairs[index]
            if age < 0:
                age = 0
            if age <= minutes:
                self._buckets[(minute - age) % _BUCKETS] += pairs[index + 1]
                self.used_steps += pairs[index + 1]

    def advance(self):
        """One more powered minute has begun; return the steps that left the window."""
        before = self.used_steps
        self._forget(self.minute - self._minutes)
        self.minute += 1
        self._buckets[self.minute % _BUCKETS] = 0
        return before - self.used_steps

    def add(self, steps):
        """Count forward steps in the minute in progress."""
        self._buckets[self.minute % _BUCKETS] += steps
        self.used_steps += steps

    def refund(self, steps):
        """Take back steps not done, at most those of the minute in progress; return how many."""
        index = self.minute % _BUCKETS
        if steps > self._buckets[index]:
            steps = self._buckets[index]
        self._buckets[index] -= steps
        self.used_steps -= steps
        return steps

    def _forget(self, minute):
        index = minute % _BUCKETS
        self.used_steps -= self._buckets[index]
        self._buckets[index] = 0
