"""The firmware adds no error of its own (C4)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.answers import Proposed
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, PumpKeepOpenError, PumpSegmentInvalidError, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import ML_H, allot, start, start_constant, until


def steps_of(volume_nl: float, allotted: Proposed) -> int:
    """Steps nearest to a volume, by the calibration that the allotment froze."""
    return round(volume_nl * 1000 / allotted.pl_per_step)


@pytest.mark.requirement("REQ-DELIVERY-1")
@pytest.mark.parametrize(
    "rate_nl_h",
    [
        20_000,
        333_333,
        pytest.param(5 * ML_H, marks=pytest.mark.long),
        pytest.param(47 * ML_H, marks=pytest.mark.long),
        300 * ML_H,
    ],
)
def test_constant_rate_at_every_tick(rig: Rig, pump: Pump, rate_nl_h: int) -> None:
    """At each tick the pin is at most a step behind what is due, and never ahead of the lease."""
    allotted = allot(rig, pump)
    per_tick = start_constant(pump, rate_nl_h, 60).raw.number("steps") / 1200
    began_ms = rig.clock.now_ms()
    for _ in range(100):
        rig.clock.sleep_ms(499)
        due = (rig.clock.now_ms() - began_ms) / 50 * per_tick
        # Due at the end of the lease that runs, which may lie anywhere in it.
        assert due - per_tick - 1 <= rig.truth.forward_steps <= due + per_tick + 1
        pump.status()
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == steps_of(rate_nl_h / 60, allotted)


@pytest.mark.long
@pytest.mark.requirement("REQ-DELIVERY-1")
def test_one_step_in_several_minutes(rig: Rig, pump: Pump) -> None:
    """1.2 uL/h is a step in five minutes; each comes when it is due, for an hour."""
    allot(rig, pump)
    steps = start_constant(pump, 1200, 3600, on_host_loss="STANDALONE").raw.number("steps")
    for minute in range(1, 60):
        rig.clock.sleep_ms(60_000)
        due = minute / 60 * steps
        assert due - 1 < rig.truth.forward_steps <= due + 0.01


@pytest.mark.requirement("REQ-DELIVERY-1")
def test_ramp_bolus_and_hold(rig: Rig, pump: Pump) -> None:
    """Each kind of segment gives its own volume, to the step, and a hold gives none."""
    allotted = allot(rig, pump)
    segments = [
        Segment.ramp(0, 60 * ML_H, 1200),
        Segment.hold(400),
        Segment.bolus(100_000, 120 * ML_H),
        Segment.ramp(60 * ML_H, 6 * ML_H, 1200),
    ]
    armed = start(pump, segments)
    until(pump, State.FINISHED)
    volumes = (500_000, 0, 100_000, 550_000)
    assert rig.truth.forward_steps == steps_of(sum(volumes), allotted) == armed.raw.number("steps")


@pytest.mark.requirement("REQ-DELIVERY-1", "REQ-PROGRAM-1")
def test_sixty_four_segments(rig: Rig, pump: Pump) -> None:
    """A program of 64 segments runs to its end; a 65th is refused."""
    allotted = allot(rig, pump)
    segments = [Segment.constant((1 + i) * ML_H, 20) for i in range(64)]
    start(pump, segments)
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == steps_of(sum(range(1, 65)) * ML_H / 3600, allotted)
    with pytest.raises(Exception, match=r"OUT_OF_RANGE|SEGMENT"):
        pump.load([*segments, Segment.hold(1)])


@pytest.mark.requirement("REQ-DELIVERY-1", "REQ-KEEPOPEN-1")
def test_keep_open_after_the_program(rig: Rig, pump: Pump) -> None:
    """After the last segment the keep-open rate goes on and is shown as such."""
    allotted = allot(rig, pump)
    start_constant(pump, 60 * ML_H, 10, then="KEEPOPEN", keep_open_rate_nl_h=ML_H)
    for _ in range(10):
        rig.clock.sleep_ms(1200)
        pump.status()
    assert Flag.KEEP_OPEN in pump.status().flags
    before = rig.truth.forward_steps
    rig.clock.sleep_ms(120_000)
    assert rig.truth.forward_steps - before == pytest.approx(steps_of(ML_H / 30, allotted), abs=1)


@pytest.mark.requirement("REQ-RATE-1", "REQ-KEEPOPEN-1")
def test_keep_open_is_never_above_the_infusion(rig: Rig, pump: Pump) -> None:
    """Equal to the slowest infusion rate is taken, one nL/h more is refused."""
    allot(rig, pump)
    for rate, fits in ((ML_H - 1, True), (ML_H, True), (ML_H + 1, False)):
        pump.load([Segment.constant(ML_H, 100)], "KEEPOPEN", rate)
        if fits:
            pump.arm("FRESH")
        else:
            with pytest.raises(PumpKeepOpenError):
                pump.arm("FRESH")


@pytest.mark.requirement("REQ-INPUT-1", "REQ-PROGRAM-1")
def test_segments_that_mean_nothing(rig: Rig, pump: Pump) -> None:
    """A segment whose numbers do not fit its kind is refused as it comes, and names its place."""
    for wrong in (
        Segment("CONST", 5, 6, 0, 10),
        Segment("RAMP", 5, 5, 0, 10),
        Segment("BOLUS", 5, 5, 0, 0),
        Segment("HOLD", 5, 0, 0, 10),
    ):
        with pytest.raises(PumpSegmentInvalidError) as refused:
            pump.load([Segment.hold(10), wrong])
        assert refused.value.detail == 1
