"""What an operator may ask for: one method a command, an error code back (0: done).

The link has checked spelling, ranges, envelope and state; here the pump is.
"""

from pump import codes, machine, titration, token
from pump.allotting import Allotting
from pump.answers import Answers
from pump.ordering import Ordering
from pump.record_room import COMMAND_RECORDS
from pump.refitting import Refitting
from pump.scale import TICK_MS
from pump.service import Service


class Operator:
    """Carries out commands on an ``App``."""

    def __init__(self, app):
        self._app = app
        self._answers = Answers(app)
        self._arming = app.arming
        self._ordering = Ordering(app, self._arming)
        self._allotting = Allotting(app)
        self._refitting = Refitting(app)
        self._service = Service(app)
        self._link = 0
        self._armed_link = 0
        self._answer = self._answers  # who fills the parts of the last long answer
        self.matches = True
        self._handlers = [self._nothing] * (codes.COMMAND_SOFT_CONFIRM + 1)  # type: list
        for command, handler in (
            (codes.COMMAND_IDN, self._identify),
            (codes.COMMAND_STATUS, self._status),
            (codes.COMMAND_STOP, self._stop),
            (codes.COMMAND_LIMITS, self._limits),
            (codes.COMMAND_ALLOTMENT, self._allotment),
            (codes.COMMAND_CONFIG_GET, self._config_get),
            (codes.COMMAND_ALARMS, self._alarms),
            (codes.COMMAND_SELFTEST, self._selftest),
            (codes.COMMAND_SENSORS, self._sensors),
            (codes.COMMAND_LOG, self._log),
            (codes.COMMAND_PROGRAM_CLEAR, self._program_clear),
            (codes.COMMAND_SEGMENT, self._segment),
            (codes.COMMAND_PROGRAM_END, self._program_end),
            (codes.COMMAND_ARM, self._arm),
            (codes.COMMAND_START, self._start),
            (codes.COMMAND_DISARM, self._disarm),
            (codes.COMMAND_PAUSE, self._pause),
            (codes.COMMAND_PRIME, self._prime),
            (codes.COMMAND_WITHDRAW, self._withdraw),
            (codes.COMMAND_REFIT, self._refit),
            (codes.COMMAND_REFIT_CONFIRM, self._refit_confirm),
            (codes.COMMAND_AS_RUN, self._as_run),
            (codes.COMMAND_BOLUS, self._bolus),
            (codes.COMMAND_TITRATE, self._titrate),
            (codes.COMMAND_TITRATE_HOLD, self._titrate_hold),
            (codes.COMMAND_TITRATE_GO_ON, self._titrate_go_on),
            (codes.COMMAND_ACKNOWLEDGE, self._acknowledge),
            (codes.COMMAND_SILENCE, self._silence),
            (codes.COMMAND_ALLOTMENT_NEW, self._allotment_new),
            (codes.COMMAND_ALLOTMENT_CONFIRM, self._allotment_confirm),
            (codes.COMMAND_CONFIG_SET, self._config_set),
            (codes.COMMAND_CONFIG_COMMIT, self._config_commit),
            (codes.COMMAND_PROVISION, self._provision),
            (codes.COMMAND_SERVICE, self._service_mode),
            (codes.COMMAND_PROFILE, self._profile),
            (codes.COMMAND_PROFILE_CLEAR, self._profile_clear),
            (codes.COMMAND_SOFT_CONFIRM, self._soft_confirm),
        ):
            self._handlers[command] = handler

    # -- what the link tells --------------------------------------------------------------------

    def state(self):
        """The state, for the link to check what is allowed in it."""
        return self._app.state

    def execute(self, command, args, reply):
        """Carry out one command; what it changed or was refused is journalled."""
        if command == codes.COMMAND_STOP or command > codes.COMMAND_LOG:
            if command != codes.COMMAND_STOP and self._app.journal.free < COMMAND_RECORDS:
                reply.detail = self._app.journal.free
                return codes.ERROR_JOURNAL_FULL
            error = self._handlers[command](args, reply)
            self._app.note(codes.EVENT_COMMAND, command, error)
            return error
        return self._handlers[command](args, reply)

    def part(self, index, reply):
        """Write one part of the last long answer; return an error code."""
        return self._answer.part(index, reply)

    def stop_byte(self):
        """0x03 was seen in the stream."""
        self._app.stop()

    def leave(self):
        """0x03 and Ctrl-A: stopped already; the driver is cut before the link is given up."""
        self._app.leave()

    def host_heard(self, link):
        """A valid safe envelope came in; only that of the arming link keeps the promise (C8)."""
        self._link = link
        if link == self._armed_link:
            self._app.watch.host.heard()

    def link_opened(self, link, matches):
        """HELLO: whatever was said at a first step is void."""
        self._link = link
        self.matches = matches
        self._app.mismatch = not matches
        self._app.token.void()

    # -- reading --------------------------------------------------------------------------------

    def _nothing(self, args, reply):
        return codes.ERROR_SYNTAX

    def _identify(self, args, reply):
        return self._answers.identify(reply)

    def _status(self, args, reply):
        return self._answers.status(reply)

    def _sensors(self, args, reply):
        return self._answers.sensors(reply)

    def _config_get(self, args, reply):
        return self._service.get(args[0], reply)

    def _log(self, args, reply):
        parts = self._answers.log(args[0])
        if parts == 0:
            return codes.ERROR_NO_PART
        return self._announce(parts, self._answers, reply)

    def _limits(self, args, reply):
        return self._announce(self._answers.limits(), self._answers, reply)

    def _allotment(self, args, reply):
        return self._announce(self._answers.allotment(), self._answers, reply)

    def _alarms(self, args, reply):
        return self._announce(self._answers.alarms(), self._answers, reply)

    def _as_run(self, args, reply):
        return self._announce(self._answers.as_run(args[0]), self._answers, reply)

    def _selftest(self, args, reply):
        return self._announce(self._answers.selftest(), self._answers, reply)

    def _announce(self, parts, answer, reply):
        self._answer = answer
        reply.text(b"PARTS ")
        reply.number(parts)
        return 0

    # -- stopping -------------------------------------------------------------------------------

    def _stop(self, args, reply):
        self._app.stop()
        return 0

    def _pause(self, args, reply):
        self._app.pause()
        return 0

    def _acknowledge(self, args, reply):
        app = self._app
        fault = app.alarms.faulted()
        app.note(codes.EVENT_ACKNOWLEDGED, app.alarms.first, fault)
        left = app.alarms.acknowledge()
        if fault:
            reply.detail = fault
            return codes.ERROR_FAULT_LATCHED
        if left:
            reply.detail = left
            return codes.ERROR_ALARM_LATCHED
        if app.state == codes.STATE_ALARM:
            app.change(machine.ACKNOWLEDGE)
        return 0

    def _silence(self, args, reply):
        self._app.alarms.silence(self._app.tick_count + args[0] // TICK_MS)
        return 0

    # -- towards motion: always two steps -------------------------------------------------------

    def _program_clear(self, args, reply):
        self._app.token.void()
        self._app.program.clear()
        if self._app.state == codes.STATE_ARMED:
            self._app.change(machine.DISARM)
        return 0

    def _segment(self, args, reply):
        app = self._app
        app.token.void()
        if args[0] == 0:
            app.program.clear()
        if args[0] != app.program.count or app.program.closed:
            reply.detail = app.program.count
            return codes.ERROR_SEGMENT_ORDER
        reply.detail = args[0]
        error = app.program.add(args[1], args[2], args[3], args[4], args[5])
        if error == codes.ERROR_REPEAT:
            reply.detail = app.program.segments.reach()
        return error

    def _program_end(self, args, reply):
        program = self._app.program
        self._app.token.void()
        if program.closed:  # what was armed or has run is not changed under it: load it anew
            reply.detail = program.count
            return codes.ERROR_SEGMENT_ORDER
        return program.close(args[0], args[1])

    def _arm(self, args, reply):
        error = self._arming.arm(args[0], args[1], args[2], reply)
        if error:
            return error
        self._armed_link = self._link
        return self._announce(self._arming.parts, self._arming, reply)

    def _prime(self, args, reply):
        error = self._arming.prime(args[0], args[1], reply)
        if error:
            return error
        self._armed_link = self._link
        return self._announce(self._arming.parts, self._arming, reply)

    def _withdraw(self, args, reply):
        withdrawal = self._app.withdrawal
        error = withdrawal.offer(args[0], args[1], reply)
        if error:
            return error
        self._armed_link = self._link
        return self._announce(withdrawal.parts, withdrawal, reply)

    def _refit(self, args, reply):
        error = self._refitting.propose(args[0], reply)
        if error:
            return error
        return self._announce(self._refitting.parts, self._refitting, reply)

    def _refit_confirm(self, args, reply):
        return self._refitting.confirm(args[0], reply)

    def _bolus(self, args, reply):
        return self._ordered(self._ordering.bolus(args[0], args[1], reply), reply)

    def _titrate(self, args, reply):
        return self._ordered(self._ordering.titrate(titration.RATE, args[0], reply), reply)

    def _titrate_hold(self, args, reply):
        return self._ordered(self._ordering.titrate(titration.HOLD, 0, reply), reply)

    def _titrate_go_on(self, args, reply):
        return self._ordered(self._ordering.titrate(titration.GO_ON, 0, reply), reply)

    def _ordered(self, error, reply):
        if error:
            return error
        return self._announce(self._ordering.parts, self._ordering, reply)

    def _start(self, args, reply):
        if self._app.infusing():
            return self._ordering.start(args[0], reply)
        if self._app.token.purpose == token.WITHDRAW:
            return self._app.withdrawal.start(args[0], reply)
        return self._arming.start(args[0], reply)

    def _soft_confirm(self, args, reply):
        app = self._app
        error = app.token.confirm(args[0], args[1], app.tick_count)
        if error == codes.ERROR_SOFT_DIFFERS:
            reply.detail = app.token.soft
        if error == 0:
            app.note(codes.EVENT_SOFT_CONFIRMED, args[1], app.profile.number)
        return error

    def _profile(self, args, reply):
        self._app.token.void()
        error = self._app.profile.take(args, reply)
        return error if error else self._profile_changed()

    def _profile_clear(self, args, reply):
        self._app.token.void()
        self._app.profile.clear()
        return self._profile_changed()

    def _profile_changed(self):
        app = self._app
        app.relimit()
        app.note(codes.EVENT_PROFILE, app.profile.number, app.profile.rate_nl_h)
        return 0

    def _disarm(self, args, reply):
        self._app.token.void()
        self._app.change(machine.DISARM)
        return 0

    def _allotment_new(self, args, reply):
        error = self._allotting.propose(args, reply)
        if error:
            return error
        return self._announce(self._allotting.parts, self._allotting, reply)

    def _allotment_confirm(self, args, reply):
        return self._allotting.confirm(args[0])

    # -- service --------------------------------------------------------------------------------

    def _config_set(self, args, reply):
        return self._service.set(args[0], args[1], reply)

    def _config_commit(self, args, reply):
        return self._service.commit()

    def _provision(self, args, reply):
        return self._service.provision()

    def _service_mode(self, args, reply):
        return self._service.mode(args[0])
