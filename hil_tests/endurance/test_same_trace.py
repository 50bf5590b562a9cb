"""One run, whatever executes the firmware (C6)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import ML_H, allot, start, until
from benchpump.testing.targets import RigMaker


def eventful_run(rig: Rig) -> None:
    """A bolus, a ramp, an occlusion with back-off, the rest, a power cut, priming."""
    with rig.connect() as pump:
        until(pump, State.IDLE)
        allot(rig, pump, 3000)
        start(pump, [Segment.bolus(100_000, 60 * ML_H), Segment.ramp(50 * ML_H, 5 * ML_H, 2400)])
        rig.clock.sleep_ms(20_000)
        line = rig.inject("downstream", "occluded")
        until(pump, State.ALARM)
        line.clear()
        rig.clock.sleep_ms(2000)
        pump.acknowledge()
        pump.start(pump.arm("REST").token)
        rig.clock.sleep_ms(5000)
        rig.power_cycle(300)
        until(pump, State.IDLE)
        pump.start(pump.prime(20_000, 20 * ML_H).token)
        until(pump, State.IDLE)


@pytest.mark.requirement("REQ-VM-1")
def test_same_bytes_on_two_machines(make_rig: RigMaker) -> None:
    """The same seed gives every byte of both directions alike; another screw does not."""
    wasm, cpython = make_rig(vm="wasm"), make_rig(vm="cpython")
    other = make_rig(vm="cpython", calibration_error_ppm=29_000)  # by default 30_000
    for rig in (wasm, cpython, other):
        eventful_run(rig)
    assert wasm.truth.forward_steps > 3000
    assert wasm.board.exchanges == cpython.board.exchanges > 1000
    assert wasm.trace.digest() == cpython.trace.digest() != other.trace.digest()
