"""What a tick looks for: every detector in its order, and what happens when one finds something.

Sensors are doubted before they are believed, so that the first cause is the true one.
"""

from pump import codes, hal
from pump.detectors import switches
from pump.detectors.air import AirBubble
from pump.detectors.health import STUCK_TICKS, Health
from pump.detectors.host import Host
from pump.detectors.occlusion import Occlusion
from pump.scale import TICK_MS


class Watch:
    """The detectors of one pump. Attributes: ``occlusion``, ``air``, ``host``."""

    def __init__(self, app, data):
        self._app = app
        self._alarms = app.alarms
        self.occlusion = Occlusion(data.PRESSURE_PA_PER_1000_CODES)
        self.air = AirBubble(data.AIR_WET_BELOW_CODE, data.AIR_DRY_ABOVE_CODE)
        self.host = Host()
        self._pressure_health = Health(codes.ALARM_PRESSURE_RAIL, codes.ALARM_PRESSURE_STUCK)
        self._air_health = Health(codes.ALARM_AIR_RAIL, codes.ALARM_AIR_STUCK)
        self._estop = switches.estop(hal.SWITCH_ESTOP)
        self._cassette = switches.cassette(hal.SWITCH_CASSETTE_OUT)
        self._host_is_lost = False

    def configure(self, values, pl_per_step):
        """Take the limits from the configuration and the calibration of the allotment."""
        self.occlusion.configure(
            values[codes.CONFIG_PRESSURE_ZERO_CODE], values[codes.CONFIG_OCCLUSION_PA]
        )
        self.air.configure(values[codes.CONFIG_AIR_BUBBLE_NL], pl_per_step)

    def look(self, reading):
        """Every detector once; each alarm acts as soon as it is found."""
        app = self._app
        if not app.gate.verify():
            app.trip(codes.ALARM_STEP_COUNT, app.gate.value, 0)
        if not app.governor.intact():
            app.trip(codes.ALARM_GOVERNOR_STATE, 0, 0)
        if app.state > codes.STATE_SELFTEST:
            self._watch(self._estop, reading)
            self._watch(self._cassette, reading)
            self._watch_health(self._pressure_health, reading.pressure_code)
            self._watch_health(self._air_health, reading.air_code)
            self._watch(self.occlusion, reading)
            self._watch_air(reading)
            self._watch_host(reading)
            if reading.late_ms >= TICK_MS and reading.moving:
                app.infusion.shift(reading.late_ms // TICK_MS)
                app.trip_once(codes.ALARM_DRIVE_STARVED, reading.late_ms, TICK_MS)

    def _watch(self, detector, reading):
        if detector.check(reading):
            self._app.trip(detector.alarm, detector.value(), detector.limit)
        elif self._alarms.top:
            self._alarms.cause_gone(detector.alarm)

    def _watch_air(self, reading):
        # Priming is how air is removed, so it is counted there but does not trip. Nor does air at
        # the detector hold the latch: ARM refuses while it is dry, and PRIMe must remain possible.
        air = self.air
        if air.check(reading) and self._app.state != codes.STATE_PRIMING:
            self._app.trip_once(air.alarm, air.value(), air.limit)
            air.restart()

    def _watch_health(self, health, code):
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
            app.note(host.alarm, host.value(), host.limit)
            if app.on_host_loss == codes.ON_HOST_LOSS_KEEPOPEN:
                app.end_bolus()
                app.program.keep_open(app.keep_open_steps_h)
        elif self._alarms.top:
            self._alarms.cause_gone(host.alarm)
        self._host_is_lost = lost
