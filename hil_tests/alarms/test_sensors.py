"""Sensors that cannot be believed: at a rail, silent, stuck, drifting; and the step counter."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpFaultLatchedError, State
from benchpump.testing.procedures import ML_H, allot, latched, lose_sensor, start_constant, until

STUCK_S = 2.0


@pytest.mark.requirement("REQ-SENSOR-1", "REQ-ALARM-1")
@pytest.mark.parametrize("sensor", ["pressure_sensor", "air_sensor"])
@pytest.mark.parametrize(
    ("kind", "figures"),
    [("off", {}), ("stuck", {"code": 0}), ("stuck", {"code": 19}), ("stuck", {"code": 4095})],
    ids=["silent", "ground", "near_ground", "full_scale"],
)
def test_lost_or_at_a_rail(
    rig: Rig, pump: Pump, sensor: str, kind: str, figures: dict[str, float]
) -> None:
    """No answer, ground or full scale: a fault within three ticks, never a pressure of zero."""
    found = lose_sensor(rig, pump, sensor, kind, within_s=1, stops_within_ms=200, **figures)
    assert found[0] == ("PRESSURE_RAIL" if sensor == "pressure_sensor" else "AIR_RAIL")
    with pytest.raises(PumpFaultLatchedError):
        pump.acknowledge()
    rig.clock.sleep_ms(500)


@pytest.mark.requirement("REQ-SENSOR-2")
@pytest.mark.parametrize(
    ("sensor", "code", "alarm"),
    [("pressure_sensor", 412, "PRESSURE_STUCK"), ("air_sensor", 801, "AIR_STUCK")],
)
def test_stuck_at_a_plausible_value(
    rig: Rig, pump: Pump, sensor: str, code: int, alarm: str
) -> None:
    """A reading without noise is a fault after 2 s, though its value could be right."""
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 60)
    rig.clock.sleep_ms(2000)
    rig.inject(sensor, "stuck", code=code)
    began_ms = rig.clock.now_ms()
    until(pump, State.FAULT, timeout_s=5)
    took_s = (rig.clock.now_ms() - began_ms) / 1000
    assert latched(pump)[0] == alarm
    assert STUCK_S - 0.1 <= took_s <= STUCK_S + 0.3


@pytest.mark.requirement("REQ-SENSOR-2")
def test_stuck_for_less_than_two_seconds_is_borne(rig: Rig, pump: Pump) -> None:
    """A reading that stands for 1.8 s and then moves again is no fault."""
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 60)
    rig.clock.sleep_ms(2000)
    fault = rig.inject("pressure_sensor", "stuck", code=412)
    rig.clock.sleep_ms(1800)
    fault.clear()
    rig.clock.sleep_ms(3000)
    assert pump.status().state is State.RUNNING


@pytest.mark.requirement("REQ-SENSOR-4")
def test_drift_out_of_what_can_be_is_found(rig: Rig, pump: Pump) -> None:
    """A pressure reading that drifts down, noise and all, is a fault before it is at the rail."""
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 100)
    rig.inject("pressure_sensor", "drift", codes_per_s=-20)
    until(pump, State.FAULT, timeout_s=60)
    assert latched(pump)[0] == "PRESSURE_IMPLAUSIBLE"


@pytest.mark.requirement("REQ-SENSOR-2", "REQ-PROVISION-1")
@pytest.mark.parametrize("sensor", ["pressure_sensor", "air_sensor"])
def test_self_test_finds_it_at_power_on(rig: Rig, pump: Pump, sensor: str) -> None:
    """A sensor stuck when the board boots fails the self-test, within 2 s of board time."""
    rig.inject(sensor, "stuck", code=900)
    rig.power_cycle()
    status = until(pump, State.FAULT, timeout_s=5)
    assert status.uptime_s <= 2.0
    assert pump.selftest().number("failed") != 0


@pytest.mark.requirement("REQ-COUNT-2", "REQ-COUNT-1")
@pytest.mark.parametrize("rate_ml_h", [1, 100])
def test_stuck_step_counter(rig: Rig, pump: Pump, rate_ml_h: int) -> None:
    """A counter that stands still is found by the step it misses; what follows is bounded."""
    allotted = allot(rig, pump)
    start_constant(pump, rate_ml_h * ML_H, 60)
    rig.clock.sleep_ms(2000)
    rig.inject("drive", "counter_stuck")
    before = rig.truth.forward_steps
    until(pump, State.FAULT, timeout_s=5)
    rig.clock.sleep_ms(500)
    assert latched(pump)[0] == "STEP_COUNT"
    # At most two ticks' leases before the disagreement is seen.
    assert rig.truth.forward_steps - before <= 2 * (
        rate_ml_h * ML_H // 72_000 * 1000 // allotted.pl_per_step + 1
    )
