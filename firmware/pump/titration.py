"""Changing the rate of a running program: how much, how often, and what it would then need.

Three changes: another rate for what is left of a constant segment; holding the present rate until
the program's time is over; going on from there with the segment after the one that was held.
"""

from pump import codes
from pump.altering import Altering
from pump.pace import Pace
from pump.scale import PL_PER_NL, TICKS_PER_HOUR, TICKS_PER_MINUTE
from pump.window import held_ticks

RATE = 0
HOLD = 1
GO_ON = 2

_PPM = 1_000_000


class Titration:
    """Judges and carries out a change. Attributes describe the one proposed last:

    ``kind``, ``rate_nl_h``, ``from_nl_h``, ``ticks`` that it is for, ``more_steps`` than before
    (below 0: fewer), ``more_in_window``: at most so many more in any window.
    """

    def __init__(self, app):
        self._app = app
        self._altering = Altering(app.program)
        self._done = Pace()
        self.kind = RATE
        self.rate_nl_h = 0
        self.from_nl_h = 0
        self.ticks = 0
        self.more_steps = 0
        self.more_in_window = 0
        self._asked_nl_h = 0

    def changes_left(self):
        """How many changes of rate the period still allows."""
        values = self._app.settings
        period = values[codes.CONFIG_TITRATION_MINUTES] * TICKS_PER_MINUTE
        done = self._done.count(self._app.tick_count - period)
        return values[codes.CONFIG_TITRATION_COUNT] - done

    def propose(self, kind, rate_nl_h, reply):
        """Take a wish; error code, the detail in ``reply``. Cap and window are for the caller."""
        self.kind = kind
        self._asked_nl_h = rate_nl_h
        return self.again(reply)

    def again(self, reply):
        """Judge the same wish at this moment."""
        program = self._app.program
        self.from_nl_h = program.rate_nl_h()
        if self.kind == RATE:
            error = self._rate(program, reply)
        elif self.kind == HOLD:
            error = self._hold(program)
        else:
            error = self._go_on(program)
        if error:
            return error
        return self._within_rates(program, reply)

    def carry_out(self):
        """Do what was judged."""
        app = self._app
        program = app.program
        pl_per_step = app.ledger.allotment.pl_per_step
        program.extra_steps += self.more_in_window
        if self.kind == RATE:
            self._done.note(app.tick_count)
            self._altering.change_rate(self.rate_nl_h, pl_per_step)
            app.note(codes.EVENT_TITRATED, self.rate_nl_h, self.from_nl_h)
        elif self.kind == HOLD:
            self._altering.hold(pl_per_step)
            app.note(codes.EVENT_HELD, self.rate_nl_h, program.place.index)
        else:
            self._altering.go_on()
            app.note(codes.EVENT_WENT_ON, program.place.index, self.from_nl_h)

    def _rate(self, program, reply):
        values = self._app.settings
        if not self._altering.titratable():
            reply.detail = program.place.index
            return codes.ERROR_NOT_TITRATABLE
        period = values[codes.CONFIG_TITRATION_MINUTES] * TICKS_PER_MINUTE
        most = values[codes.CONFIG_TITRATION_COUNT]
        wait = self._done.wait(self._app.tick_count, period, most)
        if wait:
            reply.detail = wait if wait > 0 else 0
            return codes.ERROR_TITRATION_COUNT
        self.rate_nl_h = self._asked_nl_h
        step = self.rate_nl_h - self.from_nl_h
        if step < 0:
            step = -step
        most = self.from_nl_h * values[codes.CONFIG_TITRATION_STEP_PPM] // _PPM
        if step > most:
            reply.detail = most
            return codes.ERROR_TITRATION_STEP
        self.ticks = program.stretch.left_ticks()
        self._weigh(program.stretch.left_steps(), self.from_nl_h)
        return 0

    def _hold(self, program):
        if not self._altering.holdable():
            return codes.ERROR_NOT_TITRATABLE
        self.rate_nl_h = self.from_nl_h
        self.ticks = program.left_ticks()
        self._weigh(program.left_steps(), self._altering.lowest_left_nl_h())
        return 0

    def _go_on(self, program):
        if not program.held:
            return codes.ERROR_NOT_TITRATABLE
        window = self._window_ticks()
        self.rate_nl_h = self._altering.peak_after_nl_h()
        self.ticks = self._altering.after_ticks
        self.more_steps = self._altering.after_steps - program.left_steps()
        self.more_in_window = self._steps_more(self.from_nl_h, window)
        return 0

    def _weigh(self, planned_steps, lowest_nl_h):
        """What the rate needs over ``ticks`` beyond what is planned there."""
        pl_per_step = self._app.ledger.allotment.pl_per_step
        steps = self._app.program.stretch.steps_at(self.rate_nl_h, self.ticks, pl_per_step)
        self.more_steps = steps - planned_steps
        self.more_in_window = self._steps_more(lowest_nl_h, self._window_ticks())

    def _steps_more(self, lowest_nl_h, window_ticks):
        """The most that a window can be above what it was, where no rate was below the lowest."""
        more_nl_h = self.rate_nl_h - lowest_nl_h
        if more_nl_h <= 0:
            return 0
        ticks = self.ticks if self.ticks < window_ticks else window_ticks
        pl_per_step = self._app.ledger.allotment.pl_per_step
        return more_nl_h * ticks * PL_PER_NL // (TICKS_PER_HOUR * pl_per_step) + 2

    def _window_ticks(self):
        return held_ticks(self._app.settings[codes.CONFIG_WINDOW_MINUTES])

    def _within_rates(self, program, reply):
        app = self._app
        limit = app.limits.rate_nl_h - app.bolus.rate_nl_h()
        if self.rate_nl_h > limit:
            reply.detail = limit if limit > 0 else 0
            return codes.ERROR_RATE_LIMIT
        if self.kind == RATE and self.rate_nl_h < program.keep_open_nl_h:
            reply.detail = self.rate_nl_h
            return codes.ERROR_KEEP_OPEN
        return 0
