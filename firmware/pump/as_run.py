"""The program as it was run: each stretch at its own rate, with the tick in which it began."""

from array import array

KEPT = 128  # stretches

BY_PROGRAM = 0
BY_TITRATION = 1
BY_HOLD = 2
BY_KEEP_OPEN = 3


class AsRun:
    """The first 128 stretches of a run. Attributes: ``count`` (all there were), ``kept``."""

    def __init__(self):
        self._segment = bytearray(KEPT)
        self._by = bytearray(KEPT)
        self._tick = array("i", [0] * KEPT)
        self._rate_nl_h = array("i", [0] * KEPT)
        self.clear()

    def clear(self):
        """A new run begins."""
        self.count = 0
        self.kept = 0

    def note(self, segment, tick, rate_nl_h, by):
        """From this tick of the program on: that segment, that rate, for that reason (BY_*)."""
        self.count += 1
        if self.kept < KEPT:
            index = self.kept
            self._segment[index] = segment
            self._tick[index] = tick
            self._rate_nl_h[index] = rate_nl_h
            self._by[index] = by
            self.kept = index + 1

    def write(self, index, reply):
        """One stretch as pairs; ``index`` is below ``kept``."""
        reply.text(b"seg=")
        reply.number(self._segment[index])
        reply.text(b" tick=")
        reply.number(self._tick[index])
        reply.text(b" nl_h=")
        reply.number(self._rate_nl_h[index])
        reply.text(b" by=")
        reply.number(self._by[index])
