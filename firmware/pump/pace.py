"""How often something was done lately: at most so many times in so long (own)."""

from array import array

KEPT = 13  # twelve, and one that was under way as the period began


class Pace:
    """The last 13 moments in ticks, with a figure each; no limit on them may be above 12."""

    def __init__(self):
        self._tick = array("i", [0] * KEPT)
        self._figure = array("i", [0] * KEPT)
        self._next = 0
        self._count = 0

    def note(self, tick, figure=0):
        """It was done now."""
        self._tick[self._next] = tick
        self._figure[self._next] = figure
        self._next = (self._next + 1) % KEPT
        if self._count < KEPT:
            self._count += 1

    def count(self, after_tick):
        """How many were done later than a tick."""
        done = 0
        for index in range(self._count):
            if self._tick[index] > after_tick:
                done += 1
        return done

    def total(self, after_tick):
        """Sum of the figures of those."""
        total = 0
        for index in range(self._count):
            if self._tick[index] > after_tick:
                total += self._figure[index]
        return total

    def wait(self, tick, period_ticks, most):
        """Ticks until one more is within ``most`` (0..12) in a period; -1: never."""
        if most == 0:
            return -1
        done = self.count(tick - period_ticks)
        if done < most:
            return 0
        # The one whose leaving makes room; they lie in the order in which they were done.
        leaving = self._tick[(self._next - most) % KEPT]
        return leaving + period_ticks - tick
