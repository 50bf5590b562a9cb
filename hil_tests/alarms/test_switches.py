"""E-stop and seat switch."""

from contextlib import suppress

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import (
    PumpAlarmLatchedError,
    PumpSwitchOpenError,
    PumpWrongStateError,
    State,
)
from benchpump.link.segments import Segment
from benchpump.testing.procedures import ML_H, allot, latched, start_constant, until

STOP_WITHIN_MS = 60  # one tick to see it, and a lease that is halted


def now_us(rig: Rig) -> int:
    """The rig's time in whole microseconds."""
    return round(rig.clock.now_ms() * 1000)


@pytest.mark.requirement("REQ-ESTOP-1", "REQ-CASSETTE-1", "REQ-ALARM-1")
@pytest.mark.parametrize(
    ("channel", "kind", "alarm"),
    [
        ("estop", "pressed", "ESTOP"),
        ("estop", "switch_only", "ESTOP"),
        ("cassette", "out", "CASSETTE_OUT"),
    ],
)
def test_stops_at_once_and_stays(
    rig: Rig, pump: Pump, channel: str, kind: str, alarm: str
) -> None:
    """While running, the switch ends motion within a tick; its cause is not acknowledged away."""
    allot(rig, pump)
    start_constant(pump, 100 * ML_H, 60)
    rig.clock.sleep_ms(2010)
    switch = rig.inject(channel, kind)
    rig.truth.expect_stop(alarm, now_us(rig), STOP_WITHIN_MS)
    rig.clock.sleep_ms(1000)
    assert latched(pump) == [alarm]
    with pytest.raises(PumpAlarmLatchedError):
        pump.acknowledge()
    switch.clear()
    rig.clock.sleep_ms(200)
    assert pump.status().state is State.ALARM
    assert latched(pump) == [alarm]
    pump.acknowledge()
    assert pump.status().state is State.IDLE


@pytest.mark.requirement("REQ-ESTOP-2")
def test_hardware_cut_needs_no_firmware(rig: Rig, pump: Pump) -> None:
    """With the firmware blind to the e-stop, its contact alone keeps the plunger where it is."""
    allot(rig, pump)
    start_constant(pump, 100 * ML_H, 60)
    rig.clock.sleep_ms(2010)
    rig.inject("estop", "cut_only")
    displaced_nl = rig.truth.displaced_nl
    rig.clock.sleep_ms(5000)
    assert pump.status().state is State.RUNNING
    assert rig.truth.displaced_nl == displaced_nl


@pytest.mark.requirement("REQ-CASSETTE-1", "REQ-ESTOP-1")
@pytest.mark.parametrize(("channel", "kind"), [("cassette", "out"), ("estop", "pressed")])
def test_keeps_it_from_starting(rig: Rig, pump: Pump, channel: str, kind: str) -> None:
    """With the switch open nothing starts: neither what was armed before nor anything new."""
    allot(rig, pump)
    pump.load([Segment.constant(ML_H, 1000)])
    armed = pump.arm("FRESH")
    switch = rig.inject(channel, kind)
    # It may be seen in the very tick of the START, or before it arrives.
    with suppress(PumpSwitchOpenError, PumpWrongStateError):
        pump.start(armed.token)
    rig.clock.sleep_ms(200)
    assert pump.status().state is State.ALARM
    switch.clear()
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-ESTOP-1")
@pytest.mark.parametrize("state", [State.IDLE, State.PAUSED, State.PRIMING, State.FINISHED])
def test_alarms_in_every_state(rig: Rig, pump: Pump, state: State) -> None:
    """The e-stop latches its alarm whatever the pump is doing."""
    allot(rig, pump)
    if state is State.PRIMING:
        pump.start(pump.prime(50_000, 10 * ML_H).token)
    elif state is State.FINISHED:
        start_constant(pump, 10 * ML_H, 1)
    elif state is State.PAUSED:
        start_constant(pump, 10 * ML_H, 100)
        pump.pause()
    until(pump, state)
    rig.inject("estop", "pressed")
    until(pump, State.ALARM, timeout_s=1)
    assert "ESTOP" in latched(pump)
