"""Changing the rate while the program runs: two steps, bounded, read back as it was run."""

from collections.abc import Callable

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.answers import Proposed
from benchpump.link.client import Pump
from benchpump.link.messages import (
    Flag,
    PumpBadTokenError,
    PumpKeepOpenError,
    PumpNeedsJumperError,
    PumpNotTitratableError,
    PumpOverCapError,
    PumpOverWindowError,
    PumpRateLimitError,
    PumpRefused,
    PumpTitrationCountError,
    PumpTitrationStepError,
    PumpWrongStateError,
    State,
)
from benchpump.link.segments import Segment
from benchpump.testing.procedures import (
    FIELD,
    ML_H,
    allot,
    configure,
    configure_in_service,
    start,
    start_constant,
    until,
)

RATE = 10 * ML_H
STEP = RATE // 5  # the default bound, 20 %


def steps_of(volume_nl: float, allotted: Proposed) -> float:
    """Steps of a volume, unrounded."""
    return volume_nl * 1000 / allotted.pl_per_step


def refused(act: Callable[[], object], error: type[PumpRefused]) -> int:
    """Detail of the refusal that must come."""
    with pytest.raises(error) as caught:
        act()
    assert caught.value.detail is not None
    return caught.value.detail


def allowed(act: Callable[[], object], error: type[PumpRefused]) -> bool:
    """Whether that refusal does not come."""
    try:
        act()
    except error:
        return False
    return True


def as_run_volume_nl(pump: Pump, ticks: int) -> float:
    """Volume of the constant stretches that were run, up to the end of the program."""
    stretches = pump.as_run()
    ends = [later.start_tick for later in stretches[1:]] + [ticks]
    pairs = zip(stretches, ends, strict=True)
    return sum(one.rate_nl_h * (end - one.start_tick) / 72_000 for one, end in pairs)


@pytest.mark.requirement("REQ-TITRATION-1", "REQ-TITRATION-5")
def test_up_and_down_from_now_on(rig: Rig, pump: Pump) -> None:
    """The first step changes nothing; in the end the volume is that of the rates as run."""
    allotted = allot(rig, pump)
    start(pump, [Segment.constant(RATE, 1200), Segment.constant(ML_H, 400)])
    rig.clock.sleep_ms(10_000)
    offered = pump.titrate(RATE + STEP)
    rig.clock.sleep_ms(10_000)
    assert pump.status().rate_nl_h == RATE
    pump.start(offered.token)
    assert pump.status().rate_nl_h == RATE + STEP
    with pytest.raises(PumpBadTokenError):
        pump.start(offered.token)
    rig.clock.sleep_ms(10_000)
    pump.start(pump.titrate(RATE).token)
    until(pump, State.FINISHED)
    run = pump.as_run()
    assert [(one.segment, one.rate_nl_h, one.by) for one in run] == [
        (0, RATE, 0),
        (0, RATE + STEP, 1),
        (0, RATE, 1),
        (1, ML_H, 0),
    ]
    assert run[3].start_tick == 1200
    assert abs(rig.truth.forward_steps - steps_of(as_run_volume_nl(pump, 1600), allotted)) <= 1.5
    events = [(record.value, record.limit) for record in pump.log() if record.code == 146]
    assert events == [(RATE + STEP, RATE), (RATE, RATE + STEP)]


@pytest.mark.requirement("REQ-TITRATION-5")
def test_the_run_as_it_was_is_the_next_program(rig: Rig, pump: Pump) -> None:
    """Stretches read back are loaded as segments and give the same volume without a change."""
    allot(rig, pump)
    start_constant(pump, RATE, 60)
    rig.clock.sleep_ms(10_000)
    pump.start(pump.titrate(RATE + STEP).token)
    until(pump, State.FINISHED)
    first = rig.truth.forward_steps
    run = pump.as_run()
    ends = [later.start_tick for later in run[1:]] + [1200]
    again = [
        Segment.constant(one.rate_nl_h, end - one.start_tick)
        for one, end in zip(run, ends, strict=True)
    ]
    start(pump, again)
    until(pump, State.FINISHED)
    assert abs(rig.truth.forward_steps - 2 * first) <= 1
    assert [one.rate_nl_h for one in pump.as_run()] == [RATE, RATE + STEP]


@pytest.mark.requirement("REQ-TITRATION-2")
@pytest.mark.parametrize("way", [1, -1])
def test_the_size_of_a_step_is_bounded(rig: Rig, pump: Pump, way: int) -> None:
    """20 % less 1 nL/h and 20 % are taken, up and down; 1 nL/h more is refused with the bound."""
    allot(rig, pump)
    start_constant(pump, RATE, 60)
    for step in (STEP - 1, STEP):
        pump.titrate(RATE + way * step)
    assert refused(lambda: pump.titrate(RATE + way * (STEP + 1)), PumpTitrationStepError) == STEP


@pytest.mark.long
@pytest.mark.requirement("REQ-TITRATION-2")
def test_the_number_of_changes_is_bounded(rig: Rig, pump: Pump) -> None:
    """All six of an hour are taken, the seventh waits until the first is an hour old."""
    allot(rig, pump)
    start_constant(pump, ML_H, 4000, on_host_loss="STANDALONE")
    for number in range(6):
        offered = pump.titrate(ML_H + number + 1)
        assert offered.raw.number("changes_left") == 6 - number
        pump.start(offered.token)
    wait = refused(lambda: pump.titrate(ML_H), PumpTitrationCountError)
    assert 71_900 < wait < 72_000
    rig.clock.sleep_ms((wait - 8) * 50)
    refused(lambda: pump.titrate(ML_H), PumpTitrationCountError)
    rig.clock.sleep_ms(500)
    pump.start(pump.titrate(ML_H).token)


@pytest.mark.requirement("REQ-TITRATION-2", "REQ-PROVISION-2")
def test_the_bounds_narrow_freely_and_widen_with_the_jumper(rig: Rig, pump: Pump) -> None:
    """A smaller step, fewer changes, a longer period need nothing, the other way the jumper."""
    for name, narrower, wider in (
        ("titration_step_ppm", 199_999, 200_001),
        ("titration_count", 5, 7),
        ("titration_minutes", 61, 59),
    ):
        field = FIELD[name]
        with pytest.raises(PumpNeedsJumperError):
            pump.config_set(field.index, wider)
        pump.config_set(field.index, narrower)
    configure(pump, titration_count=0)
    allot(rig, pump)
    start_constant(pump, RATE, 60)
    assert refused(lambda: pump.titrate(RATE + 1), PumpTitrationCountError) == 0


@pytest.mark.requirement("REQ-TITRATION-3", "REQ-RATE-1")
def test_rate_limit_and_keep_open_rate(rig: Rig, pump: Pump) -> None:
    """Up to the limit, with a running bolus under it too; down to the keep-open rate."""
    configure(pump, max_rate_nl_h=RATE + STEP // 2)
    allot(rig, pump)
    start_constant(pump, RATE, 60, then="KEEPOPEN", keep_open_rate_nl_h=RATE - STEP // 2)
    top = RATE + STEP // 2
    for rate in (top - 1, top):
        pump.titrate(rate)
    assert refused(lambda: pump.titrate(top + 1), PumpRateLimitError) == top
    low = RATE - STEP // 2
    for rate in (low + 1, low):
        pump.titrate(rate)
    refused(lambda: pump.titrate(low - 1), PumpKeepOpenError)
    pump.start(pump.bolus(20_000, ML_H // 2).token)
    pump.titrate(top - ML_H // 2)
    assert refused(lambda: pump.titrate(top - ML_H // 2 + 1), PumpRateLimitError) > 0


@pytest.mark.requirement("REQ-TITRATION-3", "REQ-CAP-1")
def test_the_rest_as_changed_fits_the_cap(rig: Rig, pump: Pump) -> None:
    """What is offered is more by exactly what the cap has left at most; a step more is not."""
    allotted = allot(rig, pump, cap_ul=180)
    room = allotted.cap_steps - start_constant(pump, RATE, 60).raw.number("steps")
    low, high = RATE, RATE + STEP
    while high - low > 1:
        middle = (low + high) // 2
        try:
            assert pump.titrate(middle).raw.number("more_steps") <= room
            low = middle
        except PumpOverCapError:
            high = middle
    # Each look costs a tick or two of 1200, so what is left to change shrinks the while.
    assert pump.titrate(low).raw.number("more_steps") == pytest.approx(room, rel=0.09)
    pump.start(pump.titrate(low).token)
    until(pump, State.FINISHED)


@pytest.mark.requirement("REQ-TITRATION-3", "REQ-WINDOW-1")
def test_the_rest_as_changed_fits_the_window(rig: Rig, pump: Pump) -> None:
    """A program that just fits the window cannot be raised; one that leaves room can."""
    configure(pump, window_cap_ul=180)
    allot(rig, pump)
    start_constant(pump, RATE, 60)
    pump.titrate(RATE + STEP // 4)
    refused(lambda: pump.titrate(RATE + STEP // 2), PumpOverWindowError)
    pump.start(pump.titrate(RATE + STEP // 4).token)
    until(pump, State.FINISHED)


@pytest.mark.requirement("REQ-TITRATION-4")
def test_hold_until_the_programs_time_is_over(rig: Rig, pump: Pump) -> None:
    """The rate stays while later segments' time passes, and the run ends when it would have."""
    allotted = allot(rig, pump)
    rates = (4, 6, 8, 10)
    start(pump, [Segment.constant(rate * ML_H, 400) for rate in rates])
    began_ms = rig.clock.now_ms()
    rig.clock.sleep_ms(30_000)
    pump.start(pump.titrate_hold().token)
    assert Flag.HELD in pump.status().flags
    assert pump.status().rate_nl_h == 6 * ML_H
    rig.clock.sleep_ms(45_000)
    assert pump.status().rate_nl_h == 6 * ML_H
    pump.start(pump.titrate(6 * ML_H + ML_H // 2).token)
    until(pump, State.FINISHED)
    assert Flag.HELD not in pump.status().flags
    assert rig.clock.now_ms() - began_ms == pytest.approx(80_000, abs=300)
    assert [one.by for one in pump.as_run()] == [0, 0, 2, 1]
    assert abs(rig.truth.forward_steps - steps_of(as_run_volume_nl(pump, 1600), allotted)) <= 1.5


@pytest.mark.requirement("REQ-TITRATION-4")
def test_go_on_from_a_hold(rig: Rig, pump: Pump) -> None:
    """The segments after the held one come in full; going on needs a hold."""
    allotted = allot(rig, pump)
    start(pump, [Segment.ramp(0, 12 * ML_H, 400), Segment.constant(8 * ML_H, 200)])
    with pytest.raises(PumpNotTitratableError):
        pump.titrate_go_on()
    with pytest.raises(PumpNotTitratableError):
        pump.titrate(ML_H)
    rig.clock.sleep_ms(10_000)
    pump.start(pump.titrate_hold().token)
    with pytest.raises(PumpNotTitratableError):
        pump.titrate_hold()
    held = pump.status().rate_nl_h
    assert held == pytest.approx(6 * ML_H, rel=0.1)
    rig.clock.sleep_ms(5_000)
    pump.start(pump.titrate_go_on().token)
    rig.clock.sleep_ms(200)
    status = pump.status()
    assert (status.rate_nl_h, status.segment) == (8 * ML_H, 1)
    went_on = rig.clock.now_ms()
    before = rig.truth.forward_steps
    until(pump, State.FINISHED)
    assert rig.clock.now_ms() - went_on == pytest.approx(9_700, abs=300)
    rest = rig.truth.forward_steps - before
    assert rest == pytest.approx(steps_of(8 * ML_H * 9.75 / 3600, allotted), abs=15)


@pytest.mark.long
@pytest.mark.requirement("REQ-TITRATION-4", "REQ-WINDOW-1")
@pytest.mark.parametrize(("cap_ul", "refused_after"), [(2000, None), (900, 2)])
def test_going_on_does_not_add_up(
    rig: Rig, pump: Pump, cap_ul: int, refused_after: int | None
) -> None:
    """Held and gone on from in each of four low stretches, of which one alone may cost a window
    0.8 mL: what counts is what the window holds then and what the rest takes, 0.7 mL an hour,
    and for what is changed later too. Where that is too much it is refused, and the hold stays."""
    configure_in_service(rig, pump, window_minutes=60, window_cap_ul=cap_ul)
    allot(rig, pump)
    low, high = ML_H // 5, ML_H
    program = [Segment.constant(low, 12_000), Segment.constant(high, 12_000)] * 8
    start(pump, program)
    for stretch in range(4):
        while pump.status().segment < 2 * stretch:
            rig.clock.sleep_ms(2000)
        assert allowed(pump.titrate_hold, PumpOverWindowError)
        pump.start(pump.titrate_hold().token)
        rig.clock.sleep_ms(2000)
        if stretch == refused_after:
            refused(pump.titrate_go_on, PumpOverWindowError)
            assert Flag.HELD in pump.status().flags
            return
        pump.start(pump.titrate_go_on().token)
    assert allowed(lambda: pump.titrate(high * 11 // 10), PumpOverWindowError)


@pytest.mark.requirement("REQ-TITRATION-1", "REQ-TITRATION-4")
def test_pause_and_rest_keep_the_change(rig: Rig, pump: Pump) -> None:
    """After a pause ARM REST goes on at the rate as changed; ARM FRESH begins as loaded."""
    allotted = allot(rig, pump)
    start_constant(pump, RATE, 60)
    rig.clock.sleep_ms(10_000)
    pump.start(pump.titrate(RATE + STEP).token)
    pump.pause()
    until(pump, State.PAUSED)
    with pytest.raises(PumpWrongStateError):
        pump.titrate(RATE)
    armed = pump.arm("REST")
    pump.start(armed.token)
    assert pump.status().rate_nl_h == RATE + STEP
    until(pump, State.FINISHED)
    assert abs(rig.truth.forward_steps - steps_of(as_run_volume_nl(pump, 1200), allotted)) <= 1.5
    fresh = pump.arm("FRESH")
    assert fresh.raw.number("steps") == round(steps_of(RATE / 60, allotted))
    pump.start(fresh.token)
    assert pump.status().rate_nl_h == RATE


@pytest.mark.requirement("REQ-TITRATION-5")
@pytest.mark.parametrize("how", ["loaded", "allotted"])
def test_as_run_outlives_the_next_program(rig: Rig, pump: Pump, how: str) -> None:
    """Another program loaded, or another allotment, does not shorten what was run before."""
    allot(rig, pump)
    start(pump, [Segment.constant(RATE, 600), Segment.constant(RATE // 2, 600)])
    until(pump, State.FINISHED)
    run = pump.last_run()
    assert run.ticks == 1200
    if how == "loaded":
        pump.load([Segment.constant(ML_H, 100)])
    else:
        allot(rig, pump)
    assert pump.last_run() == run


@pytest.mark.requirement("REQ-TITRATION-3", "REQ-WINDOW-1")
@pytest.mark.parametrize(("cap_ul", "fits"), [(1218, False), (1225, True)])
def test_a_window_holds_a_minute_more(rig: Rig, pump: Pump, cap_ul: int, fits: bool) -> None:
    """1.2 mL/h for 61 minutes are 1.22 mL: of an hour's window with less, a change is refused."""
    configure_in_service(rig, pump, window_minutes=60, window_cap_ul=cap_ul)
    allot(rig, pump)
    start_constant(pump, ML_H, 7200)
    assert allowed(lambda: pump.titrate(ML_H * 12 // 10), PumpOverWindowError) == fits


@pytest.mark.requirement("REQ-TITRATION-3", "REQ-WINDOW-1")
def test_another_window_while_held(rig: Rig, pump: Pump) -> None:
    """Held within an hour's window and stopped; a day's window comes into force: going on with
    the hold needs 4.8 mL in it, and no longer what it would have taken in an hour's."""
    configure_in_service(rig, pump, window_minutes=60, window_cap_ul=4000)
    allot(rig, pump)
    low, hours = ML_H // 100, 30
    start(pump, [Segment.constant(ML_H // 5, 36_000), Segment.constant(low, hours * 72_000)])
    rig.clock.sleep_ms(60_000)
    pump.start(pump.titrate_hold().token)
    pump.stop()
    assert allowed(lambda: pump.arm("REST"), PumpOverWindowError)
    pump.disarm()
    configure(pump, window_minutes=1440)
    refused(lambda: pump.arm("REST"), PumpOverWindowError)
