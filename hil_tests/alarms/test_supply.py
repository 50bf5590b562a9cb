"""Supply: warned of, then stopped while there is power to stop in order (GIP 5.1)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpAlarmLatchedError, State
from benchpump.testing.procedures import ML_H, allot, latched, lose_sensor, start_constant, until

WARN_MV = 11_000
STOP_MV = 10_000
STEP_MV = 40  # ten codes of the converter, five times its noise


@pytest.mark.requirement("REQ-SUPPLY-1")
@pytest.mark.parametrize(
    ("mv", "alarms"),
    [
        (WARN_MV + STEP_MV, []),
        (WARN_MV - STEP_MV, ["SUPPLY_LOW"]),
        (STOP_MV + STEP_MV, ["SUPPLY_LOW"]),
        (STOP_MV - STEP_MV, ["SUPPLY_DEPLETED", "SUPPLY_LOW"]),
    ],
)
def test_beside_the_thresholds(rig: Rig, pump: Pump, mv: int, alarms: list[str]) -> None:
    """Just above a threshold nothing is said; just below it is: first a warning, then a stop."""
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 60)
    rig.clock.sleep_ms(2000)
    if "SUPPLY_DEPLETED" in alarms:
        rig.truth.expect_stop("supply", round(rig.clock.now_ms() * 1000), 650)
    rig.inject("supply", "sag", mv=mv)
    rig.clock.sleep_ms(10_000)
    assert latched(pump) == alarms
    stopped = "SUPPLY_DEPLETED" in alarms
    assert pump.status().state is (State.ALARM if stopped else State.RUNNING)
    if alarms:
        alarm = pump.alarms()[0]
        assert alarm.limit == (STOP_MV if stopped else WARN_MV)
        assert alarm.limit - 2 * STEP_MV <= alarm.value < alarm.limit or mv < alarm.limit - 500


@pytest.mark.requirement("REQ-SUPPLY-1", "REQ-ALARM-1")
@pytest.mark.parametrize("above_mv", [100, 300])
def test_acknowledged_only_when_it_has_recovered(rig: Rig, pump: Pump, above_mv: int) -> None:
    """The cause is over 200 mV above the threshold, not before."""
    sag = rig.inject("supply", "sag", mv=STOP_MV - 500)
    until(pump, State.ALARM, timeout_s=5)
    sag.clear()
    rig.inject("supply", "sag", mv=STOP_MV - 500)
    rig.clock.sleep_ms(1000)
    rig.inject("supply", "sag", mv=STOP_MV + above_mv)
    rig.clock.sleep_ms(1000)
    if above_mv < 200:
        with pytest.raises(PumpAlarmLatchedError):
            pump.acknowledge()
    else:
        pump.acknowledge()
        assert latched(pump) == ["SUPPLY_LOW"]


@pytest.mark.requirement("REQ-SUPPLY-2")
@pytest.mark.parametrize(
    ("kind", "figures", "alarm", "within_s"),
    [
        ("off", {}, "SUPPLY_RAIL", 1),
        ("stuck", {"code": 4095}, "SUPPLY_RAIL", 1),
        ("stuck", {"code": 0}, "SUPPLY_RAIL", 1),
        ("stuck", {"code": 3000}, "SUPPLY_STUCK", 11),
    ],
    ids=["silent", "full_scale", "ground", "plausible"],
)
def test_a_reading_not_to_be_believed(
    rig: Rig, pump: Pump, kind: str, figures: dict[str, float], alarm: str, within_s: float
) -> None:
    """Silent, at a rail or without noise: a fault of its own and never a voltage."""
    assert lose_sensor(rig, pump, "supply", kind, within_s=within_s, **figures)[0] == alarm
