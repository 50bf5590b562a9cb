"""What may be altered in a program while it runs, and how that is done exactly (C4).

Another rate for what is left of a stretch; the present rate for all the time that is left; and
from there on with the segment after the one that was held.
"""

from pump import codes
from pump.as_run import BY_HOLD, BY_TITRATION
from pump.program import RUNNING
from pump.segments import DURATION_MAX_TICKS


class Altering:
    """Of one ``Program``. While held: ``after_ticks`` and ``after_steps`` of what follows."""

    def __init__(self, program):
        self._program = program
        self.after_ticks = 0
        self.after_steps = 0

    def titratable(self):
        """Whether the stretch being run has a constant rate above zero, and a tick left."""
        program = self._program
        if program.phase != RUNNING:
            return False
        kind = program.segments.kind[program.place.index]
        constant = program.held or kind == codes.SEGMENT_CONST
        return constant and program.stretch.left_ticks() > 0

    def holdable(self):
        """Whether the present rate may be held: above zero, and not held already."""
        program = self._program
        if program.phase != RUNNING or program.held:
            return False
        kind = program.segments.kind[program.place.index]
        kept = kind == codes.SEGMENT_CONST or kind == codes.SEGMENT_RAMP
        return kept and program.stretch.left_ticks() > 0 and program.rate_nl_h() > 0

    def lowest_left_nl_h(self):
        """The lowest rate from here to the end of the segments, zero included."""
        program = self._program
        stretch = program.stretch
        lowest = stretch.end_nl_h if stretch.end_nl_h < stretch.nl_h else stretch.nl_h
        return program.segments.lowest_after_nl_h(program.place, lowest)

    def peak_after_nl_h(self):
        """The highest rate of what follows the segment being run, in nL/h."""
        program = self._program
        peak = program.segments.peak_after_nl_h(program.place, DURATION_MAX_TICKS)
        return program.keep_open_nl_h if program.keep_open_nl_h > peak else peak

    def change_rate(self, rate_nl_h, pl_per_step):
        """Another rate for what is left of the stretch being run."""
        program = self._program
        stretch = program.stretch
        steps = stretch.steps_at(rate_nl_h, stretch.left_ticks(), pl_per_step)
        program.total_steps += steps - stretch.left_steps()
        self._change(rate_nl_h, stretch.left_ticks(), steps, BY_TITRATION)

    def hold(self, pl_per_step):
        """Stay at the present rate until the time planned for the program is over."""
        program = self._program
        stretch = program.stretch
        rate = program.rate_nl_h()
        ticks = program.left_ticks()
        steps = stretch.steps_at(rate, ticks, pl_per_step)
        self.after_ticks = ticks - stretch.left_ticks()
        self.after_steps = program.left_steps() - stretch.left_steps()
        program.total_steps = stretch.due_steps + steps
        self._change(rate, ticks, steps, BY_HOLD)
        program.held = True

    def go_on(self):
        """End the hold: the segment after the one that was held comes next, in full."""
        program = self._program
        program.held = False
        program.total_steps = program.stretch.due_steps + self.after_steps
        program.planned_ticks = program.run_ticks() + self.after_ticks
        program.stretch.cut()

    def _change(self, rate_nl_h, ticks, steps, by):
        program = self._program
        program.before_ticks += program.stretch.curve.tick
        program.note(rate_nl_h, by)
        program.stretch.change(rate_nl_h, ticks, steps)
