"""Changes while the program runs: a first step checks and tells, STARt carries out (GIP 2.1.1)."""

from pump import codes, soft, token
from pump.scale import TICKS_PER_MINUTE, clipped, nl_from_steps
from pump.scale import steps_per_hour as whole_steps_per_hour
from pump.titration import GO_ON, Titration

# How long after its end a bolus could still run beside the program (own): what its first step,
# the token's 30 s and shifted time may put between.
_MARGIN_TICKS = 1200
_WINDOW_SLACK_TICKS = 2 * TICKS_PER_MINUTE  # the window forgets by whole minutes
_BOLUS_PARTS = 6
_TITRATION_PARTS = 5


class Ordering:
    """First and second step of what is asked for in mid-run. Attribute: ``parts``."""

    def __init__(self, app, arming):
        self._app = app
        self._arming = arming
        self._titration = Titration(app)
        self._purpose = token.NOTHING
        self.parts = 0

    # -- bolus ----------------------------------------------------------------------------------

    def bolus(self, volume_nl, rate_nl_h, reply):
        """First step of a bolus on demand; error code, with what is wrong in ``reply.detail``."""
        app = self._app
        app.token.void()
        self._purpose = token.BOLUS
        error = self._arming.blocked(reply)
        if error:
            return error
        error = self._locked(reply)
        if error:
            return error
        error = app.bolus.load(volume_nl, rate_nl_h, app.ledger.allotment.pl_per_step)
        if error:
            return error
        error = self._bolus_fits(reply)
        if error:
            return error
        return self._offer(_BOLUS_PARTS, self._bolus_exceeds())

    def _locked(self, reply):
        """Lockout and count; the detail is the time to wait in ticks, 0 when it never comes."""
        app = self._app
        bolus = app.bolus
        values = app.settings
        lockout = values[codes.CONFIG_BOLUS_LOCKOUT_MINUTES] * TICKS_PER_MINUTE
        wait = bolus.locked_ticks(app.tick_count, lockout)
        if wait:
            reply.detail = wait
            return codes.ERROR_BOLUS_LOCKED
        most = values[codes.CONFIG_BOLUS_COUNT]
        wait = bolus.given.wait(app.tick_count, self._window_ticks(), most)
        if wait:
            reply.detail = wait if wait > 0 else 0
            return codes.ERROR_BOLUS_COUNT
        return 0

    def _bolus_fits(self, reply):
        """Rate together with the program's, cap, window, and room in the ledger."""
        app = self._app
        program = app.bolus.program
        limit = app.limits.rate_nl_h
        basal = app.program.peak_within(program.duration_ticks + _MARGIN_TICKS)
        if program.peak_nl_h + basal > limit:
            reply.detail = limit - basal if limit > basal else 0
            return codes.ERROR_RATE_LIMIT
        return self._fits(program.total_steps, program.total_steps, reply)

    # -- titration ------------------------------------------------------------------------------

    def titrate(self, kind, rate_nl_h, reply):
        """First step of a change of rate, of holding it, or of going on; error code."""
        app = self._app
        app.token.void()
        self._purpose = token.TITRATE
        error = self._arming.blocked(reply)
        if error == 0:
            error = self._titration.propose(kind, rate_nl_h, reply)
        if error == 0:
            error = self._titration_fits(reply)
        if error:
            return error
        return self._offer(_TITRATION_PARTS, self._titration_exceeds())

    def _titration_fits(self, reply):
        return self._fits(self._titration.more_steps, self._titration.more_in_window, reply)

    # -- soft limits ----------------------------------------------------------------------------

    def _bolus_exceeds(self):
        app = self._app
        program = app.bolus.program
        basal = app.program.peak_within(program.duration_ticks + _MARGIN_TICKS)
        run_steps = app.soft.done_steps() + self._planned() + program.total_steps
        rate_nl_h = program.peak_nl_h + basal
        return app.soft.exceeded(rate_nl_h, run_steps, program.segments.largest_bolus_nl)

    def _titration_exceeds(self):
        """What goes down, or needs less, is never in question."""
        app = self._app
        change = self._titration
        rate_nl_h = 0
        if change.rate_nl_h > change.from_nl_h:
            rate_nl_h = change.rate_nl_h + app.bolus.rate_nl_h()
        run_steps = 0
        if change.more_steps > 0:
            run_steps = app.soft.done_steps() + self._planned() + change.more_steps
        return app.soft.exceeded(rate_nl_h, run_steps, 0)

    # -- what every change has to fit -----------------------------------------------------------

    def _fits(self, more_steps, more_in_window, reply):
        """Whether cap, window and ledger have room for more steps than they have been asked for.

        ``more_in_window`` is the most that any window may have to take more than it was planned.
        """
        app = self._app
        governor = app.governor
        pl_per_step = app.ledger.allotment.pl_per_step
        planned = self._planned()
        open_steps = whole_steps_per_hour(app.program.keep_open_nl_h, pl_per_step)
        room = governor.cap_left() - planned - open_steps
        if more_steps > room:
            reply.detail = _volume_nl(room, pl_per_step)
            return codes.ERROR_OVER_CAP
        # Either what ARM left over is enough, beside what was added since; or, where all that is
        # left comes as it was loaded, or runs within a window, what that has left at this moment.
        room = self._window_room()
        fits = more_in_window <= room
        if not fits and self._goes_on():
            fits = self._arming.spare_as_loaded() >= 0
        if not fits and self._left_ticks() <= self._window_ticks():
            now = governor.window_left() - planned - open_steps
            fits = more_steps <= now
            room = now if now > room else room
        if not fits:
            reply.detail = _volume_nl(room, pl_per_step)
            return codes.ERROR_OVER_WINDOW
        records = self._arming.records_for(planned + open_steps + more_steps)
        if records > app.ledger.records_free:
            reply.detail = records
            return codes.ERROR_LEDGER_FULL
        return 0

    def _window_ticks(self):
        return self._app.settings[codes.CONFIG_WINDOW_MINUTES] * TICKS_PER_MINUTE

    def _window_room(self):
        """What any window can still take beyond what ARM planned, by what was added since."""
        app = self._app
        since = app.tick_count - self._window_ticks() - _WINDOW_SLACK_TICKS
        if since < self._arming.armed_tick:
            since = self._arming.armed_tick
        return self._arming.window_spare - app.bolus.steps_since(since) - app.program.extra_steps

    def _goes_on(self):
        """Whether what is offered is going on from a hold."""
        return self._purpose == token.TITRATE and self._titration.kind == GO_ON

    def _planned(self):
        """Steps that are still to come, of the program and of a bolus that runs."""
        app = self._app
        return app.program.left_steps() + app.infusion.pending_steps + app.bolus.left_steps()

    # -- second step ----------------------------------------------------------------------------

    def start(self, number, reply):
        """Second step; error code. What was true at the first step is checked again."""
        app = self._app
        purpose = app.token.purpose
        error = self._arming.blocked(reply)
        if error == 0:
            error = app.token.take(number, self._purpose, app.tick_count)
            if error == codes.ERROR_SOFT_UNCONFIRMED:
                reply.detail = app.token.soft
        if error:
            return error
        if purpose == token.BOLUS:
            error = self._bolus_fits(reply)
            if error == 0:
                error = self._told(self._bolus_exceeds(), reply)
            if error == 0:
                self._begin_bolus()
        else:
            error = self._titration.again(reply)
            if error == 0:
                error = self._titration_fits(reply)
            if error == 0:
                error = self._told(self._titration_exceeds(), reply)
            if error == 0:
                self._carry_out()
        return error

    def _carry_out(self):
        arming = self._arming
        self._titration.carry_out()
        if self._goes_on() and arming.spare_as_loaded() > self._window_room():
            arming.go_on_as_loaded()

    def _told(self, exceeded, reply):
        """Whether the first step named every soft limit that is exceeded now; error code."""
        reply.detail = exceeded & ~self._app.token.soft
        return codes.ERROR_SOFT_UNCONFIRMED if reply.detail else 0

    def _left_ticks(self):
        """Ticks to the end of the program, by what is offered if that is going on."""
        if self._goes_on():
            return self._titration.ticks
        return self._app.program.left_ticks()

    def _begin_bolus(self):
        app = self._app
        app.bolus.begin(app.tick_count)
        app.note(codes.EVENT_BOLUS_STARTED, app.bolus.asked_steps, app.bolus.rate_nl_h())

    def part(self, index, reply):
        """One part of the answer to the first step; the token is the last."""
        if index >= self.parts:
            return codes.ERROR_NO_PART
        if index == self.parts - 1:
            reply.pair(b"token=", self._app.token.number)
        elif self._purpose == token.BOLUS:
            self._bolus_part(index, reply)
        else:
            self._titration_part(index, reply)
        return 0

    def _titration_part(self, index, reply):
        titration = self._titration
        if index == 0:
            reply.pair(b"rate_nl_h=", titration.rate_nl_h)
            reply.pair(b" from_nl_h=", titration.from_nl_h)
        elif index == 1:
            reply.pair(b"ticks=", titration.ticks)
            more = titration.more_steps
            reply.pair(b" more_steps=" if more >= 0 else b" fewer_steps=", abs(more))
        elif index == 2:
            reply.pair(b"cap_left_steps=", self._app.governor.cap_left())
            reply.pair(b" window=", self._app.governor.window_left())
        else:
            reply.pair(b"changes_left=", titration.changes_left())
            self._soft(reply)

    def _bolus_part(self, index, reply):
        app = self._app
        program = app.bolus.program
        governor = app.governor
        if index == 0:
            volume = nl_from_steps(program.total_steps, app.ledger.allotment.pl_per_step)
            reply.pair(b"volume_nl=", volume)
            reply.pair(b" steps=", program.total_steps)
        elif index == 1:
            reply.pair(b"rate_nl_h=", program.peak_nl_h)
            reply.pair(b" duration_ticks=", program.duration_ticks)
        elif index == 2:
            reply.pair(b"basal_nl_h=", app.program.rate_nl_h())
            self._soft(reply)
        elif index == 3:
            reply.pair(b"cap_left_steps=", governor.cap_left())
            reply.pair(b" window=", governor.window_left())
        else:
            values = app.settings
            done = app.bolus.given.count(app.tick_count - self._window_ticks())
            reply.pair(b"boluses_left=", values[codes.CONFIG_BOLUS_COUNT] - done)
            reply.pair(b" lockout_min=", values[codes.CONFIG_BOLUS_LOCKOUT_MINUTES])

    def _soft(self, reply):
        reply.text(b" soft=")
        soft.write(self._app.token.soft, reply)

    def _offer(self, parts, exceeded):
        app = self._app
        self.parts = parts
        app.token.issue(self._purpose, app.reading.now_ms, app.tick_count, exceeded)
        return 0


def _volume_nl(steps, pl_per_step):
    """Steps as a detail in nL, 0 when there is less than nothing."""
    return clipped(nl_from_steps(steps, pl_per_step)) if steps > 0 else 0
