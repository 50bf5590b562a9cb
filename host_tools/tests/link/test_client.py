"""The client against the real firmware server: commands, answers, envelopes."""

from __future__ import annotations

from typing import Any

import pytest
from board import MemoryTransport

from benchpump.link import Flag, Pump, Segment, State, WaitTimeoutError, messages
from benchpump.link.messages import ERRORS, Command


def test_status_is_typed(pump: Pump) -> None:
    """The fixed record becomes units and enums; suction is negative (C8)."""
    status = pump.status()
    assert status.state is State.IDLE
    assert status.alarm == messages.Alarm.AIR_BUBBLE
    assert status.flags == Flag.PROGRAM | Flag.ALLOTTED
    assert (status.debited_steps, status.cap_left_steps) == (1234, 4000)
    assert (status.rate_nl_h, status.pressure_pa, status.segment) == (5_000_000, -1000, 2)


def test_reading_opens_no_link(pump: Pump, transport: MemoryTransport) -> None:
    """A program that only reads takes the link from nobody (C8)."""
    pump.idn()
    pump.status()
    pump.alarms()
    assert transport.operator.heard == 0


def test_two_steps_to_motion(pump: Pump, transport: MemoryTransport) -> None:
    """Load, arm with all parts read, start with the token (C8)."""
    pump.load([Segment.bolus(1000, 60_000), Segment.ramp(10, 20, 30), Segment.hold(5)])
    armed = pump.arm(host_timeout_ms=500)
    assert (armed.container, armed.identity, armed.volume_nl) == (7, 3, 1_000_000)
    assert (armed.program_hash, armed.not_fitted) == ("BEEF", ("encoder", "flow"))
    assert armed.cap_left_nl == 10_000
    assert transport.operator.current == State.ARMED
    pump.start(armed.token)
    assert transport.operator.current == State.RUNNING
    sent = transport.operator.arguments
    assert [0, 2, 60_000, 60_000, 1000, 0] in [arguments[:6] for arguments in sent]
    assert [1, 1, 10, 20, 0, 30] in [arguments[:6] for arguments in sent]


def test_arm_waits_while_memory_is_prepared(pump: Pump, transport: MemoryTransport) -> None:
    """The token follows when the memory is ready; until then the client asks again (C3, C8)."""
    transport.operator.busy_parts = 20
    assert pump.arm().token == 4711
    assert transport.operator.busy_parts == 0
    assert transport.operator.executed.count(Command.ARM) == 1


@pytest.mark.parametrize("code", [code for code in ERRORS if 200 < code < 300 and code != 222])
def test_every_refusal_has_its_class(pump: Pump, transport: MemoryTransport, code: int) -> None:
    """Each error code raises its own class with code, detail, text and what to do (C8)."""
    transport.operator.refuse[Command.START] = (code, 17)
    transport.operator.current = State.ARMED
    with pytest.raises(ERRORS[code]) as refused:
        pump.start(1)
    assert (refused.value.code, refused.value.detail) == (code, 17)
    assert refused.value.text and refused.value.todo in str(refused.value)


@pytest.mark.parametrize("value", [999, 120_001])
def test_out_of_range(pump: Pump, transport: MemoryTransport, value: int) -> None:
    """An argument one beyond its limit is refused, at the limit it is taken (C8)."""
    with pytest.raises(messages.PumpOutOfRangeError):
        pump.silence(value)
    assert Command.SILENCE not in transport.operator.executed
    pump.silence(1000)
    pump.silence(120_000)


def test_log(pump: Pump) -> None:
    """The journal is read record by record up to the newest (C8)."""
    records = list(pump.log())
    assert [record.record for record in records] == [0, 1, 2]
    assert records[0].debited_steps == 99


def test_mismatch_leaves_read_and_stop(pump: Pump, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host of another protocol may read and stop, and is told why not more (C8)."""
    monkeypatch.setattr(messages, "PROTOCOL_HASH", messages.PROTOCOL_HASH ^ 1)
    assert not pump.hello()
    pump.status()
    pump.stop()
    with pytest.raises(messages.PumpProtocolMismatchError):
        pump.arm()


def test_wait(pump: Pump, transport: MemoryTransport) -> None:
    """wait() polls through the envelope, so that the host stays alive, and ends in time (C8)."""
    pump.hello()
    before = transport.operator.heard
    with pytest.raises(WaitTimeoutError):
        pump.wait(lambda status: status.state is State.RUNNING, timeout_s=2)
    assert transport.operator.heard - before >= 4
    assert transport.now_s() < 4


def test_stop_sends_the_stop_byte_first(pump: Pump, transport: MemoryTransport) -> None:
    """stop() stops by the byte and is confirmed by the command (C8)."""
    transport.operator.current = State.RUNNING
    pump.stop()
    assert transport.operator.stop_bytes == 1
    assert transport.operator.executed[-1] == Command.STOP


@pytest.mark.parametrize(("shrinks", "heals"), [(1, True), (2, True), (3, False)])
def test_a_list_that_shrinks_while_it_is_read(
    pump: Pump, transport: MemoryTransport, shrinks: int, heals: bool
) -> None:
    """Alarms that went between announcement and part: read again, twice and no more."""
    operator = transport.operator
    announced = [b"PARTS 10"] * shrinks + [b"PARTS 8"]
    plain = operator.execute

    def execute(command: int, args: list[int], reply: Any) -> int:
        if command == Command.SELFTEST:
            reply.text(announced.pop(0))
            return 0
        return plain(command, args, reply)

    operator.execute = execute
    if heals:
        assert pump.selftest().number("id") == 3
        assert not announced
    else:
        with pytest.raises(messages.PumpNoPartError):
            pump.selftest()
