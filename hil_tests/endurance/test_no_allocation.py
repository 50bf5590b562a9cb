"""The steady tick takes no memory, and what the firmware keeps is little and does not grow."""

import pytest

from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.testing.locked_heap import BY_TURNS, MEASURED, TURN_SLICES, live_heap_bytes, steady
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
        pressed = rig.inject("estop", "pressed")
        until(pump, State.ALARM)
        steady(rig, pump, State.ALARM)
        pressed.clear()
        rig.clock.sleep_ms(1000)
        pump.acknowledge()
        pump.start(pump.prime(1_000_000, 60 * ML_H).token)
        steady(rig, pump, State.PRIMING)


LIVE_HEAP_MAX_BYTES = 40 * 1024


@pytest.mark.requirement("REQ-MEMORY-3")
def test_live_heap_with_64_segments(make_rig: RigMaker) -> None:
    """A full program runs, and ten minutes later nothing more is kept than in its first."""
    rig = make_rig(vm="wasm", environment=MEASURED)
    with rig.connect() as pump:
        until(pump, State.IDLE)
        allot(rig, pump)
        start(pump, (every_kind() * 3)[:64])
        rig.clock.sleep_ms(60_000)
        first = max(live_heap_bytes(rig))
        until(pump, State.FINISHED, State.ALARM)
        assert 10_000 < first <= LIVE_HEAP_MAX_BYTES
        start(pump, [Segment.constant(ML_H, 600 * TICKS_PER_S)], on_host_loss="STANDALONE")
        rig.clock.sleep_ms(590_000)
        assert pump.status().state == State.RUNNING
        assert live_heap_bytes(rig)[-1] <= first
        print(f"live heap {first} bytes of {LIVE_HEAP_MAX_BYTES}")
