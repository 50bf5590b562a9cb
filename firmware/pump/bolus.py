"""A bolus on demand: steps on top of those of the program, which it never alters (GIP 1.4.4).

What it is granted comes after the program's own share. Whatever ends the run ends it for good.
"""

from pump import codes
from pump.delivery import Delivery
from pump.pace import Pace
from pump.program import ENDED, Program

_NEVER = -(1 << 29)


class Bolus:
    """One at a time. Attributes: ``active``, ``asked_steps``, ``given_steps``.

    ``given``: when each began; ``spent``: when each ended, and its steps.
    """

    def __init__(self):
        self.program = Program(1)
        self.delivery = Delivery(self.program)
        self.given = Pace()
        self.spent = Pace()
        self.active = False
        self.asked_steps = 0
        self.given_steps = 0
        self.started_tick = _NEVER
        # How the two newest leases were shared: all steps, and those of the bolus.
        self._latest = 0
        self._latest_own = 0
        self._before = 0
        self._before_own = 0

    def load(self, volume_nl, rate_nl_h, pl_per_step):
        """Take a wish, without starting; return an error code (0: taken). Not while active."""
        program = self.program
        program.clear()
        error = program.add(codes.SEGMENT_BOLUS, rate_nl_h, rate_nl_h, volume_nl, 0)
        if error == 0:
            program.close(codes.THEN_STOP, 0)
            program.compile(pl_per_step)
            self.delivery.restart()
        return error

    def locked_ticks(self, tick, lockout_ticks):
        """For how long the next one has to wait, by the lockout alone; 0: not at all."""
        wait = self.started_tick + lockout_ticks - tick
        if self.active and wait <= 0:
            wait = self.program.left_ticks() + 1
        return wait if wait > 0 else 0

    def recall(self, tick):
        """One was given before the restart, at a tick that may be below 0; the earliest first."""
        self.started_tick = tick
        self.given.note(tick)

    def begin(self, tick):
        """Start what was loaded."""
        self.started_tick = tick
        self.asked_steps = self.program.total_steps
        self.given_steps = 0
        self._latest = 0
        self._latest_own = 0
        self._before = 0
        self._before_own = 0
        self.given.note(tick)
        self.program.begin()
        self.active = True

    def left_steps(self):
        """What is still to come of the one that runs."""
        return self.asked_steps - self.given_steps if self.active else 0

    def rate_nl_h(self):
        """Its rate now, in nL/h."""
        return self.program.rate_nl_h() if self.active else 0

    def want(self):
        """One tick: the steps that it should add."""
        return self.delivery.want()

    def granted(self, basal_steps, steps):
        """How the tick's lease is shared; True when all of the bolus has been done."""
        self.delivery.granted(steps)
        self.given_steps += steps
        self._before = self._latest
        self._before_own = self._latest_own
        self._latest = basal_steps + steps
        self._latest_own = steps
        # Until its last lease is done a halt may still drop some of it.
        leased = self._latest_own + self._before_own
        return leased == 0 and self.program.phase == ENDED and self.delivery.pending_steps == 0

    def end(self, tick):
        """It is over, complete or not: what is left of it is never given."""
        self.active = False
        self.program.clear()
        self.spent.note(tick, self.given_steps)

    def steps_since(self, tick):
        """Of those that had not ended by then, and of the one that runs, all steps."""
        return self.spent.total(tick) + (self.asked_steps if self.active else 0)

    def undone(self, steps):
        """Of steps that a halt dropped, those that were the bolus's own; they are not made up."""
        newest = steps if steps < self._latest else self._latest
        own = _share(newest, self._latest_own, self._latest)
        own += _share(steps - newest, self._before_own, self._before)
        if own > self.given_steps:
            own = self.given_steps
        self.given_steps -= own
        return own


def _share(steps, own, whole):
    """``own`` of ``whole`` steps, in proportion, to the nearest."""
    if whole == 0:
        return 0
    return (2 * steps * own + whole) // (2 * whole)
