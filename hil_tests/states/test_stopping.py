"""Stopping, pausing and going on."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import FIELD, ML_H, allot, start, start_constant, until


@pytest.mark.requirement("REQ-STOP-1")
@pytest.mark.parametrize(
    "data",
    [b"\x03", b"STOP\n", b"stop\r\n", b"\x03\x03\x03", b"STAT\x03us?", b"x" * 4000 + b"\x03"],
    ids=["byte", "bare", "lower_case", "three", "inside_a_line", "inside_a_long_line"],
)
def test_every_way_to_say_stop(rig: Rig, pump: Pump, data: bytes) -> None:
    """Each way ends motion within two ticks, and the pump stays where it is."""
    allot(rig, pump)
    start_constant(pump, 200 * ML_H, 60)
    rig.clock.sleep_ms(2010)
    rig.link.write(data)
    wait_ms = 120 if len(data) < 300 else 1200  # 256 bytes are looked at in a tick
    rig.truth.expect_stop("STOP", round(rig.clock.now_ms() * 1000), wait_ms)
    rig.clock.sleep_ms(3000)
    rig.link.read(0)
    assert pump.status().state is State.IDLE


@pytest.mark.requirement("REQ-STOP-1")
def test_stop_in_every_state(rig: Rig, pump: Pump) -> None:
    """STOP is never refused: idle, armed, running, paused, priming, finished, alarm."""
    pump.stop()
    allot(rig, pump)
    pump.load([Segment.constant(10 * ML_H, 20)])
    pump.arm("FRESH")
    pump.stop()
    assert pump.status().state is State.IDLE
    start_constant(pump, 10 * ML_H, 60)
    pump.pause()
    until(pump, State.PAUSED)
    pump.stop()
    assert pump.status().state is State.IDLE
    pump.start(pump.prime(50_000, 10 * ML_H).token)
    until(pump, State.PRIMING)
    pump.stop()
    assert pump.status().state is State.IDLE
    start_constant(pump, 10 * ML_H, 1)
    until(pump, State.FINISHED)
    pump.stop()
    assert pump.status().state is State.FINISHED
    switch = rig.inject("cassette", "out")
    until(pump, State.ALARM)
    pump.stop()
    assert pump.status().state is State.ALARM
    switch.clear()


@pytest.mark.requirement("REQ-STATE-1")
@pytest.mark.parametrize("rate_ml_h", [1, 100, 300])
def test_pause_finishes_the_burst_and_the_rest_completes_the_volume(
    rig: Rig, pump: Pump, rate_ml_h: int
) -> None:
    """Pausing drops no step; ARM REST goes on, and the sum is the program's total."""
    allot(rig, pump)
    armed = start_constant(pump, rate_ml_h * ML_H, 10)
    rig.clock.sleep_ms(3330)
    pump.pause()
    until(pump, State.PAUSED)
    done = rig.truth.forward_steps
    rig.clock.sleep_ms(5000)
    assert rig.truth.forward_steps == done
    pump.start(pump.arm("REST").token)
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == armed.raw.number("steps")


@pytest.mark.requirement("REQ-DELIVERY-1")
@pytest.mark.parametrize("after_ms", [1000, 1013, 1026, 1039])
def test_stop_and_rest_complete_the_volume(rig: Rig, pump: Pump, after_ms: int) -> None:
    """Steps dropped by a STOP in mid-burst are delivered with the rest: none lost, none twice."""
    allot(rig, pump)
    armed = start_constant(pump, 200 * ML_H, 5)
    rig.clock.sleep_ms(after_ms)
    pump.stop()
    status = until(pump, State.IDLE)
    assert status.debited_steps == rig.truth.forward_steps
    pump.start(pump.arm("REST").token)
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == armed.raw.number("steps")


@pytest.mark.requirement("REQ-OCCLUSION-3", "REQ-CAP-1")
def test_the_main_job(rig: Rig, pump: Pump) -> None:
    """Loading dose, titration, taper; occluded part-way, cleared, acknowledged, finished."""
    allotted = allot(rig, pump, 5000)
    program = [
        Segment.bolus(200_000, 60 * ML_H),
        Segment.constant(10 * ML_H, 6000),
        Segment.constant(20 * ML_H, 6000),
        Segment.ramp(20 * ML_H, 2 * ML_H, 12_000),
    ]
    armed = start(pump, program)
    for _ in range(400):
        rig.clock.sleep_ms(1000)
        pump.status()
    line = rig.inject("downstream", "occluded")
    until(pump, State.ALARM)
    assert rig.truth.reverse_steps > 0
    line.clear()
    pump.acknowledge()
    pump.start(pump.arm("REST").token)
    until(pump, State.FINISHED, timeout_s=3600, poll_s=1)
    assert rig.truth.forward_steps == armed.raw.number("steps") <= allotted.cap_steps


@pytest.mark.requirement("REQ-DELIVERY-2", "REQ-STATE-1")
def test_rest_at_the_rate_limit_after_a_full_queue(rig: Rig, pump: Pump) -> None:
    """At the limit a deficit cannot be made up; the rest runs to its end all the same."""
    pump.config_set(FIELD["max_rate_nl_h"].index, 100 * ML_H)
    pump.config_commit()
    until(pump, State.IDLE)
    allot(rig, pump)
    armed = start_constant(pump, 100 * ML_H, 10)
    rig.clock.sleep_ms(2000)
    rig.inject("clock", "slow", extra_ms=99, ticks=1)
    rig.clock.sleep_ms(150)
    rig.link.write(b"\x03")
    rig.clock.sleep_ms(500)
    pump.start(pump.arm("REST").token)
    status = until(pump, State.FINISHED, State.ALARM)
    assert status.state is State.FINISHED
    assert rig.truth.forward_steps == armed.raw.number("steps")
