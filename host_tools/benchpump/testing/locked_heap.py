"""Memory of the firmware: the live heap, and ticks with the heap of the VM locked.

The runner of the WebAssembly VM locks and frees the heap by turns and says which has begun; what
it runs is the firmware as it is.
"""

from __future__ import annotations

from benchpump.bench.emulated import EmulatedRig
from benchpump.bench.vm import VmCrashed
from benchpump.link.client import Pump
from benchpump.link.messages import State

TURN_SLICES = 4
"""Of 100 ticks: 20 s with the heap free, 20 s with it locked, and so on."""

BY_TURNS = {"BENCHPUMP_LOCK": str(TURN_SLICES)}
"""`environment` of such a rig; its VM must be `wasm`."""


def steady(rig: EmulatedRig, pump: Pump, state: State) -> int:
    """A whole turn with the heap locked, the state asked for in every tick; how often it was.

    What comes before, since the last one, has to fit into the turn between. Raises AssertionError
    if it does not, if the state changes, and if a tick takes memory.
    """
    assert _turns(rig)[-1] == 0, "the turn to get ready in was too short"
    try:
        while _turns(rig)[-1] == 0:
            pump.status()
        begun = len(_turns(rig))
        asked = 0
        while len(_turns(rig)) == begun:
            status = pump.status()
            assert status.state == state, status
            asked += 1
    except VmCrashed as crashed:
        raise AssertionError(f"a tick took memory: {crashed}") from crashed
    return asked


MEASURED = {"BENCHPUMP_LIVE": "1"}
"""`environment` of a `wasm` rig whose live heap is read every 5 s."""


def live_heap_bytes(rig: EmulatedRig) -> list[int]:
    """Bytes in use without code, each 5 s since the start, right after a collection."""
    return rig.board.vm.told("live") if rig.board.vm is not None else []


def _turns(rig: EmulatedRig) -> list[int]:
    """The turns that have begun: 1 with the heap locked, 0 without."""
    return rig.board.vm.told("locked") if rig.board.vm is not None else []
