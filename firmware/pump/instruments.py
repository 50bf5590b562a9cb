"""The sensors that a board may have besides: read, doubted and judged, each in its turn.

Made only where one of them is fitted; a pump without any does nothing here.
"""

from pump import codes, hal
from pump.detectors.delivery_error import DeliveryError
from pump.detectors.flow_meter import FlowMeter
from pump.detectors.free_flow import FreeFlow
from pump.detectors.health import Health
from pump.detectors.stall import Stall
from pump.detectors.upstream import Upstream

_TURNS = 5
# Turns that the detectors of ``watch`` leave free.
_UPSTREAM = 2
_FLOW = 4


def any_fitted(data):
    """Whether a board has any of them."""
    return data.ENCODER_FITTED or data.FLOW_FITTED or data.UPSTREAM_FITTED


class Instruments:
    """Encoder, flow meter and upstream pressure of one board; ``None`` for what it lacks."""

    def __init__(self, app, data):
        self._app = app
        self._alarms = app.alarms
        self._sensors = app.sensors
        self._turn = 0
        self._stall = None
        self._meter = None
        self._upstream = None
        if data.ENCODER_FITTED:
            self._stall = Stall(data.ENCODER_COUNTS_PER_1000_STEPS, data.DRIVE_MAX_STEPS_PER_S)
        if data.FLOW_FITTED:
            self._least_nl_h = data.FLOW_LEAST_NL_H
            self._meter = FlowMeter(data.FLOW_COUNTS_PER_UL)
            self._delivery = DeliveryError(self._meter, data.FLOW_LEAST_NL_H)
            self._free_flow = FreeFlow(self._meter, data.FLOW_LEAST_NL_H)
        if data.UPSTREAM_FITTED:
            self._upstream = Upstream(data.UPSTREAM_ZERO_CODE, data.UPSTREAM_PA_PER_1000_CODES)
            self._health = Health(codes.ALARM_UPSTREAM_RAIL, codes.ALARM_UPSTREAM_STUCK)

    def configure(self, values, allotment):
        """Take the limits from the configuration, and the allotment (None: nothing moves)."""
        pl_per_step = allotment.pl_per_step if allotment else 0
        if self._stall is not None:
            self._stall.configure(pl_per_step)
        if self._meter is not None:
            compliance = allotment.compliance_nl_per_kpa if allotment else 0
            self._meter.configure(pl_per_step)
            self._delivery.restart()
            self._free_flow.configure(compliance, values[codes.CONFIG_OCCLUSION_PA])
        if self._upstream is not None:
            self._upstream.configure(values[codes.CONFIG_UPSTREAM_PA])

    def too_slow(self, rate_nl_h):
        """Whether the flow sensor cannot judge a rate: that detector is then degraded."""
        return self._meter is not None and rate_nl_h < self._least_nl_h

    def look(self, reading):
        """Every tick: each of them in its turn, the encoder in all."""
        stall = self._stall
        if stall is not None:
            self._watch_encoder(stall, reading.stepped)
        turn = self._turn = self._turn + 1 if self._turn < _TURNS - 1 else 0
        if turn == _UPSTREAM and self._upstream is not None:
            self._watch_upstream(self._upstream)
        elif turn == _FLOW and self._meter is not None:
            self._watch_flow(self._meter, reading.edges)

    def _way(self):
        state = self._app.state
        if state == codes.STATE_WITHDRAWING:
            return -1
        return 1 if state == codes.STATE_RUNNING or state == codes.STATE_PRIMING else 0

    def _watch_encoder(self, stall, stepped):
        stalls = stall.check(self._sensors.read(hal.CHANNEL_ENCODER), stepped, self._way())
        if stall.lost:
            self._app.trip(stall.lost_alarm, stall.count, 0)
        elif stalls:
            self._app.travel.doubted = True  # the plunger is not where the steps say
            self._app.trip(stall.alarm, stall.value(), stall.limit)

    def _watch_upstream(self, upstream):
        code = self._sensors.read(hal.CHANNEL_UPSTREAM)
        self._app.watch.doubt(self._health, code)
        self._judge(upstream, upstream.check(code))

    def _watch_flow(self, meter, edges):
        judge = meter.take(self._sensors.read(hal.CHANNEL_FLOW), edges)
        if meter.lost:
            self._app.trip(meter.lost_alarm, meter.count, 0)
        if not judge:
            return
        delivery = self._delivery
        state = self._app.state
        back = state == codes.STATE_RELIEVING or state == codes.STATE_WITHDRAWING
        self._judge(self._free_flow, self._free_flow.check(not back))
        if state == codes.STATE_RUNNING:
            if delivery.check():
                self._app.trip_once(delivery.alarm, delivery.value(), delivery.limit)
        elif back or state == codes.STATE_ALARM:
            delivery.restart()  # what follows a stop by alarm is another line than before

    def _judge(self, detector, found):
        if found:
            self._app.trip(detector.alarm, detector.value(), detector.limit)
        elif self._alarms.top:
            self._alarms.cause_gone(detector.alarm)
