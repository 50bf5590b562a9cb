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
from pump.as_run import BY_HOLD, BY_KEEP_OPEN, BY_PROGRAM, BY_TITRATION
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

    def __init__(self, segments_max=SEGMENTS_MAX, as_run=None):
        self._segments_max = segments_max
        self.as_run = as_run
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
        self.total_steps = 0  # of this run, changes included
        self.compiled_steps = 0  # of the program as loaded
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
        self.compiled_steps = border
        return border

    def rewind(self):
        """Back to the start, as it was loaded."""
        self.total_steps = self.compiled_steps
        self.index = 0
        self.phase = NOTHING
        self.due_steps = 0
        self.tick = 0
        self._length = 0
        self._before_ticks = 0  # of the stretches that are over
        self._planned_ticks = 0
        self.extra_steps = 0  # how many more a window may take than was planned, by changes
        self.held = False
        self.after_ticks = 0  # of what would follow the segment that is held
        self.after_steps = 0

    def begin(self):
        """Start, or go on where it stopped."""
        if self.phase == NOTHING and self.count:
            self.phase = RUNNING
            self._planned_ticks = self.duration_ticks
            if self.as_run is not None:
                self.as_run.clear()
            self._enter()

    def keep_open(self, steps_per_hour):
        """Leave the segments and go on at a keep-open rate without end."""
        self.phase = KEEP_OPEN
        self.index = self.count
        self.due_steps = self.total_steps  # of the segments nothing will fall due any more
        self.held = False
        self._before_ticks += self.tick
        self._note(self.keep_open_nl_h, BY_KEEP_OPEN)
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
        if self.phase == NOTHING:
            return self.duration_ticks
        return self._planned_ticks - self.run_ticks() if self.phase == RUNNING else 0

    def run_ticks(self):
        """Ticks of program time since it began."""
        return self._before_ticks + self.tick

    def rate_nl_h(self):
        """Programmed rate now, in nL/h (on a ramp: by interpolation)."""
        if self.phase == KEEP_OPEN:
            return self.keep_open_nl_h
        if self.phase != RUNNING:
            return 0
        start = self._now_nl_h
        if start == self._now_end_nl_h:
            return start
        return start + (self._now_end_nl_h - start) * self.tick // self._length

    def peak_within(self, ticks):
        """The highest programmed rate of the next so many ticks, in nL/h; never too low."""
        if self.phase != RUNNING:
            return self.rate_nl_h()
        peak = self.keep_open_nl_h
        for rate in (self._now_nl_h, self._now_end_nl_h):
            peak = rate if rate > peak else peak
        if self.held:
            return peak
        after = self._peak_after(ticks - (self._length - self.tick))
        return after if after > peak else peak

    def peak_after_nl_h(self):
        """The highest rate of what follows the segment being run, in nL/h."""
        peak = self._peak_after(DURATION_MAX_TICKS)
        return self.keep_open_nl_h if self.keep_open_nl_h > peak else peak

    def _peak_after(self, ticks):
        peak = 0
        index = self.index + 1
        while index < self.count and ticks > 0:
            for rate in (self._rate_nl_h[index], self._end_rate_nl_h[index]):
                peak = rate if rate > peak else peak
            ticks -= self._ticks[index]
            index += 1
        return peak

    # -- changes while it runs ------------------------------------------------------------------

    def titratable(self):
        """Whether the stretch being run has a constant rate above zero, and a tick left."""
        if self.phase != RUNNING:
            return False
        constant = self.held or self._kind[self.index] == codes.SEGMENT_CONST
        return constant and self.stretch_ticks() > 0

    def holdable(self):
        """Whether the present rate may be held: above zero, and not held already."""
        if self.phase != RUNNING or self.held:
            return False
        kept = self._kind[self.index] in (codes.SEGMENT_CONST, codes.SEGMENT_RAMP)
        return kept and self.stretch_ticks() > 0 and self.rate_nl_h() > 0

    def stretch_ticks(self):
        """Ticks left of the stretch being run."""
        return self._length - self.tick

    def stretch_steps(self):
        """Steps of it that have not fallen due."""
        return self._stretch_end_steps - self.due_steps

    def lowest_left_nl_h(self):
        """The lowest rate from here to the end of the segments, zero included."""
        lowest = self._now_end_nl_h if self._now_end_nl_h < self._now_nl_h else self._now_nl_h
        for index in range(self.index + 1, self.count):
            for rate in (self._rate_nl_h[index], self._end_rate_nl_h[index]):
                lowest = rate if rate < lowest else lowest
        return lowest

    def steps_at(self, rate_nl_h, ticks, pl_per_step):
        """Steps that would fall due in the next ticks at a rate.

        Rounded from all that was asked for since the segment began, so that changes, however
        many, add up no errors.
        """
        unit = _DOUBLED_TICKS_PER_HOUR * pl_per_step
        volume = (self._asked_before() + 2 * rate_nl_h * ticks) * PL_PER_NL
        steps = (2 * volume + unit) // (2 * unit) - (self.due_steps - self._entry_steps)
        return steps if steps > 0 else 0

    def _asked_before(self):
        """What the rates of the segment have asked for so far, in doubled nL/h x ticks."""
        start = self._now_nl_h
        asked = self._asked + 2 * start * self.tick
        if start != self._now_end_nl_h:
            asked += (self._now_end_nl_h - start) * self.tick * self.tick // self._length
        return asked

    def change_rate(self, rate_nl_h, pl_per_step):
        """Another rate for what is left of the stretch being run."""
        steps = self.steps_at(rate_nl_h, self.stretch_ticks(), pl_per_step)
        self.total_steps += steps - self.stretch_steps()
        self._change(rate_nl_h, self.stretch_ticks(), steps, BY_TITRATION)

    def hold(self, pl_per_step):
        """Stay at the present rate until the time planned for the program is over."""
        rate = self.rate_nl_h()
        ticks = self.left_ticks()
        steps = self.steps_at(rate, ticks, pl_per_step)
        self.after_ticks = ticks - self.stretch_ticks()
        self.after_steps = self.left_steps() - self.stretch_steps()
        self.total_steps = self.due_steps + steps
        self._change(rate, ticks, steps, BY_HOLD)
        self.held = True

    def go_on(self):
        """End the hold: the segment after the one that was held comes next, in full."""
        self.held = False
        self.total_steps = self.due_steps + self.after_steps
        self._planned_ticks = self.run_ticks() + self.after_ticks
        self._length = self.tick

    def _change(self, rate_nl_h, ticks, steps, by):
        self._asked = self._asked_before()
        self._before_ticks += self.tick
        self._stretch_end_steps = self.due_steps + steps
        self._now_nl_h = rate_nl_h
        self._now_end_nl_h = rate_nl_h
        self._note(rate_nl_h, by)
        # What is begun of a step stays begun, or each change would cost part of one.
        begun = self._at_fraction * ticks // self._length
        self._set_curve(ticks, steps, 2 * steps)
        unit = 2 * ticks * ticks
        each_tick = 2 * (steps * ticks - begun)
        self._at_fraction = begun
        self._whole = each_tick // unit
        self._fraction = each_tick % unit // (2 * ticks)
        self._rest = each_tick % unit % (2 * ticks)

    def _note(self, rate_nl_h, by):
        if self.as_run is not None:
            self.as_run.note(self.index, self._before_ticks, rate_nl_h, by)

    # -- the tick -------------------------------------------------------------------------------

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
        self._before_ticks += self._length
        self.tick = 0
        self._length = 0
        if self.phase == RUNNING:
            self.index = self.count if self.held else self.index + 1
            if self.index < self.count:
                self._enter()
                return True
            if self.then == codes.THEN_KEEPOPEN:
                self.keep_open(self._keep_open_steps_h)
                return True
            self.phase = ENDED
            self.held = False
        elif self.phase == KEEP_OPEN:
            self._length = TICKS_PER_HOUR
            return True
        return False

    def _enter(self):
        index = self.index
        self._now_nl_h = self._rate_nl_h[index]
        self._now_end_nl_h = self._end_rate_nl_h[index]
        self._asked = 0
        self._entry_steps = self.due_steps
        self._stretch_end_steps = self.due_steps + self._steps[index]
        self._note(self._now_nl_h, BY_PROGRAM)
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
