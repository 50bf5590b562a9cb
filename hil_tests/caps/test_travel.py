"""Plunger travel: the pump stops where the container has nothing left, and knows it after cuts."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.answers import Proposed
from benchpump.link.client import Pump
from benchpump.link.messages import PumpContainerLimitError, PumpOverCapError, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import (
    ML_H,
    allot,
    latched,
    start_constant,
    until,
)

FAST = 200 * ML_H
UNEVEN = 190 * ML_H  # the last tick's burst is longer than what is left
CONTAINER_UL = 200
CAP_UL = 1000

syringe = pytest.mark.pump("syringe", reason="about the travel of a plunger")


def small(rig: Rig, pump: Pump) -> tuple[Proposed, int]:
    """A cap of five containers; with it the steps of one."""
    allotted = allot(rig, pump, CAP_UL, CONTAINER_UL)
    return allotted, CONTAINER_UL * 1_000_000 // allotted.pl_per_step


def prime(pump: Pump, steps: int, allotted: Proposed) -> State:
    """Prime so many steps; the state in which the pump stands afterwards."""
    pump.start(pump.prime(steps * allotted.pl_per_step // 1000, FAST).token)
    return until(pump, State.IDLE, State.ALARM).state


@syringe
@pytest.mark.requirement("REQ-TRAVEL-1", "REQ-EMPTY-1")
def test_stops_at_the_end_of_travel(rig: Rig, pump: Pump) -> None:
    """A program longer than the container is armed and says what is in it; it ends at the very
    step with which the plunger is at its end, the alarm stands, and nothing more can be armed."""
    allotted, content = small(rig, pump)
    armed = start_constant(pump, UNEVEN, 10, host_timeout_ms=60_000)
    assert armed.container_left_steps == content
    until(pump, State.ALARM)
    rig.clock.sleep_ms(1000)
    assert rig.truth.forward_steps == content < allotted.cap_steps
    assert latched(pump) == ["CONTAINER_EMPTY"]
    pump.acknowledge()
    with pytest.raises(PumpContainerLimitError) as refused:
        pump.arm("REST")
    assert refused.value.detail == 0
    with pytest.raises(PumpContainerLimitError):
        pump.prime(1000, FAST)


@syringe
@pytest.mark.requirement("REQ-TRAVEL-1")
@pytest.mark.parametrize("over", [-1, 0, 1])
def test_a_prime_fits_the_container_or_is_refused(rig: Rig, pump: Pump, over: int) -> None:
    """One step less than what is left, and all of it, is given; one step more is refused."""
    allotted, content = small(rig, pump)
    assert prime(pump, content // 2, allotted) is State.IDLE
    left = content - rig.truth.forward_steps
    if over > 0:
        with pytest.raises(PumpContainerLimitError) as refused:
            prime(pump, left + over, allotted)
        assert refused.value.detail == left * allotted.pl_per_step // 1000
        return
    assert prime(pump, left + over, allotted) is (State.IDLE if over < 0 else State.ALARM)
    assert rig.truth.forward_steps == content + over
    assert latched(pump) == ([] if over < 0 else ["CONTAINER_EMPTY"])


@syringe
@pytest.mark.requirement("REQ-TRAVEL-1", "REQ-TRAVEL-3", "REQ-LEDGER-1")
def test_cuts_never_lead_past_the_end(rig: Rig, pump: Pump) -> None:
    """Cut off and armed again until the container is empty: never a step past its end."""
    _, content = small(rig, pump)
    cuts = 0
    while True:
        try:
            start_constant(pump, FAST, 10)
        except (PumpContainerLimitError, PumpOverCapError):
            break
        rig.clock.sleep_ms(130 + 37 * cuts % 90)
        rig.power_cycle(100)
        if until(pump, State.ALARM, State.IDLE).state is State.ALARM:
            pump.acknowledge()
        cuts += 1
        assert cuts < 100
    assert cuts > 5
    assert content // 2 < rig.truth.forward_steps <= content


@syringe
@pytest.mark.requirement("REQ-TRAVEL-2", "REQ-WITHDRAW-1")
def test_what_was_drawn_back_can_be_given_again(rig: Rig, pump: Pump) -> None:
    """An emptied container, refilled by withdrawing, gives exactly that again, under the cap."""
    allotted, content = small(rig, pump)
    assert prime(pump, content, allotted) is State.ALARM
    pump.acknowledge()
    pump.start(pump.withdraw(600 * allotted.pl_per_step // 1000, FAST).token)
    until(pump, State.IDLE)
    start_constant(pump, FAST, 10)
    until(pump, State.ALARM)
    assert latched(pump) == ["CONTAINER_EMPTY"]
    assert rig.truth.forward_steps == content + 600
    assert pump.status().debited_steps == content + 600


@syringe
@pytest.mark.requirement("REQ-TRAVEL-2", "REQ-OCCLUSION-3")
def test_a_back_off_is_part_of_the_travel(rig: Rig, pump: Pump) -> None:
    """After the back-off of an occlusion the plunger is further back by its steps, and goes that
    much further forward: to its end and not past it."""
    allotted, content = small(rig, pump)
    line = rig.inject("downstream", "occluded")
    start_constant(pump, 50 * ML_H, 60)
    until(pump, State.ALARM)
    assert rig.truth.reverse_steps > 0
    line.clear()
    pump.acknowledge()
    left = content - rig.truth.forward_steps + rig.truth.reverse_steps
    assert pump.allotment().number("left_steps") == left
    assert pump.arm("REST").container_left_steps == left
    assert prime(pump, left, allotted) is State.ALARM
    assert latched(pump) == ["CONTAINER_EMPTY"]
    assert rig.truth.forward_steps - rig.truth.reverse_steps == content


@pytest.mark.pump("peristaltic", reason="about a pump that has no plunger")
@pytest.mark.requirement("REQ-TRAVEL-1", "REQ-FITTED-1")
def test_tubing_has_no_travel_and_says_so(rig: Rig, pump: Pump) -> None:
    """What a tube draws from is not known: ARM and the allotment say so."""
    allot(rig, pump, CAP_UL)
    assert pump.allotment().text("left") == "unknown"
    pump.load([Segment.constant(ML_H, 100)])
    armed = pump.arm()
    assert armed.container_left_steps is None
    assert armed.raw.text("container_left") == "unknown"
