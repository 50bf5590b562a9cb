"""A blind air detector is found by exciting it, noise or not (IEC 60601-2-24, 3.6)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.link.tables import PumpError
from benchpump.testing.procedures import ML_H, allot, latched, start_constant, until

TO_OUTLET_NL = 600_000
BLIND_MS = 9_000_000  # a lag of hours: the reading has noise and does not follow


@pytest.mark.requirement("REQ-AIR-3")
@pytest.mark.parametrize(
    ("kind", "figures"), [("slow", {"time_constant_ms": BLIND_MS}), ("stuck", {"code": 805})]
)
def test_found_before_start(rig: Rig, pump: Pump, kind: str, figures: dict[str, float]) -> None:
    """Blind when the infusion is armed: no token, no step, a fault that names it."""
    allot(rig, pump)
    pump.load([Segment.constant(10 * ML_H, 1000)])
    rig.inject("air_sensor", kind, **figures)
    rig.clock.sleep_ms(100)
    with pytest.raises(PumpError):
        pump.start(pump.arm("FRESH").token)
    until(pump, State.FAULT, timeout_s=2)
    assert latched(pump)[0] == "AIR_BLIND"
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-AIR-3")
@pytest.mark.parametrize(
    ("after_nl", "rate_ml_h"),
    [
        pytest.param(after_nl, rate_ml_h, marks=pytest.mark.long if inner != outer else ())
        for after_nl, inner in ((10_000, False), (200_000, True), (400_000, False))
        for rate_ml_h, outer in ((10, False), (36, True), (300, False))
    ],
)
def test_found_before_air_can_reach_the_outlet(
    rig: Rig, pump: Pump, rate_ml_h: int, after_nl: int
) -> None:
    """Blinded while running, it is found before what lies behind it is displaced."""
    allot(rig, pump)
    rate = rate_ml_h * ML_H
    start_constant(pump, rate, 2_000_000 * 3600 / rate)
    rig.clock.sleep_ms(after_nl * 3_600_000 // rate)
    rig.inject("air_sensor", "slow", time_constant_ms=BLIND_MS)
    displaced_nl = rig.truth.displaced_nl
    until(pump, State.FAULT)
    displaced_nl = rig.truth.displaced_nl - displaced_nl
    assert latched(pump)[0] == "AIR_BLIND"
    assert displaced_nl <= TO_OUTLET_NL
    print(f"blind at {rate_ml_h} mL/h: found after {displaced_nl:.0f} nL, limit {TO_OUTLET_NL}")


@pytest.mark.requirement("REQ-AIR-3", "REQ-AIR-1")
@pytest.mark.bench(calibration_error_ppm=0, peristaltic={"dip_share": 0.0})
@pytest.mark.parametrize(
    "upstream_nl",
    [
        pytest.param(upstream_nl, marks=pytest.mark.long if place % 3 else ())
        for place, upstream_nl in enumerate(range(280_000, 320_001, 2_600))
    ],
)
def test_a_bubble_during_the_test_is_measured(rig: Rig, pump: Pump, upstream_nl: int) -> None:
    """Bubbles of 101 and 99 uL that arrive around the test are told apart as always.

    By steps, as the frozen calibration has it: rollers that add and take back nothing.
    """
    for volume_nl, trips in ((99_000, False), (101_000, True)):
        allot(rig, pump)
        air = rig.inject("air", "bubble", volume_nl=volume_nl, upstream_nl=upstream_nl)
        start_constant(pump, 36 * ML_H, 50)
        state = until(pump, State.FINISHED, State.ALARM).state
        assert (state is State.ALARM) == trips
        air.clear()


@pytest.mark.long
@pytest.mark.requirement("REQ-AIR-3")
def test_a_healthy_detector_passes_for_hours(rig: Rig, pump: Pump) -> None:
    """Excited again and again it neither trips nor counts air."""
    allot(rig, pump)
    start_constant(pump, 9 * ML_H, 3600)
    until(pump, State.FINISHED, State.ALARM, State.FAULT, timeout_s=4000, poll_s=1)
    assert latched(pump) == ["END_OF_INFUSION"]
