"""Segments to steps due, exactly (C4).

A segment becomes N steps in T ticks when the program is closed; steps due after t of its ticks are
the floor of a quadratic in t, advanced by second differences whose fractions are kept as digits:
whole steps, 1/T and 1/(2*T*T). A constant rate is the ramp whose second difference is zero. After
T ticks the fraction is exactly zero, so nothing is carried and nothing is lost. Segment borders
are rounded from the cumulative volume, so rounding does not add up either. Every accumulator stays
below 2**30; products above that occur only in ``close``, while stopped.
"""

from array import array

from pump import codes
from pump.crc import crc16
from pump.scale import PL_PER_NL, STEPS_MAX, TICKS_PER_HOUR

SEGMENTS_MAX = 64
DURATION_MAX_TICKS = 24_192_000  # 14 days
# Volumes are summed in nL/h x ticks, doubled so that a ramp's mean rate needs no halving.
_DOUBLED_TICKS_PER_HOUR = 2 * TICKS_PER_HOUR

NOTHING = 0
RUNNING = 1
KEEP_OPEN = 2
ENDED = 3


class Program:
    """Up to 64 segments and what follows them. ``phase`` is one of the constants above.

    ``index`` is the segment being run; ``total_steps``, ``peak_nl_h``, ``duration_ticks`` describe
    the closed program; ``due_steps`` counts what has fallen due since its start.
    """

    def __init__(self, segments_max=SEGMENTS_MAX):
        self._segments_max = segments_max
        self._kind = bytearray(segments_max)
        self._rate_nl_h = array("i", [0] * segments_max)
        self._end_rate_nl_h = array("i", [0] * segments_max)
        self._volume_nl = array("i", [0] * segments_max)
        self._ticks = array("i", [0] * segments_max)
        self._steps = array("i", [0] * segments_max)
        self._start_steps = array("i", [0] * segments_max)
        self.count = 0
        self.clear()

    def clear(self):
        """Forget everything."""
        self.count = 0
        self.then = codes.THEN_STOP
        self.keep_open_nl_h = 0
        self.closed = False
        self.total_steps = 0
        self.peak_nl_h = 0
        self.duration_ticks = 0
        self.rewind()

    def add(self, kind, rate_nl_h, end_rate_nl_h, volume_nl, duration_ticks):
        """Append a segment; return an error code (0: taken). Ranges were checked by the link."""
        if self.count >= self._segments_max:
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
        self._kind[index] = kind
        self._rate_nl_h[index] = rate_nl_h
        self._end_rate_nl_h[index] = end_rate_nl_h
        self._volume_nl[index] = volume_nl
        self._ticks[index] = duration_ticks
        self.count = index + 1
        self.closed = False
        self.duration_ticks += duration_ticks
        if rate_nl_h > self.peak_nl_h:
            self.peak_nl_h = rate_nl_h
        if end_rate_nl_h > self.peak_nl_h:
            self.peak_nl_h = end_rate_nl_h
        return 0

    def close(self, then, keep_open_nl_h):
        """Say what follows the last segment; return an error code (0: the program is complete)."""
        if self.count == 0:
            return codes.ERROR_NO_PROGRAM
        keeps = then == codes.THEN_KEEPOPEN
        if keeps != (keep_open_nl_h > 0):
            return codes.ERROR_SEGMENT_INVALID
        self.then = then
        self.keep_open_nl_h = keep_open_nl_h
        self.closed = True
        return 0

    def compile(self, pl_per_step):
        """Turn volumes into steps of so many pL each; return the total (< 2**30) or -1."""
        unit = _DOUBLED_TICKS_PER_HOUR * pl_per_step
        volume = 0
        border = 0
        for index in range(self.count):
            if self._kind[index] == codes.SEGMENT_BOLUS:
                volume += self._volume_nl[index] * _DOUBLED_TICKS_PER_HOUR * PL_PER_NL
            else:
                rates = self._rate_nl_h[index] + self._end_rate_nl_h[index]
                volume += rates * self._ticks[index] * PL_PER_NL
            following = (2 * volume + unit) // (2 * unit)
            if following > STEPS_MAX:
                return -1
            steps = following - border
            border = following
            self._steps[index] = steps
            rates = self._rate_nl_h[index] + self._end_rate_nl_h[index]
            self._start_steps[index] = (
                steps if rates == 0 else _nearest(2 * steps * self._rate_nl_h[index], rates)
            )
        self._keep_open_steps_h = _nearest(self.keep_open_nl_h * PL_PER_NL, pl_per_step)
        self.total_steps = border
        return border

    def rewind(self):
        """Back to the start."""
        self.index = 0
        self.phase = NOTHING
        self.due_steps = 0
        self.tick = 0
        self._length = 0

    def begin(self):
        """Start, or go on where it stopped."""
        if self.phase == NOTHING and self.count:
            self.phase = RUNNING
            self._enter()

    def keep_open(self, steps_per_hour):
        """Leave the segments and go on at a keep-open rate without end."""
        self.phase = KEEP_OPEN
        self.index = self.count
        self.due_steps = self.total_steps  # of the segments nothing will fall due any more
        self._set_curve(TICKS_PER_HOUR, steps_per_hour, 2 * steps_per_hour)

    def left_steps(self):
        """Steps of the segments that have not fallen due."""
        return self.total_steps - self.due_steps

    def fingerprint(self):
        """CRC-16 over everything that was loaded, so that both ends can compare it."""
        check = 0xFFFF
        for index in range(self.count):
            check = _fold(check, self._kind[index])
            check = _fold(check, self._rate_nl_h[index])
            check = _fold(check, self._end_rate_nl_h[index])
            check = _fold(check, self._volume_nl[index])
            check = _fold(check, self._ticks[index])
        return _fold(_fold(check, self.then), self.keep_open_nl_h)

    def slowest_nl_h(self):
        """The lowest rate above zero that any segment starts or ends with, in nL/h."""
        slowest = self.peak_nl_h
        for index in range(self.count):
            for rate in (self._rate_nl_h[index], self._end_rate_nl_h[index]):
                if 0 < rate < slowest:
                    slowest = rate
        return slowest

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
                ticks = self._ticks[index]
                if ticks <= left:
                    steps += self._steps[index]
                else:
                    end = 2 * self._steps[index] - self._start_steps[index]
                    peak = self._start_steps[index]
                    peak = end if end > peak else peak
                    part = peak * left // ticks + 1
                    steps += part if part < self._steps[index] else self._steps[index]
                # The stretch may begin anywhere in its first segment, so that one costs no time.
                if index > first:
                    left -= ticks
                index += 1
            if steps > most:
                most = steps
        return most

    def left_ticks(self):
        """Ticks of the segments that have not been run."""
        left = self._length - self.tick if self.phase == RUNNING else 0
        first = self.index + 1 if self.phase == RUNNING else self.count
        if self.phase == NOTHING:
            first = 0
        for index in range(first, self.count):
            left += self._ticks[index]
        return left

    def rate_nl_h(self):
        """Programmed rate now, in nL/h (on a ramp: by interpolation)."""
        if self.phase == KEEP_OPEN:
            return self.keep_open_nl_h
        if self.phase != RUNNING:
            return 0
        start = self._rate_nl_h[self.index]
        return start + (self._end_rate_nl_h[self.index] - start) * self.tick // self._length

    def peak_within(self, ticks):
        """The highest programmed rate of the next so many ticks, in nL/h; never too low."""
        if self.phase != RUNNING:
            return self.rate_nl_h()
        peak = self.keep_open_nl_h
        index = self.index
        left = ticks + self.tick
        while index < self.count and left > 0:
            for rate in (self._rate_nl_h[index], self._end_rate_nl_h[index]):
                if rate > peak:
                    peak = rate
            left -= self._ticks[index]
            index += 1
        return peak

    def advance(self):
        """One tick of program time: return the steps that fall due in it (>= 0)."""
        if self.tick == self._length and not self._next():
            return 0
        self.tick += 1
        steps = self._whole
        fraction = self._at_fraction + self._fraction
        rest = self._at_rest + self._rest
        length = self._length
        if rest >= 2 * length:
            rest -= 2 * length
            fraction += 1
        if fraction >= length:
            fraction -= length
            steps += 1
        self._at_rest = rest
        self._at_fraction = fraction
        if self._ramping:
            self._steepen()
        if self.phase == RUNNING:
            self.due_steps += steps
        return steps

    def _steepen(self):
        length = self._length
        rest = self._rest + self._second_rest
        fraction = self._fraction + self._second_fraction
        whole = self._whole + self._second_whole
        if rest >= 2 * length:
            rest -= 2 * length
            fraction += 1
        if fraction >= length:
            fraction -= length
            whole += 1
        self._rest = rest
        self._fraction = fraction
        self._whole = whole

    def _next(self):
        """Go on to what follows the segment that is over; False when nothing does."""
        if self.phase == RUNNING:
            self.index += 1
            if self.index < self.count:
                self._enter()
                return True
            if self.then == codes.THEN_KEEPOPEN:
                self.keep_open(self._keep_open_steps_h)
                return True
            self.phase = ENDED
        elif self.phase == KEEP_OPEN:
            self.tick = 0
            return True
        return False

    def _enter(self):
        index = self.index
        self._set_curve(self._ticks[index], self._start_steps[index], 2 * self._steps[index])

    def _set_curve(self, length, start_steps, doubled_steps):
        """Digits of both differences for rates start -> doubled - start per T ticks."""
        change = doubled_steps - 2 * start_steps
        self.tick = 0
        self._length = length
        self._at_fraction = 0
        self._at_rest = 0
        fraction = start_steps % length + change // (2 * length)
        self._rest = change % (2 * length)
        self._whole = start_steps // length + fraction // length
        self._fraction = fraction % length
        second = 2 * change
        fraction = second // (2 * length)
        self._second_rest = second % (2 * length)
        self._second_whole = fraction // length
        self._second_fraction = fraction % length
        self._ramping = change != 0


def _nearest(numerator, denominator):
    return (2 * numerator + denominator) // (2 * denominator)


_packed = bytearray(4)


def _fold(check, value):
    """CRC-16 continued over a number as four bytes, lowest first."""
    for index in range(4):
        _packed[index] = (value >> (8 * index)) & 0xFF
    return crc16(_packed, 0, 4, check)
