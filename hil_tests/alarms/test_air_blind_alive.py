"""An air detector that reads wet, noise and all, and sees nothing; and air during its test."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.link.tables import PumpError
from benchpump.testing.procedures import FIELD, ML_H, allot, latched, start_constant, until

TO_OUTLET_NL = 600_000
BUBBLE_NL = FIELD["air_bubble_nl"].default
# Start-up slack; a roller's dip of 5.5 uL, and slip of 0.3 % of a bubble.
UNEVEN_NL = {"syringe": 3_000, "peristaltic": 5_800}


@pytest.mark.requirement("REQ-AIR-3")
def test_blind_before_start(rig: Rig, pump: Pump) -> None:
    """Alive by its noise, so neither rail nor stuck: excited at ARM it shows nothing, a fault."""
    rig.inject("air_sensor", "blind")
    rig.clock.sleep_ms(10_000)
    assert latched(pump) == []
    allot(rig, pump)
    pump.load([Segment.constant(10 * ML_H, 1000)])
    with pytest.raises(PumpError):
        pump.start(pump.arm("FRESH").token)
    until(pump, State.FAULT, timeout_s=2)
    assert latched(pump) == ["AIR_BLIND"]
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-AIR-3")
@pytest.mark.parametrize("rate_ml_h", [36, 300])
def test_air_behind_a_blind_detector_does_not_reach_the_outlet(
    rig: Rig, pump: Pump, rate_ml_h: int
) -> None:
    """Blinded while it runs, a bubble right before it: the fault comes before the outlet does."""
    allot(rig, pump)
    rate_nl_h = rate_ml_h * ML_H
    start_constant(pump, rate_nl_h, 2_000_000 * 3600 / rate_nl_h)
    rig.clock.sleep_ms(100_000 * 3_600_000 // rate_nl_h)
    rig.inject("air_sensor", "blind")
    rig.inject("air", "bubble", volume_nl=BUBBLE_NL * 4, upstream_nl=0)
    displaced_nl = rig.truth.displaced_nl
    until(pump, State.FAULT)
    assert latched(pump)[0] == "AIR_BLIND"
    assert rig.truth.displaced_nl - displaced_nl <= TO_OUTLET_NL


@pytest.mark.requirement("REQ-AIR-3", "REQ-AIR-1")
@pytest.mark.bench(calibration_error_ppm=0)
@pytest.mark.parametrize(
    "ahead_ticks",
    [
        pytest.param(ticks, marks=pytest.mark.long if -9 < ticks < -1 else ())
        for ticks in range(-10, 2)
    ],
)
def test_air_that_begins_in_the_stimulated_ticks_is_counted(
    rig: Rig, pump: Pump, ahead_ticks: int
) -> None:
    """A tick is 4 uL: a bubble whose front comes in any tick of the test is measured.

    The test falls due when half of what lies behind the detector was displaced; the front comes
    within ten ticks, so that one of these is in it. Told by truth: when motion ends the limit has
    passed, to two ticks' displacement as in any other tick of this rate.
    """
    allot(rig, pump)
    rate_nl_h = 300 * ML_H
    tick_nl = rate_nl_h // 72_000
    upstream_nl = TO_OUTLET_NL / 2 - ahead_ticks * tick_nl
    rig.inject("air", "bubble", volume_nl=3 * BUBBLE_NL, upstream_nl=upstream_nl)
    start_constant(pump, rate_nl_h, 20)
    until(pump, State.ALARM)
    rig.clock.sleep_ms(500)
    alarm = pump.alarms()[0]
    assert alarm.info.name == "AIR_BUBBLE"
    passed_nl = rig.truth.displaced_nl - upstream_nl
    beside_nl = 2 * tick_nl + UNEVEN_NL[rig.pump]
    assert BUBBLE_NL - beside_nl <= passed_nl <= BUBBLE_NL + beside_nl
    print(f"front {ahead_ticks} ticks ahead of the test: {passed_nl:.0f} nL of air at the stop")
