"""Motion takes two steps, and the second only works while the first still holds (C8)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import (
    PumpAlarmLatchedError,
    PumpBadTokenError,
    PumpNoAllotmentError,
    PumpNoProgramError,
    PumpTokenExpiredError,
    PumpWrongStateError,
    State,
)
from benchpump.link.segments import Segment
from benchpump.testing.procedures import ML_H, allot, fitted_to, start_constant, until

HOUR = Segment.constant(5 * ML_H, 72_000)


@pytest.mark.requirement("REQ-START-1")
def test_arm_tells_what_will_happen(rig: Rig, pump: Pump) -> None:
    """ARM answers container, total, peak, duration, cap left and what is not fitted."""
    allotted = allot(rig, pump)
    pump.load([Segment.constant(5 * ML_H, 7200), Segment.ramp(5 * ML_H, 20 * ML_H, 7200)])
    armed = pump.arm("FRESH")
    assert armed.container == fitted_to(rig).container
    assert armed.volume_nl == pytest.approx(500_000 + 1_250_000, abs=200)
    assert armed.peak_nl_h == 20 * ML_H
    assert armed.duration_ticks == 14_400
    assert armed.cap_left_steps == allotted.cap_steps
    upstream = {"upstream"} if rig.pump == "syringe" else set[str]()
    assert set(armed.not_fitted) == {"encoder", "flow"} | upstream
    assert armed.degraded == ("unmoved",)  # 20 mL/h are too slow for it
    assert pump.status().state is State.ARMED
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-START-1")
def test_token_works_once(rig: Rig, pump: Pump) -> None:
    """A token that was used starts nothing again."""
    allot(rig, pump)
    armed = start_constant(pump, 10 * ML_H, 1)
    until(pump, State.FINISHED)
    done = rig.truth.forward_steps
    pump.load([HOUR])
    pump.arm("FRESH")
    with pytest.raises(PumpBadTokenError):
        pump.start(armed.token)
    rig.clock.sleep_ms(1000)
    assert rig.truth.forward_steps == done


@pytest.mark.requirement("REQ-START-1")
@pytest.mark.parametrize(("age_ms", "works"), [(29_850, True), (30_100, False), (35_000, False)])
def test_token_expires_after_thirty_seconds(
    rig: Rig, pump: Pump, age_ms: int, works: bool
) -> None:
    """Just inside 30 s the token works, just outside it does not."""
    allot(rig, pump)
    pump.load([HOUR])
    before_ms = rig.clock.now_ms()
    armed = pump.arm("FRESH")
    rig.clock.sleep_ms(age_ms - (rig.clock.now_ms() - before_ms))
    if works:
        pump.start(armed.token)
        assert pump.status().state is State.RUNNING
    else:
        with pytest.raises(PumpTokenExpiredError):
            pump.start(armed.token)
        assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-START-1")
def test_a_new_first_step_voids_the_old_token(rig: Rig, pump: Pump) -> None:
    """Another ARM, a cleared program, DISARM, HELLO: each makes the token worthless."""
    allot(rig, pump)
    pump.load([HOUR])
    first = pump.arm("FRESH")
    second = pump.arm("FRESH")
    with pytest.raises(PumpBadTokenError):
        pump.start(first.token)
    pump.load([HOUR])
    with pytest.raises(PumpWrongStateError):
        pump.start(second.token)
    third = pump.arm("FRESH")
    pump.hello()
    with pytest.raises(PumpBadTokenError):
        pump.start(third.token)
    fourth = pump.arm("FRESH")
    pump.disarm()
    with pytest.raises(PumpWrongStateError):
        pump.start(fourth.token)
    rig.clock.sleep_ms(1000)
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-START-1", "REQ-START-2")
def test_an_alarm_voids_the_token(rig: Rig, pump: Pump) -> None:
    """What was armed before an alarm does not start after it, acknowledged or not."""
    allot(rig, pump)
    pump.load([HOUR])
    armed = pump.arm("FRESH")
    switch = rig.inject("cassette", "out")
    rig.clock.sleep_ms(200)
    switch.clear()
    rig.clock.sleep_ms(200)
    with pytest.raises(PumpWrongStateError):
        pump.start(armed.token)
    pump.acknowledge()
    with pytest.raises(PumpWrongStateError):
        pump.start(armed.token)
    pump.refit_confirm(pump.refit(1000).token)
    pump.arm("FRESH")
    with pytest.raises(PumpBadTokenError):
        pump.start(armed.token)
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-START-2")
def test_no_restart_without_acknowledging_and_arming(rig: Rig, pump: Pump) -> None:
    """When the cause is gone the pump still stands; ARM is refused until it is acknowledged."""
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 60)
    switch = rig.inject("estop", "pressed")
    until(pump, State.ALARM)
    switch.clear()
    done = rig.truth.forward_steps
    rig.clock.sleep_ms(10_000)
    assert rig.truth.forward_steps == done
    with pytest.raises((PumpAlarmLatchedError, PumpWrongStateError)):
        pump.arm("REST")
    pump.acknowledge()
    rig.clock.sleep_ms(10_000)
    assert rig.truth.forward_steps == done
    pump.start(pump.arm("REST").token)
    rig.clock.sleep_ms(2000)
    assert rig.truth.forward_steps > done


@pytest.mark.requirement("REQ-START-1")
def test_nothing_to_arm(rig: Rig, pump: Pump) -> None:
    """Without an allotment, and without a program, ARM says which is missing."""
    pump.load([HOUR])
    with pytest.raises(PumpNoAllotmentError):
        pump.arm("FRESH")
    allot(rig, pump)
    with pytest.raises(PumpNoProgramError):  # the allotment made the program void
        pump.arm("FRESH")


@pytest.mark.requirement("REQ-PRIME-1")
def test_priming_takes_two_steps_and_counts(rig: Rig, pump: Pump) -> None:
    """PRIMe alone moves nothing; started, it gives its volume, and the cap has that much less."""
    allotted = allot(rig, pump)
    armed = pump.prime(50_000, 100 * ML_H)
    rig.clock.sleep_ms(5000)
    assert rig.truth.forward_steps == 0
    pump.start(armed.token)
    until(pump, State.PRIMING, poll_s=0.05)
    status = until(pump, State.IDLE)
    steps = (2 * 50_000_000 + allotted.pl_per_step) // (2 * allotted.pl_per_step)
    assert rig.truth.forward_steps == status.debited_steps == steps
    assert status.cap_left_steps == allotted.cap_steps - steps
