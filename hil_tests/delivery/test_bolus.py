"""A bolus on demand comes on top of the program and never alters it (GIP 1.4.4)."""

from collections.abc import Callable

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.answers import Proposed
from benchpump.link.client import Pump
from benchpump.link.messages import (
    Flag,
    PumpBadTokenError,
    PumpBolusCountError,
    PumpBolusLockedError,
    PumpNeedsJumperError,
    PumpOverCapError,
    PumpOverWindowError,
    PumpRateLimitError,
    PumpRefused,
    PumpWrongStateError,
    State,
)
from benchpump.testing.images import memory_of, without_journal
from benchpump.testing.procedures import (
    FIELD,
    ML_H,
    allot,
    configure,
    configure_in_service,
    start_constant,
    until,
)
from benchpump.testing.targets import RigMaker

BASAL = 6 * ML_H
FAST = 60 * ML_H
TICKS_PER_MINUTE = 1200


def steps_of(volume_nl: float, allotted: Proposed) -> int:
    """Steps nearest to a volume."""
    return round(volume_nl * 1000 / allotted.pl_per_step)


def volume_of(steps: int, allotted: Proposed) -> int:
    """Volume in nL that is this many steps and not one more or less."""
    return -(-steps * allotted.pl_per_step // 1000)


def given(pump: Pump) -> None:
    """Wait for the end of the bolus."""
    pump.wait(lambda status: Flag.BOLUS not in status.flags, timeout_s=600, poll_s=0.05)


def refused(act: Callable[[], object], error: type[PumpRefused]) -> int:
    """Detail of the refusal that must come."""
    with pytest.raises(error) as caught:
        act()
    assert caught.value.detail is not None
    return caught.value.detail


@pytest.mark.requirement("REQ-BOLUS-1")
def test_it_takes_two_steps_and_adds_its_volume(rig: Rig, pump: Pump) -> None:
    """Nothing changes at the first step; after the second, the total is program plus bolus."""
    allotted = allot(rig, pump)
    basal = start_constant(pump, BASAL, 120).raw.number("steps")
    rig.clock.sleep_ms(10_000)
    offered = pump.bolus(100_000, FAST)
    rig.clock.sleep_ms(10_000)
    status = pump.status()
    assert Flag.BOLUS not in status.flags
    assert rig.truth.forward_steps == pytest.approx(basal / 6, abs=25)
    pump.start(offered.token)
    status = pump.status()
    assert Flag.BOLUS in status.flags
    assert status.rate_nl_h == BASAL + FAST
    assert status.state is State.RUNNING
    given(pump)
    assert pump.status().rate_nl_h == BASAL
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == basal + steps_of(100_000, allotted)
    assert offered.raw.number("steps") == steps_of(100_000, allotted)


@pytest.mark.requirement("REQ-BOLUS-1")
def test_the_program_goes_on_as_if_it_were_not_there(rig: Rig, pump: Pump) -> None:
    """At every look the steps at the pin are what program and bolus owe, and it ends in time."""
    allotted = allot(rig, pump)
    per_tick = start_constant(pump, BASAL, 120).raw.number("steps") / 2400
    began_ms = rig.clock.now_ms()
    rig.clock.sleep_ms(20_000)
    pump.start(pump.bolus(100_000, FAST).token)
    bolus_ms = rig.clock.now_ms()
    bolus_per_tick = FAST * 1000 / allotted.pl_per_step / 72_000
    for _ in range(30):
        rig.clock.sleep_ms(499)
        due = (rig.clock.now_ms() - began_ms) / 50 * per_tick
        due += min(
            (rig.clock.now_ms() - bolus_ms) / 50 * bolus_per_tick, steps_of(100_000, allotted)
        )
        slack = 2 * (per_tick + bolus_per_tick) + 2
        assert due - slack <= rig.truth.forward_steps <= due + slack
    until(pump, State.FINISHED)
    assert rig.clock.now_ms() - began_ms == pytest.approx(120_000, abs=300)


@pytest.mark.requirement("REQ-BOLUS-1")
def test_one_that_outlasts_the_program_is_given_whole(rig: Rig, pump: Pump) -> None:
    """The run ends when both are done."""
    allotted = allot(rig, pump)
    basal = start_constant(pump, BASAL, 10).raw.number("steps")
    pump.start(pump.bolus(500_000, FAST).token)
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == basal + steps_of(500_000, allotted)


@pytest.mark.requirement("REQ-BOLUS-2", "REQ-RATE-1")
def test_both_together_stay_within_the_rate_limit(rig: Rig, pump: Pump) -> None:
    """Program plus bolus at the limit is taken and delivered; 1 nL/h more is refused."""
    configure(pump, max_rate_nl_h=20 * ML_H)
    allotted = allot(rig, pump)
    basal = start_constant(pump, BASAL, 30).raw.number("steps")
    room = 20 * ML_H - BASAL
    pump.bolus(20_000, room - 1)
    assert refused(lambda: pump.bolus(20_000, room + 1), PumpRateLimitError) == room
    pump.start(pump.bolus(20_000, room).token)
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == basal + steps_of(20_000, allotted)
    per_s = 20 * ML_H * 1000 / allotted.pl_per_step / 3600
    assert rig.truth.max_rate_steps_per_s <= per_s * 1.15 + 1


@pytest.mark.requirement("REQ-BOLUS-2", "REQ-CAP-1")
def test_it_fits_what_the_program_leaves_of_the_cap(rig: Rig, pump: Pump) -> None:
    """Cap less what the program still needs: a step less and that much are taken, no step more."""
    allotted = allot(rig, pump, cap_ul=500)
    basal = start_constant(pump, BASAL, 60).raw.number("steps")
    room = allotted.cap_steps - basal
    for steps in (room - 1, room):
        offered = pump.bolus(volume_of(steps, allotted), FAST)
        assert offered.raw.number("steps") == steps
    refused(lambda: pump.bolus(volume_of(room + 1, allotted), FAST), PumpOverCapError)
    pump.start(pump.bolus(volume_of(room, allotted), FAST).token)
    until(pump, State.FINISHED, State.ALARM)
    assert rig.truth.forward_steps == allotted.cap_steps


@pytest.mark.requirement("REQ-BOLUS-2", "REQ-WINDOW-1")
def test_it_fits_what_the_program_leaves_of_the_window(rig: Rig, pump: Pump) -> None:
    """The same for the rolling window, across two boluses."""
    configure(pump, window_cap_ul=300, bolus_lockout_minutes=10)
    allotted = allot(rig, pump)
    window = pump.limits().number("window_steps")
    basal = start_constant(pump, ML_H, 15 * 60, on_host_loss="STANDALONE").raw.number("steps")
    pump.start(pump.bolus(20_000, FAST).token)
    given(pump)
    rig.clock.sleep_ms(600_000)
    room = window - basal - steps_of(20_000, allotted)
    for steps in (room - 1, room):
        pump.bolus(volume_of(steps, allotted), FAST)
    refused(lambda: pump.bolus(volume_of(room + 1, allotted), FAST), PumpOverWindowError)


@pytest.mark.requirement("REQ-BOLUS-3")
def test_lockout(rig: Rig, pump: Pump) -> None:
    """A tick too early is refused and says how long to wait; the tick itself is taken."""
    allot(rig, pump)
    start_constant(pump, ML_H, 3600, on_host_loss="STANDALONE")
    pump.start(pump.bolus(10_000, FAST).token)
    wait = refused(lambda: pump.bolus(10_000, FAST), PumpBolusLockedError)
    assert wait == pytest.approx(10 * TICKS_PER_MINUTE, abs=2)
    rig.clock.sleep_ms((wait - 10) * 50)
    wait = refused(lambda: pump.bolus(10_000, FAST), PumpBolusLockedError)
    while wait > 1:
        before = wait
        wait = refused(lambda: pump.bolus(10_000, FAST), PumpBolusLockedError)
        assert before - wait <= 2
    pump.start(pump.bolus(10_000, FAST).token)


@pytest.mark.long
@pytest.mark.requirement("REQ-BOLUS-3")
def test_count_in_a_window(rig: Rig, pump: Pump) -> None:
    """One less than the count and the count are given, one more waits for the first to leave."""
    configure_in_service(rig, pump, window_minutes=60, bolus_lockout_minutes=1, bolus_count=2)
    allot(rig, pump)
    start_constant(pump, ML_H, 2 * 3600, on_host_loss="STANDALONE")
    for left in (2, 1):
        offered = pump.bolus(10_000, FAST)
        assert offered.raw.number("boluses_left") == left
        pump.start(offered.token)
        rig.clock.sleep_ms(61_000)
    wait = refused(lambda: pump.bolus(10_000, FAST), PumpBolusCountError)
    assert wait == pytest.approx(58 * TICKS_PER_MINUTE, abs=100)
    rig.clock.sleep_ms(wait * 50 - 500)
    refused(lambda: pump.bolus(10_000, FAST), PumpBolusCountError)
    rig.clock.sleep_ms(600)
    pump.start(pump.bolus(10_000, FAST).token)


@pytest.mark.requirement("REQ-BOLUS-3", "REQ-PROVISION-2")
def test_lockout_and_count_narrow_freely_and_widen_with_the_jumper(rig: Rig, pump: Pump) -> None:
    """A longer lockout and a smaller count need nothing, the other way takes the jumper."""
    for name, narrower, wider in (("bolus_lockout_minutes", 11, 9), ("bolus_count", 3, 5)):
        field = FIELD[name]
        with pytest.raises(PumpNeedsJumperError):
            pump.config_set(field.index, wider)
        pump.config_set(field.index, narrower)
    configure(pump, bolus_count=0)
    allot(rig, pump)
    start_constant(pump, ML_H, 60, on_host_loss="STANDALONE")
    assert refused(lambda: pump.bolus(10_000, FAST), PumpBolusCountError) == 0


@pytest.mark.requirement("REQ-BOLUS-3")
def test_the_lockout_runs_anew_from_a_restart(rig: Rig, pump: Pump) -> None:
    """With volume in the window a restart opens nothing: the lockout counts from it."""
    allot(rig, pump)
    start_constant(pump, ML_H, 3600, on_host_loss="STANDALONE")
    pump.start(pump.bolus(10_000, FAST).token)
    given(pump)
    pump.stop()
    rig.clock.sleep_ms(1000)
    rig.power_cycle()
    until(pump, State.IDLE)
    start_constant(pump, ML_H, 3600, on_host_loss="STANDALONE")
    wait = refused(lambda: pump.bolus(10_000, FAST), PumpBolusLockedError)
    rig.clock.sleep_ms(wait * 50)
    pump.bolus(10_000, FAST)


def stopped_and_restarted(rig: Rig, pump: Pump) -> None:
    """In mid-run without power for a second; then the run begins anew."""
    pump.stop()
    rig.clock.sleep_ms(1000)
    rig.power_cycle()
    until(pump, State.IDLE)
    start_constant(pump, ML_H, 2 * 3600, on_host_loss="STANDALONE")


@pytest.mark.long
@pytest.mark.requirement("REQ-BOLUS-3")
def test_a_restart_keeps_the_count(rig: Rig, pump: Pump) -> None:
    """With one restart after each of two boluses: one less than the count is taken, the count is
    used up then, until the first has left the window and not half a second before."""
    configure_in_service(rig, pump, window_minutes=60, bolus_lockout_minutes=1, bolus_count=2)
    allot(rig, pump)
    start_constant(pump, ML_H, 2 * 3600, on_host_loss="STANDALONE")
    for left in (2, 1):
        offered = pump.bolus(10_000, FAST)
        assert offered.raw.number("boluses_left") == left
        pump.start(offered.token)
        rig.clock.sleep_ms(120_000)
        stopped_and_restarted(rig, pump)
        rig.clock.sleep_ms(61_000)
    wait = refused(lambda: pump.bolus(10_000, FAST), PumpBolusCountError)
    # Stopped after 2 min, 1 min of the second start, 2 min more, 1 min of the third.
    assert 54 * TICKS_PER_MINUTE - 200 <= wait <= 56 * TICKS_PER_MINUTE
    rig.clock.sleep_ms(wait * 50 - 500)
    refused(lambda: pump.bolus(10_000, FAST), PumpBolusCountError)
    rig.clock.sleep_ms(600)
    pump.start(pump.bolus(10_000, FAST).token)


@pytest.mark.requirement("REQ-BOLUS-3")
def test_without_records_the_count_was_used(make_rig: RigMaker) -> None:
    """A ledger that knows of volume beside a journal that knows nothing: refused for a window."""
    first = make_rig()
    with first.connect() as pump:
        until(pump, State.IDLE)
        allotted = allot(first, pump)
        start_constant(pump, ML_H, 60)
        until(pump, State.FINISHED)
    done = first.truth.forward_steps
    rig = make_rig(image=without_journal(memory_of(first)))
    rig.truth.allot(allotted.cap_steps - done, allotted.pl_per_step)
    with rig.connect() as pump:
        until(pump, State.IDLE)
        start_constant(pump, ML_H, 3600, on_host_loss="STANDALONE")
        wait = refused(lambda: pump.bolus(10_000, FAST), PumpBolusLockedError)
        rig.clock.sleep_ms(wait * 50)
        wait = refused(lambda: pump.bolus(10_000, FAST), PumpBolusCountError)
        assert wait > (1440 - 15) * TICKS_PER_MINUTE


@pytest.mark.requirement("REQ-BOLUS-4")
@pytest.mark.parametrize("cause", ["cassette", "stop", "pause"])
def test_whatever_ends_the_run_ends_the_bolus(rig: Rig, pump: Pump, cause: str) -> None:
    """ARM REST goes on with the program alone, whose total is its own to within a step."""
    allotted = allot(rig, pump)
    basal = start_constant(pump, BASAL, 60).raw.number("steps")
    pump.start(pump.bolus(100_000, FAST).token)
    rig.clock.sleep_ms(3000)
    if cause == "cassette":
        switch = rig.inject("cassette", "out")
        until(pump, State.ALARM)
        switch.clear()
        rig.clock.sleep_ms(200)
        pump.acknowledge()
        pump.refit_confirm(pump.refit(10_000).token)
    elif cause == "stop":
        pump.stop()
    else:
        pump.pause()
        until(pump, State.PAUSED)
    rig.clock.sleep_ms(1000)
    assert Flag.BOLUS not in pump.status().flags
    ended = [record for record in pump.log() if record.code == 145][-1]
    assert ended.limit == steps_of(100_000, allotted)
    assert 0 < ended.value < ended.limit
    pump.start(pump.arm("REST").token)
    assert Flag.BOLUS not in pump.status().flags
    until(pump, State.FINISHED)
    assert abs(rig.truth.forward_steps - basal - ended.value) <= 1


@pytest.mark.requirement("REQ-BOLUS-4")
def test_only_while_running(rig: Rig, pump: Pump) -> None:
    """Idle, paused, in alarm and in the self-test no bolus is taken, nor an old token."""
    allot(rig, pump)
    with pytest.raises(PumpWrongStateError):
        pump.bolus(10_000, FAST)
    start_constant(pump, BASAL, 60)
    offered = pump.bolus(10_000, FAST)
    pump.pause()
    until(pump, State.PAUSED)
    with pytest.raises(PumpWrongStateError):
        pump.bolus(10_000, FAST)
    pump.start(pump.arm("REST").token)
    with pytest.raises(PumpBadTokenError):
        pump.start(offered.token)
    switch = rig.inject("cassette", "out")
    until(pump, State.ALARM)
    with pytest.raises(PumpWrongStateError):
        pump.bolus(10_000, FAST)
    switch.clear()
    rig.power_cycle()
    status = pump.status()
    while status.state in (State.BOOT, State.SELFTEST):
        with pytest.raises(PumpWrongStateError):
            pump.bolus(10_000, FAST)
        status = pump.status()


@pytest.mark.long
@pytest.mark.requirement("REQ-BOLUS-2", "REQ-WINDOW-1")
def test_a_bolus_longer_than_the_window_counts_until_its_end_left_it(
    rig: Rig, pump: Pump
) -> None:
    """One of two hours, an hour's window: as it ends half of it is in there still, so that
    another of 1.2 mL does not fit beside it; an hour later it does."""
    window = {"window_minutes": 60, "window_cap_ul": 2000}
    configure_in_service(rig, pump, **window, bolus_lockout_minutes=1)
    allot(rig, pump)
    start_constant(pump, ML_H // 2, 5 * 3600, on_host_loss="STANDALONE")
    rig.clock.sleep_ms(5000)
    pump.start(pump.bolus(1_000_000, ML_H // 2).token)
    rig.clock.sleep_ms(2 * 3_600_000 + 60_000)
    assert Flag.BOLUS not in pump.status().flags
    refused(lambda: pump.bolus(1_200_000, 4 * FAST), PumpOverWindowError)
    rig.clock.sleep_ms(3_660_000)
    pump.start(pump.bolus(1_200_000, 4 * FAST).token)
    given(pump)
    assert pump.status().state is State.RUNNING
