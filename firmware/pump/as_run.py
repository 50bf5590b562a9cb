"""The program as it was run: each stretch at its own rate, with the tick in which it began.

Of what is repeated the first pass is written out, and each that was altered and the one after it;
where passes are as the one before was, one entry says so, however many they are. Reading goes:
from a stretch by repeat on, its segment and those after it ran again as they did since the latest
stretch of that segment, pass after pass, until the next entry begins.
"""

from array import array

KEPT = 128  # entries

BY_PROGRAM = 0
BY_TITRATION = 1
BY_HOLD = 2
BY_KEEP_OPEN = 3
RAMP_END = 4  # where the ramp before it was to end, if nothing came between, and with what rate
BY_REPEAT = 5

_UNALTERED = -1


class AsRun:
    """The first 128 entries of a run. Attributes: ``count`` (all there were), ``kept``.

    ``ticks``: how many were run, once another program was loaded. ``first_record``: the first one
    of the journal that can be of this run.
    """

    def __init__(self):
        self._segment = bytearray(KEPT)
        self._by = bytearray(KEPT)
        self._tick = array("i", [0] * KEPT)
        self._rate_nl_h = array("i", [0] * KEPT)
        self.first_record = 0
        self.clear()

    def clear(self):
        """A new run begins."""
        self.count = 0
        self.kept = 0
        self.ticks = 0
        self._altered = _UNALTERED  # the latest segment of this pass that was not run as loaded
        self._again = False  # the entry that passes are as the one before still holds

    def enter(self, segments, place, tick):
        """A segment begins, as it was loaded."""
        index = place.index
        if place.again:
            unaltered = self._altered < index
            self._altered = _UNALTERED
            if unaltered and not self._again:
                self._again = True
                self.note(index, tick, segments.rate_nl_h[index], BY_REPEAT)
                return
            self._again = unaltered
        elif place.repetition == 0:
            self._again = False
        if self._again and self._altered == _UNALTERED:
            return
        rate = segments.rate_nl_h[index]
        end_rate = segments.end_rate_nl_h[index]
        self.note(index, tick, rate, BY_PROGRAM)
        if rate != end_rate:
            self.note(index, tick + segments.ticks[index], end_rate, RAMP_END)

    def alter(self, segment, tick, rate_nl_h, by):
        """From this tick of the program on another rate than was loaded, for that reason."""
        self._altered = segment
        self.note(segment, tick, rate_nl_h, by)

    def note(self, segment, tick, rate_nl_h, by):
        """One entry: from this tick of the program on, that segment, that rate, that reason."""
        self.count += 1
        if self.kept < KEPT:
            index = self.kept
            self._segment[index] = segment
            self._tick[index] = tick
            self._rate_nl_h[index] = rate_nl_h
            self._by[index] = by
            self.kept = index + 1

    def write(self, index, reply):
        """One entry as pairs; ``index`` is below ``kept``."""
        reply.pair(b"seg=", self._segment[index])
        reply.pair(b" tick=", self._tick[index])
        reply.pair(b" nl_h=", self._rate_nl_h[index])
        reply.pair(b" by=", self._by[index])
