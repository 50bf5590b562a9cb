"""The steady tick takes no memory with encoder, flow sensor and upstream pressure either."""

import pytest

from benchpump.link.messages import State
from benchpump.testing.locked_heap import BY_TURNS, steady
from benchpump.testing.procedures import ML_H, allot, start_constant, until
from benchpump.testing.targets import RigMaker


@pytest.mark.requirement("REQ-MEMORY-2")
def test_steady_ticks_of_an_instrumented_pump(make_rig: RigMaker) -> None:
    """At rest and at a rate that the flow sensor judges: not a byte is taken (wasm, 32 bits)."""
    rig = make_rig(vm="wasm", environment=BY_TURNS, instrumented=True)
    with rig.connect() as pump:
        until(pump, State.IDLE)
        allot(rig, pump)
        steady(rig, pump, State.IDLE)
        start_constant(pump, 36 * ML_H, 600)
        steady(rig, pump, State.RUNNING)
