"""Drawing back, to fill the container: two steps and a budget, and never inside an infusion."""

from pump import codes, machine, program, token
from pump.delivery import SHORT_TICKS_MAX, Delivery
from pump.scale import TICK_MS, clipped, nl_from_steps

_PARTS = 5
# As for priming: it is attended, and a host that says nothing for so long stops it (own).
_HOST_TIMEOUT_MS = 5000


class Withdrawal:
    """One at a time. Attribute: ``parts`` of the last answer."""

    parts = _PARTS

    def __init__(self, app):
        self._app = app
        self._stroke = program.Program(1)
        self._delivery = Delivery(self._stroke)

    def offer(self, volume_nl, rate_nl_h, reply):
        """First step; error code, with what is wrong in ``reply.detail``."""
        app = self._app
        error = app.arming.ready(reply)
        if error == 0:
            error = self._refused(rate_nl_h, reply)
        # What was moved up to a moment ago is part of the travel that the room comes of.
        if error == 0 and not app.upkeep.exact():
            error = codes.ERROR_STORAGE
        if error:
            return error
        stroke = self._stroke
        stroke.clear()
        error = stroke.add(codes.SEGMENT_BOLUS, rate_nl_h, rate_nl_h, volume_nl, 0)
        if error:
            return error
        stroke.close(codes.THEN_STOP, 0)
        pl_per_step = app.ledger.allotment.pl_per_step
        steps = stroke.compile(pl_per_step)
        left = app.travel.budget_left()
        room = app.travel.room_steps()
        left = room if room < left else left
        if steps < 0 or steps > left:
            reply.detail = clipped(nl_from_steps(left, pl_per_step))
            return codes.ERROR_OVER_WITHDRAWAL
        app.arming.offer(token.WITHDRAW)
        return 0

    def part(self, index, reply):
        """One part of the answer to the first step, the token last."""
        app = self._app
        allotment = app.ledger.allotment
        if index >= _PARTS or allotment is None:
            return codes.ERROR_NO_PART
        if index == 0:
            reply.pair(b"container=", allotment.container)
            reply.pair(b" id=", allotment.identity)
        elif index == 1:
            reply.pair(b"steps=", self._stroke.total_steps)
            reply.pair(b" pl_per_step=", allotment.pl_per_step)
        elif index == 2:
            reply.pair(b"budget_left_steps=", app.travel.budget_left())
        elif index == 3:
            if app.travel.limited():
                reply.pair(b"room_steps=", app.travel.room_steps())
            else:
                reply.text(b"room=unknown")
        else:
            reply.pair(b"token=", app.token.number)
        return 0

    def start(self, number, reply):
        """Second step; error code. It is on record as done before anything moves."""
        app = self._app
        error = app.arming.blocked(reply)
        if error == 0 and not app.gate.drained():
            error = codes.ERROR_BUSY
        if error == 0:
            error = app.token.take(number, token.WITHDRAW, app.tick_count)
        if error:
            return error
        governor = app.governor
        steps = self._stroke.total_steps
        # The first record says that it was moving: a restart from here on finds that.
        if not app.ledger.reserve(governor.debited(), governor.powered_minute()) or (
            not app.travel.debit(steps)
        ):
            app.trip_once(codes.ALARM_STORAGE_FAILED, 0, 0)
            return codes.ERROR_STORAGE
        governor.allow_reverse(steps)
        app.watch.host.agree(_HOST_TIMEOUT_MS)
        self._delivery.restart()
        self._stroke.begin()
        app.change(machine.WITHDRAW)
        return 0

    def rate_nl_h(self):
        """Rate at which it draws back now."""
        return self._stroke.rate_nl_h()

    def step(self):
        """One tick; True when all of it was done and the drive has drained."""
        delivery = self._delivery
        want = delivery.want()
        if want == 0:
            return self._stroke.phase == program.ENDED and self._app.gate.drained()
        delivery.granted(self._app.gate.withdraw(want, TICK_MS))
        if delivery.short_ticks > SHORT_TICKS_MAX:
            self._app.trip_once(codes.ALARM_LIMIT_REFUSED, delivery.pending_steps, 0)
        return False

    def _refused(self, rate_nl_h, reply):
        app = self._app
        running = app.program.phase
        if running == program.RUNNING or running == program.KEEP_OPEN:
            reply.detail = app.program.place.index
            return codes.ERROR_INFUSION_BEGUN
        if app.watch.air.dry:
            reply.detail = codes.ALARM_AIR_BUBBLE
            return codes.ERROR_ALARM_LATCHED
        if rate_nl_h > app.limits.rate_nl_h:
            reply.detail = app.limits.rate_nl_h
            return codes.ERROR_RATE_LIMIT
        if not app.ledger.sure and app.travel.limited():
            return codes.ERROR_TRAVEL_UNSURE
        return 0
