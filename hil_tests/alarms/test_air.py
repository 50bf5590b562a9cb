"""Single bubbles at the edges of the setting, by the frozen calibration (IEC 51.104)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpAlarmLatchedError, State
from benchpump.testing.procedures import FIELD, ML_H, allot, latched, start_constant, until

AIR = FIELD["air_bubble_nl"]
EDGE_NL = 1000
DIP_NL = 5500  # steps are counted: what a release of the rollers takes back is not seen
RATE = 36 * ML_H  # up to here a bubble is measured to 1 uL
UPSTREAM_NL = 20_000


def pump_a_bubble(rig: Rig, pump: Pump, volume_nl: float, limit_nl: int) -> bool:
    """Run a bubble past the detector; True if it stopped the pump."""
    if limit_nl != AIR.default:
        rig.set_jumper(True)
        pump.service(True)
        pump.config_set(AIR.index, limit_nl)
        pump.config_commit()
        rig.set_jumper(False)
        until(pump, State.IDLE)
    allot(rig, pump)
    rig.inject("air", "bubble", volume_nl=volume_nl, upstream_nl=UPSTREAM_NL)
    start_constant(pump, RATE, (UPSTREAM_NL + volume_nl + 50_000) * 3600 / RATE)
    return until(pump, State.ALARM, State.FINISHED).state is State.ALARM


@pytest.mark.requirement("REQ-AIR-1")
@pytest.mark.bench(calibration_error_ppm=0, peristaltic={"dip_share": 0.0})
@pytest.mark.parametrize("limit_nl", [50_000, 100_000, 200_000])
@pytest.mark.parametrize("side", [-1, 1], ids=["below", "above"])
def test_bubble_at_the_edge(rig: Rig, pump: Pump, limit_nl: int, side: int) -> None:
    """A bubble of 1 uL less than the setting passes, one of 1 uL more stops the pump before it
    ends: by steps, as the frozen calibration has it, so with rollers that take nothing back."""
    tripped = pump_a_bubble(rig, pump, limit_nl + side * EDGE_NL, limit_nl)
    assert tripped == (side > 0)
    if tripped:
        alarm = pump.alarms()[0]
        assert alarm.info.name == "AIR_BUBBLE"
        assert alarm.limit == limit_nl
        assert limit_nl <= alarm.value <= limit_nl + EDGE_NL


@pytest.mark.pump("peristaltic", reason="about what a release of the rollers takes back")
@pytest.mark.requirement("REQ-AIR-1")
@pytest.mark.bench(calibration_error_ppm=0)
@pytest.mark.parametrize("limit_nl", [50_000, 100_000, 200_000])
@pytest.mark.parametrize("side", [-1, 1], ids=["below", "above"])
def test_bubble_at_the_edge_with_rollers(rig: Rig, pump: Pump, limit_nl: int, side: int) -> None:
    """With pulsating rollers the edge is as sharp but for what one release takes back."""
    volume_nl = limit_nl + side * (EDGE_NL + DIP_NL)
    assert pump_a_bubble(rig, pump, volume_nl, limit_nl) == (side > 0)


@pytest.mark.requirement("REQ-AIR-1", "REQ-START-2")
@pytest.mark.bench(calibration_error_ppm=0)
def test_air_at_the_detector_keeps_it_from_running(rig: Rig, pump: Pump) -> None:
    """After the alarm ARM refuses while air is at the detector; it can be primed out."""
    assert pump_a_bubble(rig, pump, 150_000, AIR.default)
    pump.acknowledge()
    with pytest.raises(PumpAlarmLatchedError):
        pump.arm("REST")
    pump.start(pump.prime(100_000, 100 * ML_H).token)
    until(pump, State.IDLE)
    pump.start(pump.arm("REST").token)
    assert pump.status().state is State.RUNNING


@pytest.mark.requirement("REQ-AIR-1")
@pytest.mark.bench(calibration_error_ppm=0)
def test_a_train_of_small_bubbles_is_no_single_bubble(rig: Rig, pump: Pump) -> None:
    """Four bubbles of 80 uL with fluid between them do not add up to one of 100 uL."""
    allot(rig, pump)
    rig.inject("air", "bubble", volume_nl=80_000, upstream_nl=UPSTREAM_NL, count=4, gap_nl=20_000)
    start_constant(pump, RATE, 500_000 * 3600 / RATE)
    until(pump, State.FINISHED, State.ALARM)
    assert "AIR_BUBBLE" not in latched(pump)
