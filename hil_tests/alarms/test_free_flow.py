"""Free flow by the flow sensor: what no step accounts for (GIP 1.2.3; IEC: outlet 50 cm lower)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpAlarmLatchedError, State
from benchpump.testing.procedures import (
    FIELD,
    ML_H,
    allot,
    fitted_to,
    latched,
    start_constant,
    until,
)

HEAD_PA = 4900  # 50 cm of water
ZERO_NL_H = 250_000  # what the board lets the sensor's zero be off

pytestmark = pytest.mark.bench(instrumented=True)


def limit_nl(rig: Rig) -> int:
    """50 uL and what the line holds at the occlusion threshold, whole microlitres of it."""
    stored_ul = fitted_to(rig).compliance_nl_per_kpa * FIELD["occlusion_pa"].default // 1_000_000
    return (50 + stored_ul) * 1000


@pytest.mark.requirement("REQ-FLOW-2", "REQ-ALARM-1")
@pytest.mark.parametrize("rate_ml_h", [0, 5, 50])
def test_a_mechanism_that_lets_go(rig: Rig, pump: Pump, rate_ml_h: int) -> None:
    """Rollers lifted or plunger loose, 50 cm of head: found after the limit and half a second."""
    allot(rig, pump)
    if rate_ml_h:
        start_constant(pump, rate_ml_h * ML_H, 600)
        rig.clock.sleep_ms(5000)
    rig.truth.allow_outflow(2_000_000)
    delivered_nl = rig.truth.delivered_nl
    began_ms = rig.clock.now_ms()
    loose = rig.inject("cassette", "lets_go", head_pa=HEAD_PA)
    until(pump, State.ALARM, timeout_s=60)
    delivered_nl = rig.truth.delivered_nl - delivered_nl
    took_s = (rig.clock.now_ms() - began_ms) / 1000
    alarm = pump.alarms()[0]
    assert alarm.info.name == "FREE_FLOW"
    assert alarm.limit == limit_nl(rig) <= alarm.value
    per_s_nl = delivered_nl / took_s
    due_nl = 1.25 * rate_ml_h * ML_H * took_s / 3600
    assert delivered_nl <= limit_nl(rig) + due_nl + per_s_nl * 0.5
    ran = f"{delivered_nl / 1000:.0f} uL in {took_s:.1f} s"
    print(f"free flow of {per_s_nl / 1000:.0f} uL/s at {rate_ml_h} mL/h: {ran}")
    with pytest.raises(PumpAlarmLatchedError):
        pump.acknowledge()  # it runs on: only a clamp ends it
    loose.clear()
    rig.clock.sleep_ms(2000)
    pump.acknowledge()
    assert pump.status().state is State.IDLE


@pytest.mark.requirement("REQ-FLOW-2")
@pytest.mark.bench(flow_zero_nl_h=0, flow_gain_ppm=0)
@pytest.mark.parametrize(("beside_nl", "trips"), [(-1000, False), (1000, True)])
def test_beside_the_limit(rig: Rig, pump: Pump, beside_nl: int, trips: bool) -> None:
    """A burst of less than the limit at rest is borne, of more it is not: 1 uL to either side."""
    allot(rig, pump)
    volume_nl = limit_nl(rig) + beside_nl
    # So long that the zero error, borne meanwhile, is known: 69 nL/s.
    rate_nl_h = 36 * ML_H
    seconds = round(volume_nl / (rate_nl_h - ZERO_NL_H) * 3600, 3)
    burst = rig.inject("flow_sensor", "zero", nl_h=rate_nl_h)
    rig.clock.sleep_ms(seconds * 1000)
    burst.clear()
    rig.clock.sleep_ms(1000)
    assert latched(pump) == (["FREE_FLOW"] if trips else [])


@pytest.mark.requirement("REQ-FLOW-2")
@pytest.mark.parametrize(("nl_h", "trips"), [(ZERO_NL_H * 9 // 10, False), (4 * ZERO_NL_H, True)])
def test_a_zero_error_at_rest(rig: Rig, pump: Pump, nl_h: int, trips: bool) -> None:
    """Within its declared zero error the sensor never trips; a drip of four times that trips."""
    allot(rig, pump)
    rig.inject("flow_sensor", "zero", nl_h=nl_h)
    rig.clock.sleep_ms(900_000)
    assert latched(pump) == (["FREE_FLOW"] if trips else [])


@pytest.mark.requirement("REQ-FLOW-2")
def test_outlet_lowered_by_half_a_metre(rig: Rig, pump: Pump) -> None:
    """A mechanism that holds: what the line held comes out, nothing else, and no alarm.

    A syringe is taken to have its anti-siphon valve: its plunger does not follow.
    """
    allot(rig, pump)
    start_constant(pump, 5 * ML_H, 60)
    rig.clock.sleep_ms(20_000)
    lowered = rig.inject("downstream", "back_pressure", pa=-HEAD_PA)
    until(pump, State.FINISHED, State.ALARM)
    assert latched(pump) == ["END_OF_INFUSION"]
    rig.clock.sleep_ms(1000)
    delivered_nl = rig.truth.delivered_nl
    rig.clock.sleep_ms(600_000)
    assert rig.truth.delivered_nl - delivered_nl <= 1000
    lowered.clear()


@pytest.mark.requirement("REQ-FLOW-2", "REQ-OCCLUSION-2")
def test_what_an_opened_line_gives_back_is_no_free_flow(rig: Rig, pump: Pump) -> None:
    """A line shut until the threshold trips, without back-off, then opened: 0.1 mL, no alarm."""
    relief = FIELD["relief_nl"]
    pump.config_set(relief.index, 0)
    pump.config_commit()
    until(pump, State.IDLE)
    allot(rig, pump)
    start_constant(pump, 50 * ML_H, 60)
    shut = rig.inject("downstream", "occluded")
    until(pump, State.ALARM)
    delivered_nl = rig.truth.delivered_nl
    shut.clear()
    rig.clock.sleep_ms(5000)
    assert rig.truth.delivered_nl - delivered_nl > 50_000
    assert latched(pump) == ["OCCLUSION_DOWNSTREAM"]
