"""What the pump says of itself: the status record and the longer answers, part by part."""

from pump import codes, hal
from pump.code_check import SAME
from pump.detectors.occlusion import NO_PRESSURE
from pump.fitted import degraded, list_not_fitted, list_optional_not_fitted
from pump.limits_answer import limits_parts, write_limits
from pump.program import KEEP_OPEN, NOTHING, RUNNING
from pump.scale import clipped, nl_from_steps

VERSION = b"0.1.0"
_PRESSURE_OFFSET_PA = 100_000
_NO_SEGMENT = 0xFF
_ALARM_PARTS_MAX = codes.PARTS_MAX
_AS_RUN_HEAD = 2  # parts of ASRun? before the stretches


class Answers:
    """Fills ``reply``; the parts of the last long answer stay readable until the next."""

    def __init__(self, app):
        self._app = app
        self._fill = self._limits_part
        self._parts = 0
        self._first = 0
        self._record = app.journal.fields()

    def identify(self, reply):
        """Maker, board, version, protocol hash."""
        reply.text(b"benchpump,")
        reply.text(bytes(self._app.data.BOARD_NAME, "ascii"))
        reply.text(b",")
        reply.text(VERSION)
        reply.text(b",")
        reply.hexadecimal(codes.PROTOCOL_HASH, 6)
        return 0

    def status(self, reply):
        """The fixed record of protocol.toml [status]."""
        app = self._app
        delivery_rate = 0
        segment = _NO_SEGMENT
        if app.state == codes.STATE_RUNNING:
            delivery_rate = app.program.rate_nl_h() + app.bolus.rate_nl_h()
        elif app.state == codes.STATE_PRIMING:
            delivery_rate = app.priming.rate_nl_h()
        elif app.state == codes.STATE_WITHDRAWING:
            delivery_rate = app.withdrawal.rate_nl_h()
        if app.program.phase == RUNNING:
            segment = app.program.place.index
        pressure = app.watch.occlusion.pressure_pa
        reply.hexadecimal(app.state, 1)
        reply.hexadecimal(app.alarms.top, 2)
        reply.hexadecimal(self.flags(), 4)
        reply.hexadecimal(app.governor.debited(), 8)
        reply.hexadecimal(app.governor.cap_left(), 8)
        reply.hexadecimal(delivery_rate, 8)
        if pressure == NO_PRESSURE:
            reply.text(b"FFFFF")
        else:
            reply.hexadecimal(_within(pressure + _PRESSURE_OFFSET_PA, 0xFFFFE), 5)
        reply.hexadecimal(segment, 2)
        reply.hexadecimal(app.tick_count, 8)
        return 0

    def sensors(self, reply):
        """The fixed record of protocol.toml [sensors]: NOT_FITTED and NO_ANSWER as FF..FF, FF..FE.

        What every tick senses is as this tick sensed it; what is read in turns is read now.
        """
        reading = self._app.reading
        port = self._app.sensors
        reply.hexadecimal(reading.pressure_code, 4)
        reply.hexadecimal(reading.air_code, 4)
        reply.hexadecimal(reading.supply_code, 4)
        reply.hexadecimal(port.read(hal.CHANNEL_UPSTREAM), 4)
        reply.hexadecimal(port.read(hal.CHANNEL_ENCODER), 8)
        reply.hexadecimal(port.read(hal.CHANNEL_FLOW), 8)
        reply.hexadecimal(reading.switches, 1)
        reply.hexadecimal(reading.edges, 8)
        return 0

    def flags(self):
        """Bit set of codes.FLAG_*."""
        app = self._app
        flags = 0
        if not app.provisioned():
            flags |= codes.FLAG_UNPROVISIONED
        if app.reading.switches & hal.SWITCH_JUMPER:
            flags |= codes.FLAG_JUMPER
        if app.alarms.silenced(app.tick_count):
            flags |= codes.FLAG_SILENCED
        if app.state == codes.STATE_RUNNING and app.program.phase == KEEP_OPEN:
            flags |= codes.FLAG_KEEP_OPEN
        if app.upkeep.preparing:
            flags |= codes.FLAG_PREPARING
        watch = app.watch
        sees_all = not degraded(app.data) and watch.able() and not watch.too_slow(app.program)
        if not sees_all or not app.selftest.code.verified:
            flags |= codes.FLAG_DEGRADED
        if app.program.closed:
            flags |= codes.FLAG_PROGRAM
        if app.infusion.shifted_ticks:
            flags |= codes.FLAG_SHIFTED
        if app.governor.window_left() * 10 < app.governor.window_cap_steps():
            flags |= codes.FLAG_WINDOW
        if app.mismatch:
            flags |= codes.FLAG_MISMATCH
        if app.bolus.active:
            flags |= codes.FLAG_BOLUS
        if app.program.held:
            flags |= codes.FLAG_HELD
        if app.profile.number:
            flags |= codes.FLAG_PROFILE
        if app.ledger.allotment is not None:
            flags |= codes.FLAG_ALLOTTED
            if app.ledger.confirmed:
                flags |= codes.FLAG_CONFIRMED
        return flags

    def log(self, record):
        """Begin the answer to LOG?: a record, or the oldest kept; 0 parts when there is none."""
        journal = self._app.journal
        if record < journal.oldest:
            record = journal.oldest
        if record > journal.newest or not journal.read(record, self._record):
            return self._begin(self._log_part, 0)
        return self._begin(self._log_part, 2)

    def part(self, index, reply):
        """One part of the last long answer."""
        if index >= self._parts:
            return codes.ERROR_NO_PART
        return self._fill(index, reply)

    def limits(self):
        """Begin the answer to LIMits?; the number of parts."""
        return self._begin(self._limits_part, limits_parts(self._app))

    def allotment(self):
        """Begin the answer to ALLOTment?; the number of parts (one when there is none)."""
        return self._begin(self._allotment_part, 6 if self._app.ledger.allotment else 1)

    def alarms(self):
        """Begin the answer to ALARms?; one part an alarm, the first cause first."""
        count = 0
        code = self._app.alarms.latched_from(1)
        while code and count < _ALARM_PARTS_MAX:
            count += 1
            code = self._app.alarms.latched_from(code + 1)
        return self._begin(self._alarm_part, count)

    def selftest(self):
        """Begin the answer to SELFtest?."""
        return self._begin(self._selftest_part, 9)

    def as_run(self, first):
        """Begin the answer to ASRun?: what there is, then stretches from the first asked for."""
        self._first = first
        kept = self._app.program.as_run.kept
        stretches = kept - first if kept > first else 0
        most = codes.PARTS_MAX - _AS_RUN_HEAD
        parts = _AS_RUN_HEAD + (stretches if stretches < most else most)
        return self._begin(self._as_run_part, parts)

    def _as_run_part(self, index, reply):
        program = self._app.program
        if index == 0:
            reply.pair(b"count=", program.as_run.count)
            reply.pair(b" kept=", program.as_run.kept)
            forgotten = program.phase == NOTHING
            ticks = program.as_run.ticks if forgotten else program.run_ticks()
            reply.pair(b" ticks=", ticks)
        elif index == 1:
            reply.pair(b"record=", program.as_run.first_record)
        else:
            program.as_run.write(self._first + index - _AS_RUN_HEAD, reply)
        return 0

    def _begin(self, fill, parts):
        self._fill = fill
        self._parts = parts
        return parts

    def _log_part(self, index, reply):
        record = self._record
        if index == 0:
            for at in range(4):
                reply.number(record[at])
                reply.text(b" ")
        else:
            for at in range(4, len(record)):
                reply.number(record[at])
                reply.text(b" ")
            reply.number(self._app.journal.newest)
        return 0

    def _limits_part(self, index, reply):
        write_limits(self._app, index, reply)
        return 0

    def _allotment_part(self, index, reply):
        app = self._app
        allotment = app.ledger.allotment
        if allotment is None:
            reply.text(b"none=1")
        elif index == 0:
            reply.pair(b"id=", allotment.identity)
            reply.pair(b" container=", allotment.container)
        elif index == 1:
            reply.pair(b"cap_steps=", allotment.cap_steps)
            reply.pair(b" debited_steps=", app.governor.debited())
        elif index == 2:
            reply.pair(b"pl_per_step=", allotment.pl_per_step)
            nl = nl_from_steps(app.governor.debited(), allotment.pl_per_step)
            reply.pair(b" nl=", clipped(nl))
        elif index == 3:
            reply.pair(b"capacity_ul=", allotment.capacity_ul)
            reply.pair(b" pressure_max_pa=", allotment.pressure_max_pa)
        elif index == 4:
            reply.pair(b"rate_max_nl_h=", allotment.rate_max_nl_h)
        else:
            if app.travel.limited():
                reply.pair(b"left_steps=", app.governor.travel_left())
            else:
                reply.text(b"left=unknown")
            reply.pair(b" withdrawn_steps=", app.ledger.withdrawn_steps)
        return 0

    def _alarm_part(self, index, reply):
        alarms = self._app.alarms
        code = alarms.first
        if index or code == 0:
            # The first cause leads; the others follow in the order of their codes.
            place = 0 if code else -1
            candidate = 0
            while place < index:
                candidate = alarms.latched_from(candidate + 1)
                if candidate == 0:
                    return codes.ERROR_NO_PART
                if candidate != alarms.first:
                    place += 1
            code = candidate
        reply.pair(b"code=", code)
        reply.pair(b" value=", alarms.value(code))
        reply.pair(b" limit=", alarms.limit(code))
        return 0

    def _selftest_part(self, index, reply):
        app = self._app
        if index == 0:
            reply.pair(b"failed=", app.selftest.failed)
            reply.pair(b" reset=", app.clock.reset_cause())
        elif index == 1:
            reply.text(b"notfitted=")
            list_not_fitted(app.data, reply)
        elif index == 2:
            reply.text(b"notfitted=")
            list_optional_not_fitted(app.data, reply)
        elif index == 3:
            reply.text(b"disabled=")
            app.watch.disabled(reply)
        elif index == 4:
            reply.pair(b"late_ticks=", app.watch.late_ticks)
            reply.pair(b" late_most_ms=", app.watch.late_most_ms)
        elif index == 5:
            reply.pair(b"records_free=", app.ledger.records_free)
            reply.pair(b" generation=", app.ledger.generation)
        elif index == 6:
            reply.pair(b"log_free=", app.journal.free)
            reply.pair(b" boot=", app.journal.boot)
        elif index == 7:
            code = app.selftest.code
            reply.text(b"code=")
            if code.changed != SAME:
                reply.text(b"changed")
            else:
                reply.text(b"verified" if code.verified else b"unverified")
            reply.pair(b" files=", code.files)
            if code.verified:
                reply.text(b" crc=")
                reply.text(code.identity)
        else:
            # The chain beyond the contact has no way back to the chip on any board.
            reply.text(b"estop_chain=untestable")
            reply.pair(b" estop_min=", app.watch.estop_minutes)
        return 0


def _within(value, most):
    if value < 0:
        return 0
    return most if value > most else value
