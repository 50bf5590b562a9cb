"""One run, whatever executes the firmware (C6)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import FIELD, ML_H, allot, start, until
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


def alarming_run(rig: Rig) -> None:
    """Bubbles that add up to little, tests of the air detector, low supply, a slope that trips."""
    with rig.connect() as pump:
        until(pump, State.IDLE)
        pump.config_set(FIELD["occlusion_pa_per_ul"].index, 333)
        pump.config_commit()
        until(pump, State.IDLE)
        allot(rig, pump, 3000)
        rig.inject("air", "bubble", volume_nl=80_000, upstream_nl=20_000, count=4, gap_nl=20_000)
        rig.inject("supply", "sag", mv=10_500)
        start(pump, [Segment.constant(36 * ML_H, 3000), Segment.constant(3 * ML_H, 3000)])
        rig.clock.sleep_ms(160_000)
        rig.inject("downstream", "occluded")
        until(pump, State.ALARM)
        assert pump.alarms()[0].info.name == "OCCLUSION_SLOPE"


@pytest.mark.requirement("REQ-VM-1")
def test_same_bytes_while_every_detector_works(make_rig: RigMaker) -> None:
    """The slower detectors, too, count alike on both VMs."""
    wasm, cpython = make_rig(vm="wasm"), make_rig(vm="cpython")
    for rig in (wasm, cpython):
        alarming_run(rig)
    assert wasm.board.exchanges == cpython.board.exchanges > 1000
    assert wasm.trace.digest() == cpython.trace.digest()
