"""The program being run: which segment, how far, and what has fallen due (C4)."""

from pump import codes
from pump.as_run import BY_KEEP_OPEN
from pump.borders import Borders, nearest
from pump.demand import most_steps
from pump.place import Place
from pump.scale import PL_PER_NL, TICKS_PER_HOUR
from pump.segments import SEGMENTS_MAX, Segments, fold
from pump.stretch import Stretch

NOTHING = 0
RUNNING = 1
KEEP_OPEN = 2
ENDED = 3


class Program:
    """Segments and what follows them. ``phase`` is one of the constants above.

    ``place`` is the segment being run, ``stretch`` what of it; ``total_steps``, ``peak_nl_h``,
    ``duration_ticks`` describe the closed program, repeats included.
    """

    def __init__(self, segments_max=SEGMENTS_MAX, as_run=None):
        self.segments = Segments(segments_max)
        self.as_run = as_run
        self.place = Place(self.segments)
        self._borders = Borders(self.segments)
        self.stretch = Stretch()
        self._pl_per_step = 1
        self.phase = NOTHING
        self.clear()

    def clear(self):
        """Forget everything."""
        self.segments.clear()
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
        segments = self.segments
        error = segments.add(kind, rate_nl_h, end_rate_nl_h, volume_nl, duration_ticks)
        if error == 0:
            self.count = segments.count
            self.closed = False
            self.peak_nl_h = segments.peak_nl_h
            self.duration_ticks = segments.duration_ticks
        return error

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
        steps = self._borders.compile(pl_per_step)
        if steps < 0:
            return -1
        self._pl_per_step = pl_per_step
        self._keep_open_steps_h = nearest(self.keep_open_nl_h * PL_PER_NL, pl_per_step)
        self.total_steps = steps
        self.compiled_steps = steps
        return steps

    def fingerprint(self):
        """CRC-16 over everything that was loaded, so that both ends can compare it."""
        return fold(fold(self.segments.fingerprint(), self.then), self.keep_open_nl_h)

    def slowest_nl_h(self):
        """The lowest rate above zero that any segment starts or ends with, in nL/h."""
        return self.segments.slowest_nl_h()

    def most_steps(self, window_ticks):
        """An upper bound of the steps that fall due in any stretch of that many ticks."""
        return most_steps(self.segments, window_ticks, self.compiled_steps, self._pl_per_step)

    # -- while it runs --------------------------------------------------------------------------

    def rewind(self):
        """Back to the start, as it was loaded."""
        if self.as_run is not None and self.phase != NOTHING:
            self.as_run.ticks = self.run_ticks()
        self.total_steps = self.compiled_steps
        self.place.rewind()
        self._borders.rewind()
        self.phase = NOTHING
        self.stretch.clear()
        self.before_ticks = 0  # of the stretches that are over
        self.planned_ticks = 0
        self.extra_steps = 0  # how many more a window may take than was planned, by changes
        self.held = False

    def begin(self):
        """Start, or go on where it stopped."""
        if self.phase == NOTHING and self.count:
            self.phase = RUNNING
            self.planned_ticks = self.duration_ticks
            if self.as_run is not None:
                self.as_run.clear()
            self._borders.rewind()
            self._enter()

    def keep_open(self, steps_per_hour):
        """Leave the segments and go on at a keep-open rate without end."""
        if self.phase == KEEP_OPEN:
            return  # begun anew it would lose what is due of a step, each time
        stretch = self.stretch
        self.phase = KEEP_OPEN
        self.place.index = self.count
        stretch.due_steps = self.total_steps  # of the segments nothing will fall due any more
        self.held = False
        self.before_ticks += stretch.curve.tick
        self.note(self.keep_open_nl_h, BY_KEEP_OPEN)
        stretch.curve.begin(TICKS_PER_HOUR, steps_per_hour, 2 * steps_per_hour)

    def advance(self):
        """One tick of program time: return the steps that fall due in it (>= 0)."""
        stretch = self.stretch
        curve = stretch.curve
        if curve.tick == curve.length and not self._next():
            return 0
        steps = curve.advance()
        if self.phase == RUNNING:
            stretch.due_steps += steps
        return steps

    def left_steps(self):
        """Steps of the segments that have not fallen due."""
        return self.total_steps - self.stretch.due_steps

    def left_ticks(self):
        """Ticks of the segments that have not been run."""
        if self.phase == NOTHING:
            return self.duration_ticks
        return self.planned_ticks - self.run_ticks() if self.phase == RUNNING else 0

    def run_ticks(self):
        """Ticks of program time since it began."""
        return self.before_ticks + self.stretch.curve.tick

    def rate_nl_h(self):
        """Programmed rate now, in nL/h (on a ramp: by interpolation)."""
        if self.phase == KEEP_OPEN:
            return self.keep_open_nl_h
        return self.stretch.rate_nl_h() if self.phase == RUNNING else 0

    def peak_within(self, ticks):
        """The highest programmed rate of the next so many ticks, in nL/h; never too low."""
        if self.phase != RUNNING:
            return self.rate_nl_h()
        stretch = self.stretch
        peak = self.keep_open_nl_h
        for rate in (stretch.nl_h, stretch.end_nl_h):
            peak = rate if rate > peak else peak
        if self.held:
            return peak
        after = self.segments.peak_after_nl_h(self.place, ticks - stretch.left_ticks())
        return after if after > peak else peak

    def note(self, rate_nl_h, by):
        """Put the stretch that begins now on record, with why it does."""
        if self.as_run is not None:
            self.as_run.alter(self.place.index, self.before_ticks, rate_nl_h, by)

    def _next(self):
        """Go on to what follows the stretch that is over; False when nothing does."""
        curve = self.stretch.curve
        self.before_ticks += curve.length
        curve.clear()
        if self.phase == RUNNING:
            if not self.held and self.place.go_on():
                self._enter()
                return True
            if self.then == codes.THEN_KEEPOPEN:
                self.keep_open(self._keep_open_steps_h)
                return True
            self.phase = ENDED
            self.held = False
        elif self.phase == KEEP_OPEN:
            curve.length = TICKS_PER_HOUR
            return True
        return False

    def _enter(self):
        index = self.place.index
        segments = self.segments
        borders = self._borders
        borders.enter(index)
        if self.as_run is not None:
            self.as_run.enter(segments, self.place, self.before_ticks)
        self.stretch.enter(
            segments.rate_nl_h[index],
            segments.end_rate_nl_h[index],
            segments.ticks[index],
            borders.start_steps,
            borders.steps,
        )
