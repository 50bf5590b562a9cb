"""The steady tick takes no memory: the heap of the VM is locked while it runs."""

import pytest

from benchpump.bench.emulated import EmulatedRig
from benchpump.bench.reference import booted
from benchpump.bench.vm import VmCrashed
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import (
    ML_H,
    TICKS_PER_S,
    allot,
    start,
    start_constant,
    until,
)
from benchpump.testing.targets import RigMaker

TURN_SLICES = 4  # of 100 ticks: 20 s with the heap free, 20 s with it locked, and so on
TURN_TICKS = 100 * TURN_SLICES


def turns(rig: EmulatedRig) -> list[int]:
    """The turns that have begun: 1 with the heap locked, 0 without."""
    assert rig.board.vm is not None
    return rig.board.vm.told("locked")


def steady(rig: EmulatedRig, pump: Pump, state: State) -> None:
    """A turn with the heap locked, the state asked for in every tick; it must not change.

    What comes before, since the last one, has to fit into the turn between.
    """
    assert turns(rig)[-1] == 0, "the turn to get ready in was too short"
    try:
        while turns(rig)[-1] == 0:
            pump.status()
        begun = len(turns(rig))
        asked = 0
        while len(turns(rig)) == begun:
            status = pump.status()
            assert status.state == state, status
            asked += 1
        assert asked >= TURN_TICKS - 1
    except VmCrashed as crashed:
        raise AssertionError(f"a tick took memory: {crashed}") from crashed


def every_kind() -> list[Segment]:
    """Every kind of segment within a turn, again and again."""
    return [
        Segment.constant(7 * ML_H, TICKS_PER_S),
        Segment.ramp(7 * ML_H, 90 * ML_H, 2 * TICKS_PER_S),
        Segment.bolus(20_000, 60 * ML_H),
        Segment.ramp(40 * ML_H, 0, 2 * TICKS_PER_S),
        Segment.hold(TICKS_PER_S),
    ] * 6


@pytest.mark.requirement("REQ-MEMORY-2")
def test_steady_ticks_with_the_heap_locked(make_rig: RigMaker) -> None:
    """Idle, every kind of segment, a bolus on top, pause, alarm and priming, the host asking each
    tick: not a byte is taken. Counted on the VM with the objects of the board (32 bits)."""
    rig = make_rig(vm="wasm", environment={"BENCHPUMP_LOCK": str(TURN_SLICES)})
    booted(rig)
    with rig.connect() as pump:
        steady(rig, pump, State.IDLE)
        allot(rig, pump)
        steady(rig, pump, State.IDLE)
        start(pump, every_kind())
        steady(rig, pump, State.RUNNING)
        pump.stop()
        until(pump, State.IDLE)
        start_constant(pump, 36 * ML_H, 600)
        pump.start(pump.bolus(300_000, 30 * ML_H).token)
        steady(rig, pump, State.RUNNING)
        pump.pause()
        until(pump, State.PAUSED)
        steady(rig, pump, State.PAUSED)
        pump.start(pump.arm("REST").token)
        cassette = rig.inject("cassette", "out")
        until(pump, State.ALARM)
        steady(rig, pump, State.ALARM)
        cassette.clear()
        rig.clock.sleep_ms(1000)
        pump.acknowledge()
        pump.start(pump.prime(1_000_000, 60 * ML_H).token)
        steady(rig, pump, State.PRIMING)
