"""Service: what happens there is not forgotten when it is left."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, PumpAlarmLatchedError, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import ML_H, allot, latched, until


def enter(rig: Rig, pump: Pump) -> None:
    """Fit the jumper and enter service."""
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    pump.service(True)


def leave(rig: Rig, pump: Pump) -> State:
    """Take the jumper out, leave service, and wait for the self-test."""
    rig.set_jumper(False)
    rig.clock.sleep_ms(100)
    pump.service(False)
    rig.clock.sleep_ms(100)
    return until(pump, State.IDLE, State.ALARM, State.FAULT, timeout_s=5).state


@pytest.mark.requirement("REQ-PROVISION-2", "REQ-FAULT-1")
def test_the_parts_of_what_was_armed_are_gone(rig: Rig, pump: Pump) -> None:
    """ARM, DISARM, provisioning: PART? of that ARM answers NO_PART, and the firmware lives."""
    allot(rig, pump)
    pump.load([Segment.constant(ML_H, 100)])
    pump.arm("FRESH")
    pump.disarm()
    enter(rig, pump)
    pump.provision()
    for _ in range(100):
        rig.link.write(b"PART? 0\n")
        rig.clock.sleep_ms(100)
        answer = rig.link.read(0)
        if answer.startswith(b"ERR "):
            break
    assert answer == b"ERR 110 0\n"
    status = until(pump, State.IDLE, State.FAULT, timeout_s=5)
    assert status.state is State.IDLE
    assert Flag.ALLOTTED not in status.flags
    assert latched(pump) == []


@pytest.mark.requirement("REQ-ESTOP-1", "REQ-ALARM-1")
def test_an_estop_still_pressed_is_an_alarm(rig: Rig, pump: Pump) -> None:
    """Pressed in service and kept so: out of service the pump is in alarm and drives nothing,
    also when another alarm comes on top; it cannot be acknowledged."""
    allot(rig, pump)
    enter(rig, pump)
    estop = rig.inject("estop", "switch_only")
    rig.clock.sleep_ms(200)
    assert pump.status().state is State.SERVICE
    assert latched(pump) == ["ESTOP"]
    assert leave(rig, pump) is State.ALARM
    assert latched(pump) == ["ESTOP"]
    assert not rig.truth.enabled
    cassette = rig.inject("cassette", "out")
    rig.clock.sleep_ms(200)
    assert pump.status().state is State.ALARM
    assert latched(pump) == ["ESTOP", "CASSETTE_OUT"]
    assert not rig.truth.enabled
    cassette.clear()
    rig.clock.sleep_ms(200)
    with pytest.raises(PumpAlarmLatchedError):
        pump.acknowledge()
    assert not rig.truth.enabled
    estop.clear()
    rig.clock.sleep_ms(200)
    pump.acknowledge()
    assert pump.status().state is State.IDLE


@pytest.mark.requirement("REQ-ESTOP-1", "REQ-ALARM-1")
def test_an_estop_pressed_and_released_stays_latched(rig: Rig, pump: Pump) -> None:
    """Pressed and released in service: out of service it is an alarm until acknowledged; pressed
    again after that, an alarm again."""
    allot(rig, pump)
    enter(rig, pump)
    estop = rig.inject("estop", "pressed")
    rig.clock.sleep_ms(200)
    estop.clear()
    rig.clock.sleep_ms(200)
    assert leave(rig, pump) is State.ALARM
    assert latched(pump) == ["ESTOP"]
    pump.acknowledge()
    assert pump.status().state is State.IDLE
    rig.inject("estop", "pressed")
    until(pump, State.ALARM, timeout_s=1)
    assert latched(pump) == ["ESTOP"]
