"""Upstream occlusion: suction between container and pump stops it (GIP 1.10.1)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpAlarmLatchedError, PumpNeedsJumperError, State
from benchpump.testing.procedures import (
    FIELD,
    ML_H,
    allot,
    latched,
    lose_sensor,
    start_constant,
    until,
)

THRESHOLD = FIELD["upstream_pa"]
CODE_PA = 60
NEAR_PA = 5 * CODE_PA  # what is filtered of 2 codes of noise stays well inside
DIP_NL = 5_500  # of a roller: turned, and not drawn
COMPLIANCE_NL_PER_KPA = 200  # of the tubing before the rollers

pytestmark = pytest.mark.pump("peristaltic", reason="a syringe has no line before its plunger")


@pytest.mark.requirement("REQ-UPSTREAM-1", "REQ-ALARM-1")
@pytest.mark.parametrize(("beside_pa", "trips"), [(-NEAR_PA, False), (NEAR_PA, True)])
@pytest.mark.parametrize("threshold_pa", [THRESHOLD.min, THRESHOLD.default])
def test_beside_the_threshold(
    rig: Rig, pump: Pump, threshold_pa: int, beside_pa: int, trips: bool
) -> None:
    """A container hung so low that suction is just below it is borne; just above it stops."""
    pump.config_set(THRESHOLD.index, threshold_pa)
    pump.config_commit()
    until(pump, State.IDLE)
    allot(rig, pump)
    start_constant(pump, 5 * ML_H, 60)
    hung = rig.inject("upstream", "suction", pa=threshold_pa + beside_pa)
    until(pump, State.ALARM, State.FINISHED)
    assert latched(pump) == (["OCCLUSION_UPSTREAM"] if trips else ["END_OF_INFUSION"])
    if trips:
        alarm = pump.alarms()[0]
        assert alarm.limit == threshold_pa
        assert threshold_pa <= alarm.value <= threshold_pa + 2 * NEAR_PA
        with pytest.raises(PumpAlarmLatchedError):
            pump.acknowledge()
        hung.clear()
        rig.clock.sleep_ms(3000)
        pump.acknowledge()


@pytest.mark.requirement("REQ-UPSTREAM-1")
@pytest.mark.parametrize("rate_ml_h", [1, 25, 300])
@pytest.mark.parametrize("cause", ["occluded", "empty"])
def test_shut_or_empty(rig: Rig, pump: Pump, rate_ml_h: int, cause: str) -> None:
    """The clamp shut, or the bag empty: found within what the tubing gives, and 1.5 s."""
    allot(rig, pump)
    rate_nl_h = rate_ml_h * ML_H
    start_constant(pump, rate_nl_h, 200_000 * 3600 / rate_nl_h)
    rig.clock.sleep_ms(500)
    steps = rig.truth.forward_steps
    fault = rig.inject("upstream", cause)
    until(pump, State.ALARM)
    assert latched(pump) == ["OCCLUSION_UPSTREAM"]
    turned_nl = (rig.truth.forward_steps - steps) * 68.75
    within_nl = 1.1 * THRESHOLD.default / 1000 * COMPLIANCE_NL_PER_KPA + DIP_NL
    within_nl += rate_nl_h * 1.5 / 3600
    assert turned_nl <= within_nl
    print(f"{cause} at {rate_ml_h} mL/h: {turned_nl:.0f} nL turned, limit {within_nl:.0f}")
    fault.clear()
    rig.clock.sleep_ms(3000)
    pump.acknowledge()


@pytest.mark.requirement("REQ-UPSTREAM-1")
def test_the_fastest_draw_through_an_open_line_does_not_trip(rig: Rig, pump: Pump) -> None:
    """300 mL/h and the lowest threshold: the open line's own suction is far from it."""
    pump.config_set(THRESHOLD.index, THRESHOLD.min)
    pump.config_commit()
    until(pump, State.IDLE)
    allot(rig, pump)
    start_constant(pump, 300 * ML_H, 60)
    until(pump, State.FINISHED, State.ALARM)
    assert latched(pump) == ["END_OF_INFUSION"]


@pytest.mark.requirement("REQ-SENSOR-1", "REQ-SENSOR-2", "REQ-UPSTREAM-1")
@pytest.mark.parametrize(
    ("kind", "figures", "alarm", "within_s"),
    [
        ("off", {}, "UPSTREAM_RAIL", 1),
        ("stuck", {"code": 0}, "UPSTREAM_RAIL", 1),
        ("stuck", {"code": 4095}, "UPSTREAM_RAIL", 1),
        ("stuck", {"code": 2500}, "UPSTREAM_STUCK", 11),
    ],
    ids=["silent", "ground", "full_scale", "plausible"],
)
def test_a_sensor_not_to_be_believed(
    rig: Rig, pump: Pump, kind: str, figures: dict[str, float], alarm: str, within_s: float
) -> None:
    """Silent, at a rail or without noise: a fault that stops, and never a suction of zero."""
    found = lose_sensor(rig, pump, "upstream_sensor", kind, within_s=within_s, **figures)
    assert found[0] == alarm


@pytest.mark.requirement("REQ-UPSTREAM-1")
def test_widening_takes_the_jumper(pump: Pump) -> None:
    """The threshold can be lowered, and raised with the service jumper only."""
    pump.config_set(THRESHOLD.index, THRESHOLD.default - 1)
    with pytest.raises(PumpNeedsJumperError):
        pump.config_set(THRESHOLD.index, THRESHOLD.default + 1)
