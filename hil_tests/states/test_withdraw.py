"""Drawing back to fill the container: a mode of its own, with its own budget (C2, C9)."""

from collections.abc import Callable

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.answers import Proposed
from benchpump.link.client import Pump
from benchpump.link.messages import (
    PumpAlarmLatchedError,
    PumpBadTokenError,
    PumpInfusionBegunError,
    PumpOverWithdrawalError,
    PumpRateLimitError,
    PumpTravelUnsureError,
    PumpWrongStateError,
    State,
)
from benchpump.link.segments import Segment
from benchpump.testing.procedures import (
    FIELD,
    ML_H,
    TICKS_PER_S,
    allot,
    fitted_to,
    latched,
    refit,
    start_constant,
    until,
)
from benchpump.testing.raw_host import RawHost

RATE = 100 * ML_H
ROOM_NL = 400_000  # given off first, so that there is room for what is drawn back
BUDGET_UL = 200


def nl(steps: int, allotted: Proposed) -> int:
    """A volume whose nearest number of steps is that."""
    return steps * allotted.pl_per_step // 1000


def with_room(rig: Rig, pump: Pump) -> Proposed:
    """An allotment, and some of it given off by priming."""
    allotted = allot(rig, pump)
    pump.start(pump.prime(ROOM_NL, RATE).token)
    until(pump, State.IDLE)
    return allotted


def withdraw(rig: Rig, pump: Pump, volume_nl: int) -> State:
    """Both steps; the state in which the pump stands afterwards."""
    pump.start(pump.withdraw(volume_nl, RATE).token)
    assert pump.status().state is State.WITHDRAWING
    return until(pump, State.IDLE, State.ALARM).state


def narrow_budget(rig: Rig, pump: Pump) -> None:
    """A budget of `BUDGET_UL`, for the pump and for truth."""
    pump.config_set(FIELD["withdraw_ul"].index, BUDGET_UL)
    pump.config_commit()
    until(pump, State.IDLE)
    rig.truth.withdraw_nl = BUDGET_UL * 1000


@pytest.mark.requirement("REQ-WITHDRAW-1", "REQ-CAP-4", "REQ-STATE-1")
def test_draws_back_to_the_step_and_credits_nothing(rig: Rig, pump: Pump) -> None:
    """As many reverse steps as asked for; debit, cap and window are what they were, through a
    restart too, and what follows forward counts in full."""
    allotted = with_room(rig, pump)
    before = pump.status()
    window = pump.limits().parts[2]["left_steps"]
    assert withdraw(rig, pump, nl(1000, allotted)) is State.IDLE
    assert rig.truth.reverse_steps == rig.truth.withdrawn_steps == 1000
    rig.power_cycle()
    until(pump, State.IDLE)
    after = pump.status()
    assert after.debited_steps == before.debited_steps == rig.truth.forward_steps
    assert after.cap_left_steps == before.cap_left_steps
    assert pump.limits().parts[2]["left_steps"] == window
    assert pump.allotment().number("withdrawn_steps") == 1000
    pump.start(pump.prime(nl(1000, allotted), RATE).token)
    until(pump, State.IDLE)
    assert pump.status().debited_steps == before.debited_steps + 1000 == rig.truth.forward_steps


@pytest.mark.requirement("REQ-WITHDRAW-2")
@pytest.mark.parametrize("over", [-1, 0, 1])
def test_budget_to_the_step(rig: Rig, pump: Pump, over: int) -> None:
    """One step less than the budget is drawn back and leaves a step; the whole budget is, and its
    alarm stands; one step more is refused and nothing moves. Two goes add up."""
    narrow_budget(rig, pump)
    allotted = with_room(rig, pump)
    budget = BUDGET_UL * 1_000_000 // allotted.pl_per_step
    assert withdraw(rig, pump, nl(budget // 2, allotted)) is State.IDLE
    rest = budget - rig.truth.reverse_steps
    if over > 0:
        with pytest.raises(PumpOverWithdrawalError) as refused:
            pump.withdraw(nl(rest + over, allotted), RATE)
        assert refused.value.detail == nl(rest, allotted)
        assert rig.truth.reverse_steps == budget - rest
        return
    offered = pump.withdraw(nl(rest + over, allotted), RATE)
    assert offered.budget_left_steps == rest
    pump.start(offered.token)
    until(pump, State.IDLE if over < 0 else State.ALARM)
    assert rig.truth.withdrawn_steps == budget + over
    assert latched(pump) == ([] if over < 0 else ["WITHDRAWAL_SPENT"])


@pytest.mark.requirement("REQ-WITHDRAW-2")
def test_nothing_refills_the_budget_but_a_new_allotment(rig: Rig, pump: Pump) -> None:
    """When it is used up, neither a restart nor forward motion gives it back; a new allotment
    has a new one."""
    narrow_budget(rig, pump)
    allotted = with_room(rig, pump)
    budget = BUDGET_UL * 1_000_000 // allotted.pl_per_step
    assert withdraw(rig, pump, nl(budget, allotted)) is State.ALARM
    pump.acknowledge()
    rig.power_cycle()
    until(pump, State.IDLE)
    pump.start(pump.prime(20_000, RATE).token)
    until(pump, State.IDLE)
    with pytest.raises(PumpOverWithdrawalError) as refused:
        pump.withdraw(1000, RATE)
    assert refused.value.detail == 0
    again = with_room(rig, pump)
    assert pump.withdraw(nl(budget, again), RATE).steps == budget


@pytest.mark.requirement("REQ-TRAVEL-2")
@pytest.mark.pump("syringe", reason="about the travel of a plunger")
@pytest.mark.parametrize("over", [-1, 0, 1])
def test_room_to_the_step(rig: Rig, pump: Pump, over: int) -> None:
    """Back to where the plunger was when the container was full, and not a step further."""
    allotted = with_room(rig, pump)
    room = rig.truth.forward_steps
    if over > 0:
        with pytest.raises(PumpOverWithdrawalError) as refused:
            pump.withdraw(nl(room + over, allotted), RATE)
        assert refused.value.detail == nl(room, allotted)
        return
    assert withdraw(rig, pump, nl(room + over, allotted)) is State.IDLE
    assert rig.truth.reverse_steps == room + over
    assert pump.allotment().number("capacity_ul") * 1_000_000 // allotted.pl_per_step == (
        pump.allotment().number("left_steps") - over
    )


@pytest.mark.requirement("REQ-TRAVEL-2", "REQ-WITHDRAW-2")
@pytest.mark.pump("syringe", reason="about the travel of a plunger")
def test_what_was_just_drawn_back_counts_at_once(rig: Rig, pump: Pump) -> None:
    """STOP in the middle of a withdrawal and the next one in the same breath: its room is what
    the first one left, and together they end at a full syringe at the most."""
    allotted = with_room(rig, pump)
    room = rig.truth.forward_steps
    host = RawHost(rig)
    token = host.arm(f"WITHdraw {nl(room, allotted)} {RATE}")
    host.ask(f"STARt {token}")
    rig.clock.sleep_ms(3000)
    body = f"WITHdraw {nl(room, allotted)} {RATE}"
    answers = host.write(host.line("STOP") + host.line(body))
    assert 0 < rig.truth.reverse_steps < room
    assert b"ERR " in answers and b"PARTS" not in answers
    rest = room - rig.truth.reverse_steps
    token = host.arm(f"WITHdraw {nl(rest, allotted)} {RATE}")
    host.ask(f"STARt {token}")
    for _ in range(8):
        rig.clock.sleep_ms(2000)
        host.ask("STATus?")
    assert rig.truth.reverse_steps == room


@pytest.mark.requirement("REQ-WITHDRAW-1")
@pytest.mark.parametrize("state", [State.RUNNING, State.PAUSED, State.ARMED, State.PRIMING])
def test_only_from_rest(rig: Rig, pump: Pump, state: State) -> None:
    """While it runs, pauses, primes or is armed, the first step is refused."""
    with_room(rig, pump)
    if state is State.PRIMING:
        pump.start(pump.prime(100_000, RATE).token)
    else:
        pump.load([Segment.constant(ML_H, 1000)])
        armed = pump.arm()
        if state is not State.ARMED:
            pump.start(armed.token)
        if state is State.PAUSED:
            pump.pause()
    until(pump, state)
    with pytest.raises(PumpWrongStateError):
        pump.withdraw(10_000, RATE)


@pytest.mark.requirement("REQ-WITHDRAW-1")
@pytest.mark.parametrize("end", ["stop", "alarm"])
def test_never_inside_an_infusion(rig: Rig, pump: Pump, end: str) -> None:
    """An infusion that was stopped has something left: nothing is drawn back until it was run to
    its end or given up."""
    with_room(rig, pump)
    start_constant(pump, 20 * ML_H, 10)
    rig.clock.sleep_ms(2000)
    if end == "stop":
        pump.stop()
    else:
        switch = rig.inject("estop", "pressed")
        until(pump, State.ALARM)
        switch.clear()
        rig.clock.sleep_ms(100)
        pump.acknowledge()
    until(pump, State.IDLE)
    with pytest.raises(PumpInfusionBegunError):
        pump.withdraw(10_000, RATE)
    pump.start(pump.arm("REST").token)
    until(pump, State.FINISHED)
    pump.start(pump.withdraw(10_000, RATE).token)
    until(pump, State.IDLE)
    start_constant(pump, 20 * ML_H, 10)
    rig.clock.sleep_ms(1000)
    pump.stop()
    pump.load([Segment.constant(ML_H, TICKS_PER_S)])
    assert withdraw(rig, pump, 10_000) is State.IDLE


@pytest.mark.requirement("REQ-WITHDRAW-1", "REQ-START-1")
def test_two_steps(rig: Rig, pump: Pump) -> None:
    """The first step moves nothing; a wrong or used token, or one from before a stop, is refused;
    a rate above the limit too, at the limit and below it is taken."""
    with_room(rig, pump)
    offered = pump.withdraw(20_000, RATE)
    assert pump.status().state is State.ARMED
    with pytest.raises(PumpBadTokenError):
        pump.start(offered.token ^ 1)
    rig.clock.sleep_ms(2000)
    assert rig.truth.reverse_steps == 0
    pump.stop()
    with pytest.raises(PumpWrongStateError):
        pump.start(offered.token)
    offered = pump.withdraw(20_000, RATE)
    pump.start(offered.token)
    until(pump, State.IDLE)
    done = rig.truth.reverse_steps
    assert done > 0
    pump.withdraw(20_000, RATE)
    with pytest.raises(PumpBadTokenError):
        pump.start(offered.token)
    pump.disarm()
    limit = pump.limits().number("rate_nl_h")
    for rate in (limit - 1, limit):
        pump.withdraw(20_000, rate)
        pump.disarm()
    with pytest.raises(PumpRateLimitError):
        pump.withdraw(20_000, limit + 1)
    assert rig.truth.reverse_steps == done


def by_byte(rig: Rig, pump: Pump) -> None:
    rig.link.write(b"\x03")


def by_estop(rig: Rig, pump: Pump) -> None:
    rig.inject("estop", "pressed")


def by_cassette(rig: Rig, pump: Pump) -> None:
    rig.inject("cassette", "out")


def by_air(rig: Rig, pump: Pump) -> None:
    rig.inject("air_sensor", "off")


def by_hang(rig: Rig, pump: Pump) -> None:
    rig.inject("clock", "hang", duration_ms=1000)


@pytest.mark.requirement("REQ-WITHDRAW-3", "REQ-STATE-1")
@pytest.mark.parametrize(
    ("bring", "within_ms", "first"),
    [
        (by_byte, 60, ""),
        (by_estop, 60, "ESTOP"),
        (by_cassette, 60, "CASSETTE_OUT"),
        (by_air, 160, "AIR_RAIL"),
        (by_hang, 120, "DRIVE_STARVED"),
    ],
)
def test_whatever_stops_an_infusion_stops_it(
    rig: Rig, pump: Pump, bring: Callable[[Rig, Pump], None], within_ms: int, first: str
) -> None:
    """Its motion ends in the same time, the alarm stands, and nothing goes on by itself."""
    with_room(rig, pump)
    pump.start(pump.withdraw(300_000, RATE).token)
    rig.clock.sleep_ms(3000)
    pump.status()
    bring(rig, pump)
    rig.truth.expect_stop(first or "stop byte", round(rig.clock.now_ms() * 1000), within_ms)
    rig.clock.sleep_ms(3000)
    at_rest = rig.truth.reverse_steps
    assert at_rest > 0
    rig.clock.sleep_ms(3000)
    assert rig.truth.reverse_steps == at_rest
    assert latched(pump)[:1] == ([first] if first else [])
    assert pump.status().state is not State.WITHDRAWING


@pytest.mark.requirement("REQ-WITHDRAW-3", "REQ-HOST-1")
def test_a_silent_host_stops_it(rig: Rig, pump: Pump) -> None:
    """It is attended: five seconds without a word of the host end it."""
    with_room(rig, pump)
    pump.start(pump.withdraw(390_000, 50 * ML_H).token)
    rig.truth.expect_stop("host lost", round(rig.clock.now_ms() * 1000), 5160)
    rig.clock.sleep_ms(8000)
    assert latched(pump) == ["HOST_LOST"]
    assert 0 < rig.truth.reverse_steps == pump.allotment().number("withdrawn_steps")


@pytest.mark.requirement("REQ-WITHDRAW-3", "REQ-AIR-1")
def test_air_stops_it(rig: Rig, pump: Pump) -> None:
    """A bubble that is drawn back through the detector trips at the limit of an infusion, and
    with air before the detector nothing is drawn back."""
    with_room(rig, pump)
    rig.inject("air", "bubble", volume_nl=200_000, upstream_nl=0)
    pump.start(pump.prime(60_000, RATE).token)
    until(pump, State.IDLE)
    with pytest.raises(PumpAlarmLatchedError):
        pump.withdraw(20_000, RATE)
    pump.start(pump.prime(200_000, RATE).token)
    until(pump, State.IDLE)
    assert withdraw(rig, pump, 300_000) is State.ALARM
    alarm = pump.alarms()[0]
    assert alarm.info.name == "AIR_BUBBLE"
    assert alarm.limit <= alarm.value < 1.1 * alarm.limit


@pytest.mark.requirement("REQ-SUCTION-1")
def test_suction_stops_it(rig: Rig, pump: Pump) -> None:
    """With the line shut the suction alarm stops it at its limit; with the line open the highest
    rate does not reach it."""
    with_room(rig, pump)
    highest = pump.limits().number("rate_nl_h")
    pump.start(pump.withdraw(100_000, highest).token)
    until(pump, State.IDLE)
    rig.inject("downstream", "occluded")
    pump.start(pump.withdraw(250_000, RATE).token)
    until(pump, State.ALARM)
    alarm = pump.alarms()[0]
    assert alarm.info.name == "SUCTION"
    limit = FIELD["suction_pa"].default
    assert alarm.limit == limit <= alarm.value < limit + 2000
    at_rest = rig.truth.reverse_steps
    rig.clock.sleep_ms(2000)
    assert rig.truth.reverse_steps == at_rest


@pytest.mark.requirement("REQ-WITHDRAW-2", "REQ-TRAVEL-3", "REQ-LEDGER-1")
def test_a_cut_leaves_it_debited_in_full(rig: Rig, pump: Pump) -> None:
    """Cut off in the middle, the whole of it counts against the budget; the plunger is taken for
    where it was before; cap and window are what they were."""
    allotted = with_room(rig, pump)
    before = pump.status()
    left = pump.allotment().number("left_steps", 0)
    pump.start(pump.withdraw(nl(1000, allotted), RATE).token)
    rig.clock.sleep_ms(1000)
    assert 0 < rig.truth.reverse_steps < 1000
    rig.power_cycle()
    until(pump, State.ALARM)
    assert latched(pump) == ["POWER_LOST"]
    pump.acknowledge()
    assert pump.allotment().number("withdrawn_steps") == 1000
    assert pump.allotment().number("left_steps", 0) == left
    assert pump.status().debited_steps == before.debited_steps
    assert pump.status().cap_left_steps == before.cap_left_steps


@pytest.mark.requirement("REQ-TRAVEL-3")
@pytest.mark.pump("syringe", reason="about the travel of a plunger")
def test_after_a_cut_it_waits_for_the_container_to_be_confirmed(rig: Rig, pump: Pump) -> None:
    """How far the plunger may go back is not known after a cut, through a second restart too;
    forward goes on; once confirmed, it is drawn back again."""
    with_room(rig, pump)
    pump.start(pump.prime(50_000, 10 * ML_H).token)
    rig.clock.sleep_ms(1000)
    rig.power_cycle()
    until(pump, State.ALARM)
    pump.acknowledge()
    for _ in range(2):
        with pytest.raises(PumpTravelUnsureError):
            pump.withdraw(20_000, RATE)
        pump.start(pump.prime(20_000, RATE).token)
        until(pump, State.IDLE)
        rig.power_cycle()
        until(pump, State.IDLE)
    refit(rig, pump, 9_000, fitted_to(rig).capacity_ul)
    assert withdraw(rig, pump, 20_000) is State.IDLE
