"""The stretch of a program that is being run: one rate or one ramp, and what became of it.

A segment is one stretch; each change of rate in mid-run ends a stretch and begins another.
"""

from pump.curve import Curve
from pump.scale import PL_PER_NL, portion
from pump.segments import DOUBLED_TICKS_PER_HOUR


class Stretch:
    """Attributes: ``nl_h`` at its start, ``end_nl_h``, ``curve``.

    ``due_steps`` have fallen due since ``clear``; ``end_steps`` is what that will be at its end.
    """

    def __init__(self):
        self.curve = Curve()
        self.clear()

    def clear(self):
        """Nothing is being run, nothing has fallen due."""
        self.curve.clear()
        self.nl_h = 0
        self.end_nl_h = 0
        self.due_steps = 0
        self.end_steps = 0
        self._entry_steps = 0  # due when the segment began
        self._asked = 0  # by stretches of the segment that are over, in doubled nL/h x ticks

    def enter(self, nl_h, end_nl_h, ticks, start_steps, steps):
        """A segment begins."""
        self.nl_h = nl_h
        self.end_nl_h = end_nl_h
        self._asked = 0
        self._entry_steps = self.due_steps
        self.end_steps = self.due_steps + steps
        self.curve.begin(ticks, start_steps, 2 * steps)

    def change(self, rate_nl_h, ticks, steps):
        """Another rate from here on, for so many ticks and steps."""
        self._asked = self._asked_before()
        self.end_steps = self.due_steps + steps
        self.nl_h = rate_nl_h
        self.end_nl_h = rate_nl_h
        self.curve.bend(ticks, steps)

    def cut(self):
        """It ends here."""
        self.curve.length = self.curve.tick

    def left_ticks(self):
        """Ticks that it has left."""
        return self.curve.length - self.curve.tick

    def left_steps(self):
        """Steps of it that have not fallen due."""
        return self.end_steps - self.due_steps

    def rate_nl_h(self):
        """Rate now, in nL/h (on a ramp: by interpolation)."""
        start = self.nl_h
        if start == self.end_nl_h:
            return start
        return start + portion(self.end_nl_h - start, self.curve.tick, self.curve.length)

    def steps_at(self, rate_nl_h, ticks, pl_per_step):
        """Steps that would fall due in the next ticks at a rate.

        Rounded from all that was asked for since the segment began, so that changes, however
        many, add up no errors.
        """
        unit = DOUBLED_TICKS_PER_HOUR * pl_per_step
        volume = (self._asked_before() + 2 * rate_nl_h * ticks) * PL_PER_NL
        steps = (2 * volume + unit) // (2 * unit) - (self.due_steps - self._entry_steps)
        return steps if steps > 0 else 0

    def _asked_before(self):
        """What the rates of the segment have asked for so far, in doubled nL/h x ticks."""
        start = self.nl_h
        tick = self.curve.tick
        asked = self._asked + 2 * start * tick
        if start != self.end_nl_h:
            asked += (self.end_nl_h - start) * tick * tick // self.curve.length
        return asked
