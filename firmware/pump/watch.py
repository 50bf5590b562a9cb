"""What a tick looks for: every detector in its order, and what happens when one finds something.

Sensors are doubted before they are believed, so that the first cause is the true one.
"""

from pump import codes, fitted, hal
from pump.detectors import supply, switches
from pump.detectors.air import AirBubble
from pump.detectors.air_blind import AirBlind
from pump.detectors.air_total import AirTotal
from pump.detectors.callback import Callback
from pump.detectors.health import STUCK_TICKS, Health
from pump.detectors.host import Host
from pump.detectors.near_end import NearEnd
from pump.detectors.occlusion import Occlusion
from pump.detectors.occlusion_slope import OcclusionSlope
from pump.detectors.pressure_doubt import Implausible, Unmoved
from pump.detectors.suction import Suction
from pump.instruments import Instruments, any_fitted
from pump.program import ENDED
from pump.scale import TICK_MS

# Turns of what is not watched in every tick, so that no two fall into one: 20 ticks are a second.
_TURNS = 20
NEVER = -1
_MINUTES_MAX = (1 << 30) - 1
_EVERY_FIFTH = 1  # supply
_EVERY_TENTH = 3  # slope, air detector
_TIMES = 5  # near end, callback
_DOUBT_EVERY_TENTH = 7  # pressure while infusing


class Watch:
    """The detectors of one pump. Attributes: ``occlusion``, ``air``, ``host``.

    ``estop_minutes``: powered minutes since the e-stop was last seen pressed; NEVER: not since the
    start, so that nothing is known of its contact.
    """

    def __init__(self, app, data):
        self._app = app
        self._alarms = app.alarms
        self.occlusion = Occlusion(data.PRESSURE_PA_PER_1000_CODES)
        self.slope = OcclusionSlope(self.occlusion, fitted.pass_steps(data))
        self.suction = Suction(self.occlusion)
        self.implausible = Implausible(self.occlusion)
        self.unmoved = Unmoved(self.occlusion)
        self.air = AirBubble(data.AIR_WET_BELOW_CODE, data.AIR_DRY_ABOVE_CODE)
        self.air_total = AirTotal(self.air)
        self.blind = AirBlind(
            app.sensors, data.AIR_FITTED, data.AIR_DRY_ABOVE_CODE, data.AIR_TO_OUTLET_UL
        )
        self.near_end = NearEnd(app.program)
        self.callback = Callback()
        self.host = Host()
        self._pressure_health = Health(codes.ALARM_PRESSURE_RAIL, codes.ALARM_PRESSURE_STUCK)
        self._air_health = Health(codes.ALARM_AIR_RAIL, codes.ALARM_AIR_STUCK)
        self._supply_health = Health(codes.ALARM_SUPPLY_RAIL, codes.ALARM_SUPPLY_STUCK)
        self._supplies = (supply.depleted(data), supply.low(data)) if data.SUPPLY_FITTED else ()
        self._instruments = Instruments(app, data) if any_fitted(data) else None
        self._estop = switches.estop(hal.SWITCH_ESTOP)
        self._cassette = switches.cassette(hal.SWITCH_CASSETTE_OUT)
        self._host_is_lost = False
        self._turn = 0
        self.late_ticks = 0
        self.late_most_ms = 0
        self.estop_minutes = NEVER

    def disabled(self, reply):
        """Write the names of the detectors that cannot act, each with a comma, or `none`."""
        if self.able():
            reply.text(b"none")
        if not self.slope.able:
            reply.text(b"slope,")
        if not self.blind.able:
            reply.text(b"blind,")
        if not self.near_end.limit:
            reply.text(b"nearend,")
        if not self.callback.limit:
            reply.text(b"callback,")
        if not self.unmoved.able:
            reply.text(b"unmoved,")

    def degraded(self, program, reply):
        """Write the names of the detectors that cannot judge all of a program, or `none`."""
        flow = self.too_slow(program)
        start = self.unmoved.too_slow(program.peak_nl_h)
        if flow:
            reply.text(b"flow,")
        if start:
            reply.text(b"unmoved,")
        if not flow and not start:
            reply.text(b"none")

    def too_slow(self, program):
        """Whether any rate of a program is below what the flow sensor can judge."""
        if self._instruments is None or not program.count:
            return False
        slowest = program.slowest_nl_h()
        if 0 < program.keep_open_nl_h < slowest:
            slowest = program.keep_open_nl_h
        return self._instruments.too_slow(slowest)

    def able(self):
        """Whether every detector for which there is a sensor can act."""
        timed = self.near_end.limit and self.callback.limit
        return bool(self.slope.able and self.blind.able and self.unmoved.able and timed)

    def configure(self, values, allotment):
        """Take the limits from the configuration, and the allotment (None: nothing moves)."""
        pl_per_step = allotment.pl_per_step if allotment else 0
        self.occlusion.configure(
            values[codes.CONFIG_PRESSURE_ZERO_CODE], values[codes.CONFIG_OCCLUSION_PA]
        )
        self.slope.configure(
            values[codes.CONFIG_OCCLUSION_PA_PER_UL], values[codes.CONFIG_OCCLUSION_PA], allotment
        )
        self.suction.configure(values[codes.CONFIG_SUCTION_PA])
        self.unmoved.configure(values[codes.CONFIG_UNMOVED_FROM_NL_H], pl_per_step)
        self.air.configure(values[codes.CONFIG_AIR_BUBBLE_NL], pl_per_step)
        self.air_total.configure(values[codes.CONFIG_AIR_TOTAL_NL], pl_per_step)
        self.blind.configure(pl_per_step)
        self.near_end.configure(values[codes.CONFIG_NEAR_END_MINUTES])
        self.callback.configure(values[codes.CONFIG_CALLBACK_MINUTES])
        if self._instruments is not None:
            self._instruments.configure(values, allotment)

    def minute(self):
        """One powered minute has passed."""
        self.air_total.minute()
        if NEVER < self.estop_minutes < _MINUTES_MAX:
            self.estop_minutes += 1

    def look(self, reading):
        """Every detector once; each alarm acts as soon as it is found."""
        app = self._app
        if reading.late_ms:
            self._count_late(reading.late_ms)
        if not app.gate.verify():
            app.trip(codes.ALARM_STEP_COUNT, app.gate.value, 0)
        if not app.governor.intact():
            app.trip(codes.ALARM_GOVERNOR_STATE, 0, 0)
        if app.state > codes.STATE_SELFTEST:
            self._watch(self._estop, reading)
            if reading.switches & hal.SWITCH_ESTOP:
                self.estop_minutes = 0
            self._watch(self._cassette, reading)
            self.doubt(self._pressure_health, reading.pressure_code)
            self.doubt(self._air_health, reading.air_code)
            self._watch(self.occlusion, reading)
            if self._instruments is not None:
                self._instruments.look(reading)
            if app.state == codes.STATE_WITHDRAWING and self.suction.check():
                app.trip_once(self.suction.alarm, self.suction.value(), self.suction.limit)
            self._watch_now_and_then(reading)
            self._watch_air(reading)
            self._watch_host(reading)
            # What was started by the poll after a late tick was not under way meanwhile.
            if reading.late_ms >= TICK_MS and reading.moving and reading.was_moving:
                app.lose_time(reading.late_ms)

    def _watch(self, detector, reading):
        if detector.check(reading):
            self._app.trip(detector.alarm, detector.value(), detector.limit)
        elif self._alarms.top:
            self._alarms.cause_gone(detector.alarm)

    def _watch_now_and_then(self, reading):
        """What may be slower than a tick, each in a turn of its own."""
        turn = self._turn = self._turn + 1 if self._turn < _TURNS - 1 else 0
        if turn % 10 == _EVERY_TENTH:
            self._watch_slope(reading)
            if self._app.infusing() and not self.air.dry and self.blind.due(reading.edges):
                self.blind.begin(reading.edges)
        elif turn % 5 == _EVERY_FIFTH:
            self._watch_supply(reading.supply_code)
        elif turn % 10 == _DOUBT_EVERY_TENTH:
            self._doubt_pressure(reading)
        elif turn == _TIMES:
            self._watch_times()

    def _watch_slope(self, reading):
        slope = self.slope
        if slope.check(reading, self._app.infusing()):
            self._app.trip_once(slope.alarm, slope.value(), slope.limit)
            slope.restart()

    def _doubt_pressure(self, reading):
        infusing = self._app.infusing()
        if infusing and self.implausible.check():
            implausible = self.implausible
            self._app.trip(implausible.alarm, implausible.value(), implausible.limit)
        unmoved = self.unmoved
        if unmoved.check(reading, infusing):
            self._app.trip(unmoved.alarm, unmoved.value(), unmoved.limit)

    def _watch_supply(self, code):
        if code == hal.NOT_FITTED:
            return
        self.doubt(self._supply_health, code)
        for detector in self._supplies:
            if detector.check(code):
                self._app.trip(detector.alarm, detector.value(), detector.limit)
            elif detector.gone:
                self._alarms.cause_gone(detector.alarm)

    def _watch_times(self):
        app = self._app
        program = app.program
        self._remind(self.near_end, self.near_end.check(app.infusing()))
        loaded = program.closed and program.phase != ENDED
        self._remind(self.callback, self.callback.check(app.state, loaded))

    def _remind(self, detector, found):
        """Latch a reminder; it goes away by itself with its cause."""
        if found:
            self._app.trip(detector.alarm, detector.value(), detector.limit)
        elif self._alarms.latched(detector.alarm):
            self._alarms.reset(detector.alarm)

    def _count_late(self, late_ms):
        """Late by less than a tick is borne, but counted."""
        if late_ms < TICK_MS:
            self.late_ticks += 1
            if late_ms > self.late_most_ms:
                self.late_most_ms = late_ms

    def _watch_air(self, reading):
        # Priming is how air is removed, so it is counted there but does not trip. Nor does air at
        # the detector hold the latch: ARM refuses while it is dry, and PRIMe must remain possible.
        air = self.air
        blind = self.blind
        if blind.testing:
            air.pass_over(reading)
            if blind.step(reading.air_code):
                self._app.trip(blind.alarm, blind.value(), blind.limit)
            return
        found = air.check(reading)
        if self._app.state == codes.STATE_PRIMING:
            self.air_total.disregard()
            return
        self._watch(self.air_total, reading)
        if found:
            self._app.trip_once(air.alarm, air.value(), air.limit)
            air.restart()

    def doubt(self, health, code):
        """Trip where a channel's code is not to be believed; a channel not fitted has none."""
        if code == hal.NOT_FITTED:
            return
        if not health.check(code):
            return
        if health.at_rail:
            self._app.trip(health.rail_alarm, code, 0)
        if health.stuck:
            self._app.trip(health.stuck_alarm, code, STUCK_TICKS)

    def _watch_host(self, reading):
        app = self._app
        host = self.host
        lost = host.check(reading)
        if lost and (app.on_host_loss == codes.ON_HOST_LOSS_STOP or not app.infusing()):
            app.trip(host.alarm, host.value(), host.limit)
        elif lost and not self._host_is_lost:
            if host.due_to_tell(app.tick_count):
                app.note(host.alarm, host.value(), host.limit)
            if app.on_host_loss == codes.ON_HOST_LOSS_KEEPOPEN:
                app.end_bolus()
                app.program.keep_open(app.keep_open_steps_h)
        elif self._alarms.top:
            self._alarms.cause_gone(host.alarm)
        self._host_is_lost = lost
