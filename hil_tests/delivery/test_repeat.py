"""Repeats: periodic doses, exact in every pass, inside every limit with all passes (C2, C4)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.answers import Proposed
from benchpump.link.client import Pump
from benchpump.link.messages import (
    PumpOverCapError,
    PumpOverWindowError,
    PumpRepeatError,
    PumpSegmentInvalidError,
    State,
)
from benchpump.link.segments import Segment
from benchpump.testing.procedures import (
    ML_H,
    TICKS_PER_H,
    TICKS_PER_S,
    allot,
    configure_in_service,
    latched,
    start,
    until,
)

DOSE_NL = 9_999
RATE = 100 * ML_H
DOSE_TICKS = -(-DOSE_NL * TICKS_PER_H // RATE)
PERIOD_TICKS = 2 * TICKS_PER_S
DOSES = [Segment.bolus(DOSE_NL, RATE), Segment.hold(PERIOD_TICKS - DOSE_TICKS)]


def steps_of(volume_nl: float, allotted: Proposed) -> int:
    """Steps nearest to a volume, by the calibration that the allotment froze."""
    return round(volume_nl * 1000 / allotted.pl_per_step)


def hourly_window(rig: Rig, pump: Pump, cap_ul: int) -> None:
    """A rolling window of an hour."""
    configure_in_service(rig, pump, window_minutes=60, window_cap_ul=cap_ul)


@pytest.mark.requirement("REQ-REPEAT-1")
def test_each_of_many_passes(rig: Rig, pump: Pump) -> None:
    """At rest after each of 60 doses the pin has given all doses so far, to the nearest step."""
    allotted = allot(rig, pump)
    armed = start(pump, [*DOSES, Segment.repeat(60, 2), Segment.constant(ML_H, 40)])
    assert armed.duration_ticks == 60 * PERIOD_TICKS + 40
    began_ms = rig.clock.now_ms()
    for done in range(1, 61):
        rig.clock.sleep_ms(began_ms + done * 2_000 - 500 - rig.clock.now_ms())
        assert rig.truth.forward_steps == steps_of(done * DOSE_NL, allotted)
        assert pump.status().segment == 1
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == steps_of(60 * DOSE_NL + ML_H * 40 / TICKS_PER_H, allotted)
    assert rig.truth.forward_steps == armed.raw.number("steps")


@pytest.mark.requirement("REQ-REPEAT-2")
def test_how_often_and_how_far_back(rig: Rig, pump: Pump) -> None:
    """10 000 times and back to the first segment; one more of either, or nesting, is refused."""
    for times in (1, 9_999, 10_000):
        pump.load([Segment.hold(1), Segment.repeat(times, 1)])
    for times in (0, 10_001):
        with pytest.raises(PumpSegmentInvalidError):
            pump.load([Segment.hold(1), Segment.repeat(times, 1)])
    pump.load([Segment.hold(1), Segment.hold(1), Segment.repeat(2, 2)])
    for wrong, reach in (
        ([Segment.repeat(2, 1)], 0),
        ([Segment.hold(1), Segment.hold(1), Segment.repeat(2, 3)], 2),
        ([Segment.hold(1), Segment.hold(1), Segment.repeat(2, 0)], 2),
        ([Segment.hold(1), Segment.repeat(2, 1), Segment.repeat(2, 1)], 0),
        ([Segment.hold(1), Segment.repeat(2, 1), Segment.hold(1), Segment.repeat(2, 3)], 1),
    ):
        with pytest.raises(PumpRepeatError) as refused:
            pump.load(wrong)
        assert refused.value.detail == reach


@pytest.mark.requirement("REQ-REPEAT-2")
def test_fourteen_days_with_all_passes(rig: Rig, pump: Pump) -> None:
    """Seven passes of two days are taken, a tick more in a pass is not."""
    two_days = 48 * TICKS_PER_H
    for ticks in (two_days - 1, two_days):
        pump.load([Segment.hold(ticks), Segment.repeat(7, 1)])
    with pytest.raises(PumpSegmentInvalidError):
        pump.load([Segment.hold(two_days + 1), Segment.repeat(7, 1)])


@pytest.mark.requirement("REQ-REPEAT-3", "REQ-CAP-1")
def test_all_passes_fit_the_cap(rig: Rig, pump: Pump) -> None:
    """A cap of ten doses takes nine and ten of them, not eleven; the last step is given."""
    allotted = allot(rig, pump, cap_ul=101)
    for times in (9, 11, 10):
        pump.load([*DOSES, Segment.repeat(times, 2)])
        if times == 11:
            with pytest.raises(PumpOverCapError):
                pump.arm("FRESH")
        else:
            pump.arm("FRESH")
    pump.start(pump.arm("FRESH").token)
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == steps_of(10 * DOSE_NL, allotted)


@pytest.mark.requirement("REQ-REPEAT-3", "REQ-WINDOW-1")
@pytest.mark.parametrize("cap_ul", [70, pytest.param(71, marks=pytest.mark.long), 72])
def test_the_fullest_hour_fits_the_window(rig: Rig, pump: Pump, cap_ul: int) -> None:
    """Doses ten minutes apart: an hour and a minute hold seven, and with room for them it runs."""
    hourly_window(rig, pump, cap_ul)
    allot(rig, pump)
    pump.load([DOSES[0], Segment.hold(600 * TICKS_PER_S - DOSE_TICKS), Segment.repeat(8, 2)])
    if cap_ul * 1000 < 7 * DOSE_NL + 500:  # some steps are kept for rounding
        with pytest.raises(PumpOverWindowError):
            pump.arm("FRESH")
        return
    armed = pump.arm("FRESH", "STANDALONE")
    if cap_ul > 71:
        return
    pump.start(armed.token)
    until(pump, State.FINISHED, timeout_s=5_000, poll_s=10)
    assert latched(pump) == ["END_OF_INFUSION"]


@pytest.mark.requirement("REQ-REPEAT-3", "REQ-NEAREND-1")
def test_near_end_is_that_of_the_last_pass(rig: Rig, pump: Pump) -> None:
    """Three minutes before the end of all passes, and not before the end of each."""
    allot(rig, pump)
    start(pump, [Segment.constant(10 * ML_H, 20 * TICKS_PER_S), Segment.repeat(10, 1)])
    rig.clock.sleep_ms(18_500)
    assert latched(pump) == []
    rig.clock.sleep_ms(3_000)
    assert latched(pump) == ["NEAR_END"]
    until(pump, State.FINISHED)


@pytest.mark.requirement("REQ-REPEAT-3", "REQ-REPEAT-4")
@pytest.mark.parametrize("at_ms", [4_000 + 200, 4_000 + 1_200])
def test_pause_and_rest_in_a_pass(rig: Rig, pump: Pump, at_ms: int) -> None:
    """Paused in a dose or between two: ARM REST tells what is left, and no step is lost."""
    allotted = allot(rig, pump)
    whole = start(pump, [*DOSES, Segment.repeat(8, 2)])
    rig.clock.sleep_ms(at_ms)
    pump.pause()
    until(pump, State.PAUSED)
    given = rig.truth.forward_steps
    rest = pump.arm("REST")
    assert given + rest.raw.number("steps") == whole.raw.number("steps")
    assert whole.duration_ticks - rest.duration_ticks == pytest.approx(at_ms / 50, abs=5)
    pump.start(rest.token)
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == steps_of(8 * DOSE_NL, allotted)


@pytest.mark.requirement("REQ-REPEAT-4", "REQ-TITRATION-1", "REQ-TITRATION-5")
def test_a_change_is_of_its_pass(rig: Rig, pump: Pump) -> None:
    """The rate is raised in the second pass: the third and fourth come as loaded, and so told."""
    allotted = allot(rig, pump)
    rate, raised = 10 * ML_H, 11 * ML_H
    block = [Segment.constant(rate, 200), Segment.hold(100), Segment.repeat(5, 2)]
    start(pump, block)
    rig.clock.sleep_ms(17_000)
    pump.start(pump.titrate(raised).token)
    until(pump, State.FINISHED)
    run = pump.as_run()
    assert [(one.segment, one.rate_nl_h, one.by) for one in run] == [
        (0, rate, 0),
        (1, 0, 0),
        (0, rate, 5),
        (0, raised, 1),
        (1, 0, 0),
        (0, rate, 0),
        (1, 0, 0),
        (0, rate, 5),
    ]
    assert [one.start_tick for one in run if one.by == 5] == [300, 900]
    volume_nl = (5 * 200 * rate + (500 - run[3].start_tick) * (raised - rate)) / TICKS_PER_H
    assert abs(rig.truth.forward_steps - steps_of(volume_nl, allotted)) <= 1


@pytest.mark.requirement("REQ-REPEAT-4", "REQ-TITRATION-4")
def test_hold_in_a_pass_and_go_on(rig: Rig, pump: Pump) -> None:
    """A rate held past its pass: the segment after it comes next, and all later passes in full."""
    allotted = allot(rig, pump)
    rate = 10 * ML_H
    start(pump, [Segment.constant(rate, 200), Segment.hold(100), Segment.repeat(4, 2)])
    rig.clock.sleep_ms(5_000)
    pump.start(pump.titrate_hold().token)
    rig.clock.sleep_ms(20_000)
    pump.start(pump.titrate_go_on().token)
    until(pump, State.FINISHED)
    run = pump.as_run()
    assert [one.by for one in run] == [0, 2, 0, 0, 0, 5]
    volume_nl = rate * (run[2].start_tick + 3 * 200) / TICKS_PER_H
    assert abs(rig.truth.forward_steps - steps_of(volume_nl, allotted)) <= 1


@pytest.mark.long
@pytest.mark.requirement("REQ-REPEAT-1", "REQ-REPEAT-3")
def test_doses_through_a_day(rig: Rig, pump: Pump) -> None:
    """A loading dose and then one every two hours for a day, alone: each on time, to the step."""
    allotted = allot(rig, pump)
    rate, dose_nl, period = 5 * ML_H, 250_000, 2 * TICKS_PER_H
    dose_ticks = dose_nl * TICKS_PER_H // rate
    load = Segment.bolus(500_000, 20 * ML_H)
    doses = [Segment.constant(rate, dose_ticks), Segment.hold(period - dose_ticks)]
    start(pump, [load, *doses, Segment.repeat(12, 2)], on_host_loss="STANDALONE")
    rig.clock.sleep_ms(90_000 + dose_ticks * 50 + 60_000)
    for done in range(1, 13):
        assert rig.truth.forward_steps == steps_of(500_000 + done * dose_nl, allotted)
        rig.clock.sleep_ms(period * 50)
    assert pump.status().state is State.FINISHED
