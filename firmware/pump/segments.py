"""The segments of a program as they were loaded, and what can be said of them in nL/h and ticks.

A segment of kind REPEAT has the segments before it, back to its first, run so many times in all.
"""

from array import array

from pump import codes
from pump.crc import crc16
from pump.scale import TICKS_PER_HOUR, TICKS_PER_MINUTE

SEGMENTS_MAX = 64
TIMES_MAX = 10_000  # of a repeat (own): every two minutes for 14 days
DURATION_MAX_TICKS = 24_192_000  # 14 days
# Volumes are summed in nL/h x ticks, doubled so that a ramp's mean rate needs no halving.
DOUBLED_TICKS_PER_HOUR = 2 * TICKS_PER_HOUR


class Segments:
    """Up to 64 segments; ``count``, ``peak_nl_h``, ``largest_bolus_nl`` and ``duration_ticks``
    describe all of them.

    Of each: ``kind``, ``rate_nl_h`` at its start, ``end_rate_nl_h``, ``ticks`` (of a repeat: how
    many segments back it begins).
    """

    def __init__(self, segments_max):
        self.most = segments_max
        self.kind = bytearray(segments_max)
        self.rate_nl_h = array("i", [0] * segments_max)
        self.end_rate_nl_h = array("i", [0] * segments_max)
        self._volume_nl = array("i", [0] * segments_max)
        self.ticks = array("i", [0] * segments_max)
        self.clear()

    def clear(self):
        """Forget everything."""
        self.count = 0
        self.peak_nl_h = 0
        self.largest_bolus_nl = 0
        self.duration_ticks = 0

    def add(self, kind, rate_nl_h, end_rate_nl_h, volume_nl, duration_ticks):
        """Append a segment; return an error code (0: taken). Ranges were checked by the link."""
        if self.count >= self.most:
            return codes.ERROR_SEGMENT_INVALID
        more_ticks = duration_ticks
        if kind == codes.SEGMENT_HOLD:
            fits = rate_nl_h == 0 and end_rate_nl_h == 0 and volume_nl == 0 and duration_ticks > 0
        elif kind == codes.SEGMENT_REPEAT:
            fits = rate_nl_h == 0 and end_rate_nl_h == 0 and 0 < volume_nl <= TIMES_MAX
            if fits and not 0 < duration_ticks <= self.reach():
                return codes.ERROR_REPEAT
            more_ticks = (volume_nl - 1) * self._ticks_from(self.count - duration_ticks)
        elif kind == codes.SEGMENT_BOLUS:
            fits = rate_nl_h > 0 and end_rate_nl_h == rate_nl_h and duration_ticks == 0
            fits = fits and volume_nl > 0
        elif kind == codes.SEGMENT_RAMP:
            fits = rate_nl_h != end_rate_nl_h and volume_nl == 0 and duration_ticks > 0
        else:
            fits = rate_nl_h > 0 and end_rate_nl_h == rate_nl_h and volume_nl == 0
            fits = fits and duration_ticks > 0
        if fits and kind == codes.SEGMENT_BOLUS:
            duration_ticks = -(-volume_nl * TICKS_PER_HOUR // rate_nl_h)
            more_ticks = duration_ticks
        if not fits or more_ticks > DURATION_MAX_TICKS - self.duration_ticks:
            return codes.ERROR_SEGMENT_INVALID
        index = self.count
        self.kind[index] = kind
        self.rate_nl_h[index] = rate_nl_h
        self.end_rate_nl_h[index] = end_rate_nl_h
        self._volume_nl[index] = volume_nl
        self.ticks[index] = duration_ticks
        self.count = index + 1
        self.duration_ticks += more_ticks
        if rate_nl_h > self.peak_nl_h:
            self.peak_nl_h = rate_nl_h
        if end_rate_nl_h > self.peak_nl_h:
            self.peak_nl_h = end_rate_nl_h
        if kind == codes.SEGMENT_BOLUS and volume_nl > self.largest_bolus_nl:
            self.largest_bolus_nl = volume_nl
        return 0

    def fingerprint(self):
        """CRC-16 over everything that was loaded."""
        check = 0xFFFF
        for index in range(self.count):
            check = fold(check, self.kind[index])
            check = fold(check, self.rate_nl_h[index])
            check = fold(check, self.end_rate_nl_h[index])
            check = fold(check, self._volume_nl[index])
            check = fold(check, self.ticks[index])
        return check

    def doubled_volume(self, index):
        """Volume of one pass through a segment, in doubled nL/h x ticks; of a repeat none."""
        if self.kind[index] == codes.SEGMENT_BOLUS:
            return self._volume_nl[index] * DOUBLED_TICKS_PER_HOUR
        return (self.rate_nl_h[index] + self.end_rate_nl_h[index]) * self.ticks[index]

    # -- repeats --------------------------------------------------------------------------------

    def reach(self):
        """How many of the segments so far a repeat could begin with: none is repeated twice."""
        first = self.count
        while first and not self.repeats(first - 1):
            first -= 1
        return self.count - first

    def repeats(self, index):
        """Whether it is a repeat."""
        return self.kind[index] == codes.SEGMENT_REPEAT

    def times(self, repeat):
        """How many times in all a repeat has its segments run."""
        return self._volume_nl[repeat]

    def first_of(self, repeat):
        """The first segment of what it repeats."""
        return repeat - self.ticks[repeat]

    def pass_ticks(self, repeat):
        """Ticks of one pass through what it repeats."""
        return sum(self.ticks[self.first_of(repeat) : repeat])

    def repeat_of(self, index):
        """The repeat that a segment belongs to; -1: to none."""
        for repeat in range(index + 1, self.count):
            if self.repeats(repeat):
                return repeat if self.first_of(repeat) <= index else -1
        return -1

    def _ticks_from(self, first):
        return sum(self.ticks[first : self.count])

    # -- rates ----------------------------------------------------------------------------------

    def steeper_than(self, slope_nl_h_min):
        """Whether a ramp, up or down, changes faster than that, in nL/h per minute."""
        for index in range(self.count):
            change = self.end_rate_nl_h[index] - self.rate_nl_h[index]
            change = -change if change < 0 else change
            if change * TICKS_PER_MINUTE > slope_nl_h_min * self.ticks[index]:
                return True
        return False

    def slowest_nl_h(self):
        """The lowest rate above zero that any segment starts or ends with, in nL/h."""
        slowest = self.peak_nl_h
        for index in range(self.count):
            for rate in (self.rate_nl_h[index], self.end_rate_nl_h[index]):
                if 0 < rate < slowest:
                    slowest = rate
        return slowest

    def lowest_after_nl_h(self, place, lowest):
        """The lowest of a rate and of those that follow a place, zero included."""
        first = place.index + 1
        repeat = self.repeat_of(place.index)
        if repeat >= 0 and place.repetition + 1 < self.times(repeat):
            first = self.first_of(repeat)
        for index in range(first, self.count):
            if not self.repeats(index):
                for rate in (self.rate_nl_h[index], self.end_rate_nl_h[index]):
                    lowest = rate if rate < lowest else lowest
        return lowest

    def peak_after_nl_h(self, place, ticks):
        """The highest rate in the ticks that follow a place's segment; never too low."""
        peak = 0
        index = place.index + 1
        done = place.repetition + 1
        while index < self.count and ticks > 0:
            if self.repeats(index):
                passes = self.times(index) - done
                if passes:  # what of them was not looked at comes now, before what follows them
                    for again in range(self.first_of(index), index):
                        peak = self._higher(again, peak)
                    ticks -= passes * self.pass_ticks(index)
                done = 1
            else:
                peak = self._higher(index, peak)
                ticks -= self.ticks[index]
            index += 1
        return peak

    def _higher(self, index, peak):
        for rate in (self.rate_nl_h[index], self.end_rate_nl_h[index]):
            peak = rate if rate > peak else peak
        return peak


_packed = bytearray(4)


def fold(check, value):
    """CRC-16 continued over a number as four bytes, lowest first."""
    for index in range(4):
        _packed[index] = (value >> (8 * index)) & 0xFF
    return crc16(_packed, 0, 4, check)
