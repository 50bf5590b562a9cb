"""The segments of a program as they were loaded, and what they come to in steps.

A segment becomes N steps in T ticks. Borders are rounded from the cumulative volume, so that
rounding does not add up. Used while stopped, but for what is looked up when a segment begins.
"""

from array import array

from pump import codes
from pump.crc import crc16
from pump.scale import PL_PER_NL, STEPS_MAX, TICKS_PER_HOUR

SEGMENTS_MAX = 64
DURATION_MAX_TICKS = 24_192_000  # 14 days
# Volumes are summed in nL/h x ticks, doubled so that a ramp's mean rate needs no halving.
DOUBLED_TICKS_PER_HOUR = 2 * TICKS_PER_HOUR


class Segments:
    """Up to 64 segments; ``count``, ``peak_nl_h``, ``largest_bolus_nl`` and ``duration_ticks``
    describe all of them.

    Of each: ``kind``, ``rate_nl_h`` at its start, ``end_rate_nl_h``, ``ticks``; once compiled its
    ``steps``, and ``start_steps``: how many it would give at the rate of its start.
    """

    def __init__(self, segments_max):
        self._most = segments_max
        self.kind = bytearray(segments_max)
        self.rate_nl_h = array("i", [0] * segments_max)
        self.end_rate_nl_h = array("i", [0] * segments_max)
        self._volume_nl = array("i", [0] * segments_max)
        self.ticks = array("i", [0] * segments_max)
        self.steps = array("i", [0] * segments_max)
        self.start_steps = array("i", [0] * segments_max)
        self.clear()

    def clear(self):
        """Forget everything."""
        self.count = 0
        self.peak_nl_h = 0
        self.largest_bolus_nl = 0
        self.duration_ticks = 0

    def add(self, kind, rate_nl_h, end_rate_nl_h, volume_nl, duration_ticks):
        """Append a segment; return an error code (0: taken). Ranges were checked by the link."""
        if self.count >= self._most:
            return codes.ERROR_SEGMENT_INVALID
        if kind == codes.SEGMENT_HOLD:
            fits = rate_nl_h == 0 and end_rate_nl_h == 0 and volume_nl == 0 and duration_ticks > 0
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
            fits = duration_ticks <= DURATION_MAX_TICKS
        if not fits or self.duration_ticks + duration_ticks > DURATION_MAX_TICKS:
            return codes.ERROR_SEGMENT_INVALID
        index = self.count
        self.kind[index] = kind
        self.rate_nl_h[index] = rate_nl_h
        self.end_rate_nl_h[index] = end_rate_nl_h
        self._volume_nl[index] = volume_nl
        self.ticks[index] = duration_ticks
        self.count = index + 1
        self.duration_ticks += duration_ticks
        if rate_nl_h > self.peak_nl_h:
            self.peak_nl_h = rate_nl_h
        if end_rate_nl_h > self.peak_nl_h:
            self.peak_nl_h = end_rate_nl_h
        if volume_nl > self.largest_bolus_nl:
            self.largest_bolus_nl = volume_nl
        return 0

    def compile(self, pl_per_step):
        """Turn volumes into steps of so many pL each; return the total (< 2**30) or -1."""
        unit = DOUBLED_TICKS_PER_HOUR * pl_per_step
        volume = 0
        border = 0
        for index in range(self.count):
            if self.kind[index] == codes.SEGMENT_BOLUS:
                volume += self._volume_nl[index] * DOUBLED_TICKS_PER_HOUR * PL_PER_NL
            else:
                rates = self.rate_nl_h[index] + self.end_rate_nl_h[index]
                volume += rates * self.ticks[index] * PL_PER_NL
            following = (2 * volume + unit) // (2 * unit)
            if following > STEPS_MAX:
                return -1
            steps = following - border
            border = following
            self.steps[index] = steps
            rates = self.rate_nl_h[index] + self.end_rate_nl_h[index]
            self.start_steps[index] = (
                steps if rates == 0 else nearest(2 * steps * self.rate_nl_h[index], rates)
            )
        return border

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

    def slowest_nl_h(self):
        """The lowest rate above zero that any segment starts or ends with, in nL/h."""
        slowest = self.peak_nl_h
        for index in range(self.count):
            for rate in (self.rate_nl_h[index], self.end_rate_nl_h[index]):
                if 0 < rate < slowest:
                    slowest = rate
        return slowest

    def lowest_after_nl_h(self, index, lowest):
        """The lowest of a rate and of those after that segment, zero included."""
        for after in range(index + 1, self.count):
            for rate in (self.rate_nl_h[after], self.end_rate_nl_h[after]):
                lowest = rate if rate < lowest else lowest
        return lowest

    def peak_after_nl_h(self, index, ticks):
        """The highest rate in the ticks that follow that segment; never too low."""
        peak = 0
        index += 1
        while index < self.count and ticks > 0:
            for rate in (self.rate_nl_h[index], self.end_rate_nl_h[index]):
                peak = rate if rate > peak else peak
            ticks -= self.ticks[index]
            index += 1
        return peak

    def most_steps(self, window_ticks):
        """An upper bound of the steps that fall due in any stretch of that many ticks.

        A stretch that touches a segment is charged with the segment's highest rate for as long as
        it can lie in it, at most with all of the segment: never less than the truth.
        """
        most = 0
        for first in range(self.count):
            steps = 0
            left = window_ticks
            index = first
            while index < self.count and left > 0:
                ticks = self.ticks[index]
                if ticks <= left:
                    steps += self.steps[index]
                else:
                    end = 2 * self.steps[index] - self.start_steps[index]
                    peak = self.start_steps[index]
                    peak = end if end > peak else peak
                    part = peak * left // ticks + 1
                    steps += part if part < self.steps[index] else self.steps[index]
                # The stretch may begin anywhere in its first segment, so that one costs no time.
                if index > first:
                    left -= ticks
                index += 1
            if steps > most:
                most = steps
        return most


def nearest(numerator, denominator):
    """The quotient to the nearest, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


_packed = bytearray(4)


def fold(check, value):
    """CRC-16 continued over a number as four bytes, lowest first."""
    for index in range(4):
        _packed[index] = (value >> (8 * index)) & 0xFF
    return crc16(_packed, 0, 4, check)
