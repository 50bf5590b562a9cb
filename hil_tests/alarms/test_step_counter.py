"""The hardware step counter against the debits (C3)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.testing.procedures import ML_H, allot, latched, start_constant, until

RATE = 100 * ML_H
TICKS_BOUND = 2  # leases of two ticks at most before the disagreement is seen


@pytest.mark.requirement("REQ-COUNT-2", "REQ-COUNT-1")
@pytest.mark.parametrize("edges", [1, 2, 1000])
def test_a_counter_that_counts_too_many(rig: Rig, pump: Pump, edges: int) -> None:
    """While it runs, one edge that was no step is enough: a fault, and motion ends."""
    allotted = allot(rig, pump)
    start_constant(pump, RATE, 60)
    rig.clock.sleep_ms(2010)
    before = rig.truth.forward_steps
    rig.inject("drive", "counter_noise", edges=edges)
    until(pump, State.FAULT, timeout_s=5)
    assert latched(pump)[0] == "STEP_COUNT"
    done = rig.truth.forward_steps
    per_tick = RATE * 1000 // allotted.pl_per_step // 72_000 + 1
    assert done - before <= TICKS_BOUND * per_tick
    rig.clock.sleep_ms(5000)
    assert rig.truth.forward_steps == done


@pytest.mark.requirement("REQ-COUNT-2")
@pytest.mark.parametrize("state", [State.IDLE, State.PAUSED])
def test_edges_while_it_stands(rig: Rig, pump: Pump, state: State) -> None:
    """Standing, an edge is a step that nobody asked for: a fault too."""
    allot(rig, pump)
    start_constant(pump, RATE, 60)
    rig.clock.sleep_ms(1000)
    if state is State.PAUSED:
        pump.pause()
    else:
        pump.stop()
    until(pump, state)
    rig.clock.sleep_ms(1000)
    rig.inject("drive", "counter_noise")
    until(pump, State.FAULT, timeout_s=1)
    assert latched(pump)[0] == "STEP_COUNT"
