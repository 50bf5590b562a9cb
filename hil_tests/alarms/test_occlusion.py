"""Downstream occlusion: trip, displaced volume, and the bolus that a release lets go."""

from collections.abc import Callable

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpConfigRangeError, PumpNeedsJumperError, State
from benchpump.testing.procedures import (
    FIELD,
    ML_H,
    allot,
    fitted_to,
    latched,
    start_constant,
    until,
)
from benchpump.testing.verdict import SUMMARY

THRESHOLD = FIELD["occlusion_pa"]


def set_threshold(rig: Rig, pump: Pump, threshold_pa: int) -> None:
    """Set the threshold; with the jumper, for it may widen."""
    rig.set_jumper(True)
    pump.service(True)
    pump.config_set(THRESHOLD.index, threshold_pa)
    pump.config_commit()
    rig.set_jumper(False)
    until(pump, State.IDLE)


@pytest.mark.requirement("REQ-OCCLUSION-1", "REQ-ALARM-1")
@pytest.mark.parametrize("threshold_pa", [THRESHOLD.min, THRESHOLD.default, THRESHOLD.max])
def test_trips_at_the_threshold_set(rig: Rig, pump: Pump, threshold_pa: int) -> None:
    """An occluded line stops the pump at the pressure set, within 2 kPa, and is named."""
    set_threshold(rig, pump, threshold_pa)
    allot(rig, pump)
    start_constant(pump, 50 * ML_H, 700)
    rig.clock.sleep_ms(2000)
    rig.inject("downstream", "occluded")
    until(pump, State.RELIEVING, State.ALARM)
    alarm = pump.alarms()[0]
    assert alarm.info.name == "OCCLUSION_DOWNSTREAM"
    assert alarm.limit == threshold_pa
    assert threshold_pa <= alarm.value < threshold_pa + 2000
    until(pump, State.ALARM)


@pytest.mark.requirement("REQ-OCCLUSION-1")
@pytest.mark.parametrize(
    ("below_pa", "trips"), [(2000, False), (-2000, True)], ids=["below", "above"]
)
def test_pressure_beside_the_threshold(rig: Rig, pump: Pump, below_pa: int, trips: bool) -> None:
    """A steady pressure 2 kPa below the threshold runs on; 2 kPa above, it stops."""
    allot(rig, pump)
    start_constant(pump, ML_H, 1200)
    rig.inject("downstream", "back_pressure", pa=THRESHOLD.default - below_pa)
    if trips:
        until(pump, State.ALARM)
        assert latched(pump)[0] == "OCCLUSION_DOWNSTREAM"
    else:
        for _ in range(600):
            rig.clock.sleep_ms(1000)
            assert pump.status().state is State.RUNNING


@pytest.mark.requirement("REQ-OCCLUSION-1")
def test_threshold_bounds(rig: Rig, pump: Pump) -> None:
    """It is settable from 13.8 to 137.9 kPa and not beyond, and needs the jumper to rise."""
    pump.config_set(THRESHOLD.index, THRESHOLD.min)
    with pytest.raises(PumpConfigRangeError):
        pump.config_set(THRESHOLD.index, THRESHOLD.min - 1)
    with pytest.raises(PumpNeedsJumperError):
        pump.config_set(THRESHOLD.index, THRESHOLD.max)


@pytest.mark.requirement("REQ-OCCLUSION-2", "REQ-OCCLUSION-3")
def test_displaced_volume_time_and_released_bolus(
    rig: Rig, pump: Pump, record_property: Callable[[str, object], None]
) -> None:
    """At 5 mL/h: volume displaced, time taken, bolus let go at release.

    Limits: displaced <= max(0.5 mL, compliance x trip) + 1 s (CRONO); released <= 0.5 mL, goal
    0.1 mL where compliance x trip <= 0.3 mL (GIP 1.10.6, ECRI).
    """
    allot(rig, pump)
    rate = 5 * ML_H
    start_constant(pump, rate, 7000)
    rig.clock.sleep_ms(120_000)
    line = rig.inject("downstream", "occluded")
    since_ms = rig.clock.now_ms()
    displaced_nl = rig.truth.displaced_nl
    until(pump, State.RELIEVING, State.ALARM, timeout_s=3000)
    took_s = (rig.clock.now_ms() - since_ms) / 1000
    displaced_nl = rig.truth.displaced_nl - displaced_nl
    until(pump, State.ALARM)
    rig.clock.sleep_ms(5000)
    delivered_nl = rig.truth.delivered_nl
    line.clear()
    rig.clock.sleep_ms(60_000)
    released_nl = rig.truth.delivered_nl - delivered_nl
    trip_kpa = THRESHOLD.default / 1000
    limit_nl = max(500_000.0, fitted_to(rig).compliance_nl_per_kpa * trip_kpa) + rate / 3600
    figures = {
        "displaced_nl": [round(displaced_nl), round(limit_nl)],
        "released_nl": [round(released_nl), 100_000],
        "time_to_alarm_s": [round(took_s, 2), round(limit_nl / rate * 3600, 2)],
    }
    told = ", ".join(f"{name} {got} (limit {limit})" for name, (got, limit) in figures.items())
    record_property(SUMMARY, f"occlusion at 5 mL/h, {rig.pump}: {told}")
    assert displaced_nl <= limit_nl
    assert took_s <= limit_nl / rate * 3600
    assert 0 <= released_nl <= 100_000


@pytest.mark.requirement("REQ-OCCLUSION-3")
@pytest.mark.parametrize("budget_nl", [0, 20_000, 200_000])
def test_back_off_stays_in_its_budget(rig: Rig, pump: Pump, budget_nl: int) -> None:
    """Reverse steps never exceed the budget configured; none with a budget of zero."""
    pump.config_set(FIELD["relief_nl"].index, budget_nl)
    pump.config_commit()
    until(pump, State.IDLE)
    allotted = allot(rig, pump)
    start_constant(pump, 50 * ML_H, 200)
    rig.inject("downstream", "occluded")
    until(pump, State.ALARM)
    rig.clock.sleep_ms(500)
    reversed_nl = rig.truth.reverse_steps * allotted.pl_per_step / 1000
    assert reversed_nl <= budget_nl
    assert (rig.truth.reverse_steps > 0) == (budget_nl > 0)
