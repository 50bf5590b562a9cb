"""ARM and PRIMe check a wish against every limit; STARt does what the token stands for (C8)."""

from pump import codes, hal, machine, soft, token
from pump.fitted import list_not_fitted, list_optional_not_fitted
from pump.program import NOTHING
from pump.record_room import RUN_RECORDS, journal_records
from pump.scale import PL_PER_NL, STEPS_MAX, TICKS_PER_HOUR, clipped, nl_from_steps, steps_per_hour
from pump.window import held_ticks

# Records that pauses, alarms and restarts of one infusion may cost beside the reservations (own).
_SPARE_RECORDS = 16
_PARTS = 11
# Priming is attended: a host that says nothing for so long stops it (own).
_PRIME_HOST_TIMEOUT_MS = 5000


class Arming:
    """The first and the second step towards motion. Attribute: ``parts`` of the last answer."""

    def __init__(self, app):
        self._app = app
        self._steps = 0
        self._most = 0  # of those, the most that one window has to take
        self._most_loaded = 0  # the same of the program as it was loaded
        self._window_ticks = 0  # of the window that changes of rate are weighed for
        self._peak_nl_h = 0
        self._ticks = 0
        self._records = 0
        self._journal_records = 0
        self._gain = 1  # steps that each record is good for, at the least
        self.window_spare = 0  # steps that the window has beyond what was armed
        self.armed_tick = 0
        self._host_timeout_ms = 0
        self._program = app.program
        self._fresh = False
        self._switches = 0
        self._dry = False
        self.parts = _PARTS

    def arm(self, start, on_host_loss, host_timeout_ms, reply):
        """First step towards a run; error code, with what is wrong in ``reply.detail``."""
        app = self._app
        program = app.program
        error = self.ready(reply)
        if error:
            return error
        if not program.closed:
            return codes.ERROR_NO_PROGRAM
        pl_per_step = app.ledger.allotment.pl_per_step
        if program.phase == NOTHING and program.compile(pl_per_step) < 0:
            reply.detail = self._left_nl()
            return codes.ERROR_OVER_CAP
        slope = app.settings[codes.CONFIG_RAMP_SLOPE_NL_H_MIN]
        if slope and program.segments.steeper_than(slope):
            reply.detail = slope
            return codes.ERROR_RAMP_SLOPE
        fresh = start == codes.FROM_FRESH
        self._fresh = fresh
        if fresh:
            steps = program.compiled_steps
            ticks = program.duration_ticks
        else:
            steps = program.left_steps() + app.infusion.pending_steps
            ticks = program.left_ticks()
            over = steps == 0 and ticks == 0 and not program.keep_open_nl_h
            if program.phase == NOTHING or over:
                return codes.ERROR_NOTHING_LEFT
        error = self._fits(program, steps, ticks, reply)
        if error:
            return error
        keep_open = on_host_loss == codes.ON_HOST_LOSS_KEEPOPEN
        if keep_open and not program.keep_open_nl_h:
            reply.detail = program.slowest_nl_h()
            return codes.ERROR_KEEP_OPEN
        self.window_spare = app.governor.window_left() - self._most
        if not fresh:
            self.window_spare += program.extra_steps  # what changes so far took is in ``_most``
        self.window_spare -= steps_per_hour(program.keep_open_nl_h, pl_per_step)
        self.armed_tick = app.tick_count
        app.on_host_loss = on_host_loss
        app.keep_open_steps_h = steps_per_hour(program.keep_open_nl_h, pl_per_step)
        self._host_timeout_ms = host_timeout_ms
        run_steps = steps if fresh else app.soft.done_steps() + steps
        bolus_nl = program.segments.largest_bolus_nl
        exceeded = app.soft.exceeded(self._peak(program), run_steps, bolus_nl)
        self._offer(token.RUN, program, steps, ticks, exceeded | app.soft.configured())
        return 0

    def prime(self, volume_nl, rate_nl_h, reply):
        """First step of priming: a single bolus, counted like every other forward step."""
        app = self._app
        error = self.ready(reply)
        if error:
            return error
        priming = app.priming
        priming.clear()
        error = priming.add(codes.SEGMENT_BOLUS, rate_nl_h, rate_nl_h, volume_nl, 0)
        if error:
            return error
        priming.close(codes.THEN_STOP, 0)
        steps = priming.compile(app.ledger.allotment.pl_per_step)
        app.prime.restart()
        error = self._fits(priming, steps, priming.duration_ticks, reply)
        if error:
            return error
        exceeded = app.soft.exceeded(priming.peak_nl_h, 0, 0)
        self._offer(token.PRIME, priming, steps, priming.duration_ticks, exceeded)
        return 0

    def start(self, number, reply):
        """Second step; error code. What was true at the first step is checked again."""
        app = self._app
        purpose = app.token.purpose
        error = self.blocked(reply)
        if error == 0 and self._preparing():
            error = codes.ERROR_BUSY
        if error == 0:
            error = app.token.take(number, purpose, app.tick_count)
            if error == codes.ERROR_SOFT_UNCONFIRMED:
                reply.detail = app.token.soft
        # On record before anything moves: a restart from here on finds that it was running.
        if error == 0 and not app.ledger.reserve(
            app.governor.debited(), app.governor.powered_minute()
        ):
            app.trip_once(codes.ALARM_STORAGE_FAILED, 0, 0)
            error = codes.ERROR_STORAGE
        if error:
            return error
        app.alarms.reset(codes.ALARM_END_OF_INFUSION)
        if purpose == token.PRIME:
            app.watch.host.agree(_PRIME_HOST_TIMEOUT_MS)
            app.priming.begin()
            app.change(machine.PRIME)
        else:
            app.watch.host.agree(self._host_timeout_ms)
            if self._fresh:
                self._window_ticks = held_ticks(app.settings[codes.CONFIG_WINDOW_MINUTES])
                app.program.as_run.first_record = app.journal.newest + 1
                app.program.rewind()
                app.infusion.restart()
                app.soft.begin()
                app.shift_told = 0
            app.infusion.resume()
            app.program.begin()
            app.change(machine.START)
        return 0

    def part(self, index, reply):
        """One part of the answer to ARM or PRIMe; the token is the last, when memory is ready."""
        app = self._app
        allotment = app.ledger.allotment
        if index >= _PARTS or allotment is None:
            return codes.ERROR_NO_PART
        if index == 0:
            reply.pair(b"container=", allotment.container)
            reply.pair(b" id=", allotment.identity)
        elif index == 1:
            _volume(reply, nl_from_steps(self._steps, allotment.pl_per_step))
            reply.text(b" degraded=")  # here because there is room
            app.watch.degraded(self._program, reply)
        elif index == 2:
            reply.pair(b"peak_nl_h=", self._peak_nl_h)
            reply.pair(b" steps=", self._steps)
        elif index == 3:
            reply.pair(b"duration_ticks=", self._ticks)
            reply.pair(b" keep_open_nl_h=", self._program.keep_open_nl_h)
        elif index == 4:
            reply.pair(b"cap_left_steps=", app.governor.cap_left())
            reply.pair(b" pl_per_step=", allotment.pl_per_step)
        elif index == 5:
            reply.text(b"hash=")
            reply.hexadecimal(self._program.fingerprint(), 4)
            reply.text(b" notfitted=")
            list_not_fitted(app.data, reply)
        elif index == 6:
            reply.text(b"notfitted=")
            list_optional_not_fitted(app.data, reply)
        elif index == 7:
            reply.text(b"disabled=")
            app.watch.disabled(reply)
        elif index == 8:
            reply.text(b"profile=")
            app.profile.write(reply)
            reply.text(b" soft=")
            soft.write(app.token.soft, reply)
        elif index == 9:
            if app.travel.limited():
                reply.pair(b"container_left_steps=", app.governor.travel_left())
            else:
                reply.text(b"container_left=unknown")
        elif self._preparing():
            return codes.ERROR_BUSY
        else:
            reply.pair(b"token=", app.token.number)
        return 0

    def spare_as_loaded(self):
        """What a window could take from now on beside a rest that comes as it was loaded."""
        app = self._app
        planned = self._most_loaded + app.infusion.pending_steps + app.bolus.left_steps()
        return app.governor.window_left() - planned - app.keep_open_steps_h

    def go_on_as_loaded(self):
        """Count from here on: what changes may have added to a window is in what it has left."""
        self.window_spare = self.spare_as_loaded()
        self.armed_tick = self._app.tick_count
        self._app.program.extra_steps = 0

    def watch_inputs(self):
        """While armed, once a tick: what the first step saw must still be so, or it is void."""
        if self._inputs() != self._switches or self._app.watch.air.dry != self._dry:
            self._app.token.void()

    def _inputs(self):
        return self._app.reading.switches & ~hal.SWITCH_BUTTON

    def _retract(self):
        """Whatever becomes of this first step, the one before it starts nothing any more."""
        self._app.token.void()
        if self._app.state == codes.STATE_ARMED:
            self._app.change(machine.DISARM)

    def ready(self, reply):
        """Everything that must hold whatever is wished for; error code."""
        app = self._app
        self._retract()
        error = self.blocked(reply)
        if error:
            return error
        if app.ledger.allotment is None:
            return codes.ERROR_NO_ALLOTMENT
        allotment = app.ledger.allotment
        if app.watch.occlusion.limit > allotment.pressure_max_pa:
            reply.detail = allotment.pressure_max_pa
            return codes.ERROR_CONTAINER_LIMIT
        if app.profile.pressure_pa and app.watch.occlusion.limit > app.profile.pressure_pa:
            reply.detail = app.profile.pressure_pa
            return codes.ERROR_PROFILE_LIMIT
        return 0 if app.ledger.confirmed else codes.ERROR_UNCONFIRMED

    def latched(self, reply):
        """What refuses motion and a new allotment alike; error code."""
        app = self._app
        if not app.provisioned():
            return codes.ERROR_UNPROVISIONED
        if app.alarms.faulted():
            reply.detail = app.alarms.faulted()
            return codes.ERROR_FAULT_LATCHED
        if app.alarms.first:
            reply.detail = app.alarms.first
            return codes.ERROR_ALARM_LATCHED
        return 0

    def blocked(self, reply):
        """What refuses motion of any kind; error code."""
        app = self._app
        error = self.latched(reply)
        if error:
            return error
        switches = app.reading.switches
        if switches & hal.SWITCH_JUMPER:
            return codes.ERROR_JUMPER_FITTED
        if switches & (hal.SWITCH_ESTOP | hal.SWITCH_CASSETTE_OUT):
            reply.detail = switches & (hal.SWITCH_ESTOP | hal.SWITCH_CASSETTE_OUT)
            return codes.ERROR_SWITCH_OPEN
        return 0

    def _fits(self, program, steps, ticks, reply):
        """Rate, cap, window, keep-open rate and ledger room."""
        app = self._app
        governor = app.governor
        pl_per_step = app.ledger.allotment.pl_per_step
        if program is app.program and app.watch.air.dry:
            reply.detail = codes.ALARM_AIR_BUBBLE
            return codes.ERROR_ALARM_LATCHED
        if self._peak(program) > app.limits.rate_nl_h:
            reply.detail = app.limits.rate_nl_h
            return codes.ERROR_RATE_LIMIT
        if steps > governor.cap_left():
            reply.detail = self._left_nl()
            return codes.ERROR_OVER_CAP
        # A program may be longer than what is in the container, which is then changed in mid-run.
        in_container = governor.travel_left()
        if in_container == 0 or (program is app.priming and steps > in_container):
            reply.detail = clipped(nl_from_steps(in_container, pl_per_step))
            return codes.ERROR_CONTAINER_LIMIT
        window_ticks = held_ticks(app.settings[codes.CONFIG_WINDOW_MINUTES])
        loaded = program.compiled_steps
        if program.duration_ticks > window_ticks:
            loaded = program.most_steps(window_ticks)
        self._most_loaded = loaded
        most = steps
        if ticks > window_ticks:
            most = loaded
            if not self._fresh:
                other = window_ticks != self._window_ticks
                most = steps if other else loaded + program.extra_steps
            most = steps if steps < most else most  # of what was run before nothing comes again
        self._most = most
        if most > governor.window_left():
            reply.detail = clipped(nl_from_steps(governor.window_left(), pl_per_step))
            return codes.ERROR_OVER_WINDOW
        if program.keep_open_nl_h:
            hourly = steps_per_hour(program.keep_open_nl_h, pl_per_step)
            room = governor.cap_left() - steps
            in_window = governor.window_left() - most
            room = in_window if in_window < room else room
            if program.keep_open_nl_h > program.slowest_nl_h() or hourly > room:
                slowest = program.slowest_nl_h()
                highest = clipped(nl_from_steps(room, pl_per_step))
                reply.detail = slowest if slowest < highest else highest
                return codes.ERROR_KEEP_OPEN
        error = self._room(steps, program, reply)
        return error if error else self._journal_room(program, ticks, reply)

    def _peak(self, program):
        """The highest rate that may come of it."""
        peak = program.peak_nl_h
        if program.rate_nl_h() > peak and not self._fresh:  # changed while it ran
            peak = program.rate_nl_h()
        return program.keep_open_nl_h if program.keep_open_nl_h > peak else peak

    def _room(self, steps, program, reply):
        """Fix the reservation and ask the ledger for the records that this infusion needs (C3)."""
        app = self._app
        governor = app.governor
        # 150 ms at the limit in force and a step, but no finer than 0.1 % of the cap or 5 % of the
        # window's, whichever is less: how far the ledger may stand above what was done.
        least = app.limits.steps_per_hour * 3 // TICKS_PER_HOUR + 1
        least += 1 if app.limits.steps_per_hour * 3 % TICKS_PER_HOUR else 0
        share = governor.cap_steps() // 1000
        of_window = governor.window_cap_steps() // 20
        share = of_window if of_window < share else share
        reservation = least if least > share else share
        if program.keep_open_nl_h:  # without end, so room for all that the cap has left
            steps = governor.cap_left()
        # Of each reservation up to ``least`` steps may be outstanding when the next is written.
        self._gain = reservation - least if reservation > 2 * least else (reservation + 1) // 2
        # With room for all that the cap has left, any bolus or change that the caps allow fits
        # too; where no memory has that, for this program alone.
        self._records = self.records_for(governor.cap_left()) + _SPARE_RECORDS
        if not app.ledger.prepare(self._records):
            self._records = self.records_for(steps) + _SPARE_RECORDS
            if not app.ledger.prepare(self._records):
                reply.detail = self._records
                return codes.ERROR_LEDGER_FULL
        app.gate.reservation = reservation
        return 0 if app.ledger.set_reservation(reservation) else codes.ERROR_STORAGE

    def _offer(self, purpose, program, steps, ticks, exceeded):
        app = self._app
        self._program = program
        self._steps = steps
        self._ticks = ticks
        self._peak_nl_h = program.peak_nl_h
        self.offer(purpose, exceeded)
        if purpose == token.RUN:
            app.watch.blind.begin(app.reading.edges)

    def offer(self, purpose, exceeded=0):
        """Arm for something: issue its token, which dies with any input that changes."""
        app = self._app
        self._switches = self._inputs()
        self._dry = app.watch.air.dry
        app.token.issue(purpose, app.reading.now_ms, app.tick_count, exceeded)
        # Before the driver is energised: one that hangs from here on is cut.
        app.clock.watchdog(app.watchdog_ms)
        app.change(machine.ARM)

    def _journal_room(self, program, ticks, reply):
        """Ask the journal for the records that run and commands may take."""
        app = self._app
        if program is app.priming:
            self._journal_records = RUN_RECORDS
        else:
            endless = STEPS_MAX if program.keep_open_nl_h else ticks
            self._journal_records = journal_records(endless, app.settings)
        if not app.journal.prepare(self._journal_records):
            reply.detail = self._journal_records
            return codes.ERROR_JOURNAL_FULL
        return 0

    def records_for(self, steps):
        """Ledger records that so many steps may take with the reservation in force."""
        return steps // self._gain + 1

    def _preparing(self):
        app = self._app
        if app.watch.blind.testing or app.ledger.records_free < self._records:
            return True
        return app.journal.free < self._journal_records

    def _left_nl(self):
        app = self._app
        return clipped(nl_from_steps(app.governor.cap_left(), app.ledger.allotment.pl_per_step))


def _volume(reply, volume_nl):
    """In nL where it is a small integer, in uL rounded up beyond."""
    if volume_nl < 1 << 30:
        reply.pair(b"volume_nl=", volume_nl)
    else:
        reply.pair(b"volume_ul=", -(-volume_nl // PL_PER_NL))
