"""The steady tick takes no memory: the heap of the VM is locked while it runs."""

import pytest

from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.testing.locked_heap import BY_TURNS, TURN_SLICES, steady
from benchpump.testing.procedures import ML_H, TICKS_PER_S, allot, start, start_constant, until
from benchpump.testing.targets import RigMaker


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
    tick: not a byte is taken. On the VM whose objects are as large as the board's (32 bits)."""
    rig = make_rig(vm="wasm", environment=BY_TURNS)
    with rig.connect() as pump:
        until(pump, State.IDLE)
        assert steady(rig, pump, State.IDLE) >= 100 * TURN_SLICES - 1
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
