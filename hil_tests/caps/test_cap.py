"""The cap on volume, which nothing can get past (C2), at five per cent calibration error."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpNothingLeftError, PumpOverCapError, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import ML_H, allot, latched, start, start_constant, until

CAP_UL = 100
FAST = 200 * ML_H
LONG = pytest.mark.long  # ARM asks for room for an hour at the keep-open rate: so long it takes
BOTH_CALIBRATIONS = pytest.mark.parametrize(
    "error_ppm",
    [
        pytest.param(ppm, marks=pytest.mark.bench(calibration_error_ppm=ppm))
        for ppm in (-50_000, 50_000)
    ],
)


def bolus_of(steps: int, pl_per_step: int) -> Segment:
    """A bolus whose volume is nearest to that many steps."""
    return Segment.bolus(steps * pl_per_step // 1000, FAST)


@pytest.mark.requirement("REQ-CAP-3")
def test_arm_accepts_up_to_the_cap(rig: Rig, pump: Pump) -> None:
    """ARM takes a program of cap - 1 and of cap steps and refuses cap + 1."""
    allotted = allot(rig, pump, CAP_UL)
    for steps in (allotted.cap_steps - 1, allotted.cap_steps):
        pump.load([bolus_of(steps, allotted.pl_per_step)])
        assert pump.arm("FRESH").raw.number("steps") == steps
    pump.load([bolus_of(allotted.cap_steps + 1, allotted.pl_per_step)])
    with pytest.raises(PumpOverCapError) as refused:
        pump.arm("FRESH")
    assert refused.value.detail == allotted.cap_steps * allotted.pl_per_step // 1000
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-CAP-1")
@BOTH_CALIBRATIONS
def test_whole_cap_is_delivered_and_not_a_step_more(rig: Rig, pump: Pump, error_ppm: int) -> None:
    """A program of exactly the cap gives exactly the cap at the pin, then the alarm stands."""
    allotted = allot(rig, pump, CAP_UL)
    start(pump, [bolus_of(allotted.cap_steps, allotted.pl_per_step)])
    until(pump, State.ALARM)
    rig.clock.sleep_ms(1000)
    assert rig.truth.forward_steps == allotted.cap_steps
    assert latched(pump)[0] == "CAP_REACHED"


@pytest.mark.requirement("REQ-CAP-1", "REQ-KEEPOPEN-1")
@pytest.mark.parametrize(
    "error_ppm",
    [
        pytest.param(-50_000, marks=[pytest.mark.bench(calibration_error_ppm=-50_000), LONG]),
        pytest.param(50_000, marks=pytest.mark.bench(calibration_error_ppm=50_000)),
    ],
)
def test_keep_open_rate_ends_at_the_cap(rig: Rig, pump: Pump, error_ppm: int) -> None:
    """A keep-open rate goes on inside the cap and is stopped by it, to the step."""
    allotted = allot(rig, pump, CAP_UL)
    start_constant(pump, 20 * ML_H, 10, then="KEEPOPEN", keep_open_rate_nl_h=40_000)
    until(pump, State.ALARM, timeout_s=36_000, poll_s=60)
    rig.clock.sleep_ms(1000)
    assert rig.truth.forward_steps == allotted.cap_steps
    assert latched(pump)[0] == "CAP_REACHED"


@pytest.mark.requirement("REQ-CAP-2", "REQ-CAP-1")
@BOTH_CALIBRATIONS
def test_nothing_refills_an_allotment(rig: Rig, pump: Pump, error_ppm: int) -> None:
    """Stops, power cuts, kills and hangs in turn, armed again each time: within the cap."""
    allotted = allot(rig, pump, CAP_UL)
    rounds = 0
    while True:
        piece = bolus_of(allotted.cap_steps // 9, allotted.pl_per_step)
        pump.load([piece])
        try:
            armed = pump.arm("FRESH")
        except PumpOverCapError:
            break
        pump.start(armed.token)
        rig.clock.sleep_ms(70 + 37 * rounds % 90)
        interrupt(rig, pump, rounds)
        until(pump, State.IDLE, State.ALARM, State.FINISHED)
        if pump.status().state is State.ALARM:
            pump.acknowledge()
        rounds += 1
        assert rounds < 200
    assert rounds >= 10
    assert rig.truth.forward_steps <= allotted.cap_steps
    assert pump.allotment().number("id") == allotted.identity


def interrupt(rig: Rig, pump: Pump, number: int) -> None:
    """End a run in one of five ways."""
    way = number % 5
    if way == 0:
        pump.stop()
    elif way == 1:
        rig.power_cycle(100)
    elif way == 2:
        rig.inject("clock", "kill")
        rig.clock.sleep_ms(200)
        rig.power_cycle(100)
    elif way == 3:
        hang = rig.inject("clock", "hang", duration_ms=300)
        rig.clock.sleep_ms(400)
        hang.clear()
        pump.stop()
    else:
        until(pump, State.FINISHED, State.ALARM)


@pytest.mark.requirement("REQ-CAP-1", "REQ-CAP-3")
def test_a_used_up_allotment_starts_nothing(rig: Rig, pump: Pump) -> None:
    """When nothing is left even one step is refused."""
    allotted = allot(rig, pump, CAP_UL)
    start(pump, [bolus_of(allotted.cap_steps, allotted.pl_per_step)])
    until(pump, State.ALARM)
    pump.acknowledge()
    with pytest.raises((PumpOverCapError, PumpNothingLeftError)):
        pump.arm("REST")
    pump.load([bolus_of(1, allotted.pl_per_step)])
    with pytest.raises(PumpOverCapError) as refused:
        pump.arm("FRESH")
    assert refused.value.detail == 0


@pytest.mark.requirement("REQ-CAP-4")
def test_back_off_credits_nothing(rig: Rig, pump: Pump) -> None:
    """After an occlusion's back-off the debit is every forward step at the pin."""
    allotted = allot(rig, pump, 3000)
    line = rig.inject("downstream", "occluded")
    start_constant(pump, 50 * ML_H, 200)
    status = until(pump, State.ALARM)
    rig.clock.sleep_ms(500)
    assert rig.truth.reverse_steps > 0
    assert status.debited_steps == rig.truth.forward_steps
    assert status.cap_left_steps == allotted.cap_steps - rig.truth.forward_steps
    line.clear()
