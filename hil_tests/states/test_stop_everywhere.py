"""STOP is never refused, in the states that a host rarely sees (C8)."""

from collections.abc import Callable

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.testing.procedures import ML_H, allot, start_constant, until

WITHIN_MS = 60  # one tick to see it, and a lease that is halted
ERASE_MS = 300  # a pump that boots may be erasing a sector before it answers


def says_stop(rig: Rig, data: bytes, wait_ms: float = WITHIN_MS) -> State:
    """Send a stop and ask for the status in one breath; the stop is answered with OK, if it is a
    line; the state right after it."""
    rig.link.read(0)
    rig.link.write(data + b"STATus?\n")
    rig.clock.sleep_ms(wait_ms)
    *answers, status = rig.link.read(0).splitlines()
    assert answers == ([b"OK"] if data == b"STOP\n" else [])
    assert status.startswith(b"OK ")
    return State(int(status[3:4], 16))


@pytest.mark.requirement("REQ-STOP-1", "REQ-RESTART-1")
@pytest.mark.parametrize("data", [b"STOP\n", b"\x03"], ids=["line", "byte"])
@pytest.mark.parametrize("after_ms", [0, pytest.param(50, marks=pytest.mark.long), 500])
def test_while_it_boots_and_tests_itself(rig: Rig, pump: Pump, after_ms: int, data: bytes) -> None:
    """From the first bytes that can reach a pump that boots, while its memory is recovered and
    its sensors are watched: taken, and the pump comes up standing."""
    allot(rig, pump)
    rig.power_cycle()
    rig.clock.sleep_ms(after_ms)
    assert says_stop(rig, data, ERASE_MS) is State.SELFTEST
    until(pump, State.IDLE, timeout_s=5)
    assert rig.truth.forward_steps == 0


def service(rig: Rig, pump: Pump) -> State:
    """In service."""
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    pump.service(True)
    return State.SERVICE


def fault(rig: Rig, pump: Pump) -> State:
    """A fault latched."""
    rig.inject("pressure_sensor", "stuck", code=900)
    until(pump, State.FAULT, timeout_s=5)
    return State.FAULT


@pytest.mark.requirement("REQ-STOP-1")
@pytest.mark.parametrize("data", [b"STOP\n", b"\x03"], ids=["line", "byte"])
@pytest.mark.parametrize("bring", [service, fault])
def test_in_service_and_fault(
    rig: Rig, pump: Pump, bring: Callable[[Rig, Pump], State], data: bytes
) -> None:
    """Taken, and the pump stays in that state."""
    allot(rig, pump)
    state = bring(rig, pump)
    assert says_stop(rig, data) is state
    rig.clock.sleep_ms(2000)
    assert pump.status().state is state


def relieve(rig: Rig, pump: Pump) -> int:
    """An occlusion while it ran; the reverse steps so far, some of the way back done."""
    allot(rig, pump)
    start_constant(pump, 100 * ML_H, 300)
    rig.clock.sleep_ms(2000)
    rig.inject("downstream", "occluded")
    until(pump, State.RELIEVING)
    rig.clock.sleep_ms(310)
    assert pump.status().state is State.RELIEVING
    return rig.truth.reverse_steps


@pytest.mark.requirement("REQ-STOP-1", "REQ-OCCLUSION-3")
@pytest.mark.parametrize("data", [b"STOP\n", b"\x03"], ids=["line", "byte"])
def test_while_it_relieves(rig: Rig, pump: Pump, data: bytes) -> None:
    """In the back-off after an occlusion: the plunger stands at once, the alarm stays."""
    assert relieve(rig, pump) > 0
    assert says_stop(rig, data) is State.ALARM
    at_rest = rig.truth.reverse_steps
    rig.clock.sleep_ms(5000)
    assert rig.truth.reverse_steps == at_rest
    assert pump.status().state is State.ALARM


@pytest.mark.requirement("REQ-ESTOP-1", "REQ-OCCLUSION-3")
@pytest.mark.parametrize("kind", ["pressed", "switch_only"])
def test_the_estop_ends_the_back_off(rig: Rig, pump: Pump, kind: str) -> None:
    """E-stop while it relieves: the plunger stands within a tick, the driver is cut, both alarms
    are latched, and it stays so when the switch is released."""
    assert relieve(rig, pump) > 0
    estop = rig.inject("estop", kind)
    rig.clock.sleep_ms(WITHIN_MS)
    at_rest = rig.truth.reverse_steps
    rig.clock.sleep_ms(3000)
    assert rig.truth.reverse_steps == at_rest
    assert not rig.truth.enabled
    assert pump.status().state is State.ALARM
    assert [alarm.info.name for alarm in pump.alarms()] == ["OCCLUSION_DOWNSTREAM", "ESTOP"]
    estop.clear()
    rig.clock.sleep_ms(3000)
    assert rig.truth.reverse_steps == at_rest
    assert pump.status().state is State.ALARM
