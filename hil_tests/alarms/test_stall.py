"""Drive stall by the encoder: 50 uL of steps that the shaft did not follow (IEC 51.5a)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, PumpFaultLatchedError, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import ML_H, allot, latched, lose_sensor, start_constant, until

LIMIT_NL = 50_000
RATE_NL_H = 2 * ML_H

pytestmark = pytest.mark.bench(instrumented=True)


def steps_of_limit(pl_per_step: int) -> int:
    """The first whole number of steps that is worth 50 uL."""
    return -(-LIMIT_NL * 1000 // pl_per_step)


def until_steps(rig: Rig, steps: int) -> None:
    """Until so many steps have been done at the pin."""
    while rig.truth.forward_steps < steps:
        rig.clock.sleep_ms(1)


@pytest.mark.requirement("REQ-STALL-1")
@pytest.mark.parametrize("beside", [-1, 0, 1])
def test_exact_to_the_step(rig: Rig, pump: Pump, beside: int) -> None:
    """Stalled for one step less than the limit nothing is said; at the limit it is a fault.

    At 2 mL/h a step takes longer than a tick, so that each is seen by itself.
    """
    allotted = allot(rig, pump)
    limit = steps_of_limit(allotted.pl_per_step)
    start_constant(pump, RATE_NL_H, 600)
    until_steps(rig, 20)
    stall = rig.inject("drive", "stall")
    if beside < 1:
        until_steps(rig, 20 + limit + beside)
        stall.clear()
        rig.clock.sleep_ms(1000)
    else:  # never ending: it is found at the limit, not later
        until(pump, State.FAULT)
    assert latched(pump) == ([] if beside < 0 else ["DRIVE_STALL"])
    assert pump.status().state is (State.RUNNING if beside < 0 else State.FAULT)
    if beside >= 0:
        alarm = pump.alarms()[0]
        assert (alarm.limit, alarm.value) == (LIMIT_NL, limit * allotted.pl_per_step // 1000)
        assert rig.truth.forward_steps - 20 - limit in (0, 1)
        with pytest.raises(PumpFaultLatchedError):
            pump.acknowledge()


@pytest.mark.requirement("REQ-STALL-1")
@pytest.mark.parametrize("rate_ml_h", [1, 300])
def test_steps_lost_now_and_then_add_up(rig: Rig, pump: Pump, rate_ml_h: int) -> None:
    """A motor that stands for a third of the time trips when it is behind by 50 uL in all."""
    allot(rig, pump)
    rate_nl_h = rate_ml_h * ML_H
    start_constant(pump, rate_nl_h, 600_000 * 3600 / rate_nl_h)
    third_ms = 10_000 * 3_600_000 // rate_nl_h
    lost_nl = 0.0
    for _ in range(20):
        rig.clock.sleep_ms(2 * third_ms)
        displaced_nl = rig.truth.displaced_nl
        stall = rig.inject("drive", "stall")
        rig.clock.sleep_ms(third_ms)
        assert rig.truth.displaced_nl == displaced_nl
        stall.clear()
        lost_nl += 10_000
        if pump.status().state is State.FAULT:
            break
    assert latched(pump) == ["DRIVE_STALL"]
    assert LIMIT_NL <= lost_nl <= LIMIT_NL + 10_000


@pytest.mark.requirement("REQ-STALL-1", "REQ-SENSOR-1")
@pytest.mark.parametrize("kind", ["off", "garbage"])
def test_a_lost_encoder_is_a_fault(rig: Rig, pump: Pump, kind: str) -> None:
    """No answer, or counts from anywhere: a fault within three ticks, never a shaft at rest."""
    found = lose_sensor(rig, pump, "encoder", kind, within_s=1, stops_within_ms=260)
    assert found == ["ENCODER_LOST"]
    rig.clock.sleep_ms(500)


@pytest.mark.requirement("REQ-STALL-1", "REQ-SENSOR-1")
@pytest.mark.parametrize(("off_ms", "fault"), [(50, False), (100, True)])
def test_one_missed_answer_is_borne(rig: Rig, pump: Pump, off_ms: int, fault: bool) -> None:
    """A single tick without an answer loses no count; two in a row are a fault."""
    allot(rig, pump)
    start_constant(pump, 36 * ML_H, 30)
    rig.inject("encoder", "intermittent", period_ms=500, off_ms=off_ms)
    until(pump, State.FAULT, State.FINISHED)
    assert latched(pump) == (["ENCODER_LOST"] if fault else ["END_OF_INFUSION"])


@pytest.mark.requirement("REQ-STALL-1")
def test_an_encoder_that_stands_is_a_stall(rig: Rig, pump: Pump) -> None:
    """A frozen count cannot be told from a shaft that stands: the same fault, as late."""
    allotted = allot(rig, pump)
    start_constant(pump, 36 * ML_H, 60)
    rig.clock.sleep_ms(2000)
    steps = rig.truth.forward_steps
    rig.inject("encoder", "stuck")
    until(pump, State.FAULT)
    assert latched(pump) == ["DRIVE_STALL"]
    made = rig.truth.forward_steps - steps
    tick = 36 * ML_H // 72 // allotted.pl_per_step + 1
    assert 0 <= made - steps_of_limit(allotted.pl_per_step) <= 3 * tick


@pytest.mark.requirement("REQ-STALL-1", "REQ-OCCLUSION-2")
def test_back_off_and_restart_are_no_stall(rig: Rig, pump: Pump) -> None:
    """Reverse steps of a back-off, a pause and a new run leave no debt behind."""
    allot(rig, pump)
    for _ in range(2):
        start_constant(pump, 50 * ML_H, 30)
        shut = rig.inject("downstream", "occluded")
        until(pump, State.ALARM)
        assert latched(pump)[0] == "OCCLUSION_DOWNSTREAM"
        assert rig.truth.reverse_steps > 0
        shut.clear()
        rig.clock.sleep_ms(2000)
        pump.acknowledge()
    start_constant(pump, 50 * ML_H, 5)
    until(pump, State.FINISHED, State.FAULT)
    assert latched(pump) == ["END_OF_INFUSION"]


@pytest.mark.requirement("REQ-STALL-1", "REQ-FITTED-1")
def test_fitted_and_not_fitted_are_said(rig: Rig, pump: Pump) -> None:
    """This bench has encoder and flow sensor, and only what it lacks is listed."""
    allot(rig, pump)
    pump.load([Segment.constant(ML_H, 100)])
    upstream = ("upstream",) if rig.pump == "syringe" else ()
    assert pump.arm("FRESH").not_fitted == upstream
    assert pump.selftest().names("notfitted") == upstream
    assert Flag.DEGRADED in pump.status().flags


@pytest.mark.requirement("REQ-STALL-1", "REQ-TRAVEL-2")
@pytest.mark.parametrize("lost_nl", [LIMIT_NL - 5_000, LIMIT_NL + 5_000])
def test_a_withdrawal_that_does_not_draw_back(rig: Rig, pump: Pump, lost_nl: int) -> None:
    """Motor standing while it draws back: a fault at 50 uL, or the plunger would be taken for
    further back than it is, and run against its end later."""
    allot(rig, pump)
    rate_nl_h = 72 * ML_H  # 20 uL/s
    pump.start(pump.prime(300_000, 100 * ML_H).token)
    until(pump, State.IDLE)
    pump.start(pump.withdraw(200_000, rate_nl_h).token)
    rig.clock.sleep_ms(2000)
    pump.status()
    stall = rig.inject("drive", "stall")
    rig.clock.sleep_ms(lost_nl // 20)
    stall.clear()
    until(pump, State.IDLE, State.FAULT)
    assert latched(pump) == (["DRIVE_STALL"] if lost_nl > LIMIT_NL else [])
    if lost_nl < LIMIT_NL:
        return
    rig.clock.sleep_ms(500)
    rig.power_cycle()
    until(pump, State.IDLE)
    # Where the plunger is nobody knows: the container is confirmed anew before anything moves.
    assert Flag.CONFIRMED not in pump.status().flags
    pump.refit_confirm(pump.refit(1000).token)
    assert Flag.CONFIRMED in pump.status().flags


@pytest.mark.requirement("REQ-STALL-1")
def test_back_and_forth_says_nothing(rig: Rig, pump: Pump) -> None:
    """Drawing back and giving off again, as far as any limit, says nothing of a good encoder."""
    allot(rig, pump)
    for _ in range(2):
        pump.start(pump.prime(300_000, 100 * ML_H).token)
        until(pump, State.IDLE)
        pump.start(pump.withdraw(200_000, 100 * ML_H).token)
        until(pump, State.IDLE)
    assert latched(pump) == []
