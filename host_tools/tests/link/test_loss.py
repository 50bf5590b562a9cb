"""Noise, silence and restarts between client and pump."""

from __future__ import annotations

import random

import pytest
from board import MemoryTransport

from benchpump.link import Pump, PumpLost, PumpRefused, messages
from benchpump.link.exchange import REPLY_TIMEOUT_S, SENDS_MAX
from benchpump.link.messages import Command


def test_damaged_reply_is_asked_for_at_once(pump: Pump, transport: MemoryTransport) -> None:
    """A damaged reply costs a few ticks, not the whole time that a missing one does (C8)."""
    pump.hello()
    transport.damage_reply = Once(1, b"~")
    start_s = transport.now_s()
    pump.silence(5000)
    assert transport.now_s() - start_s < REPLY_TIMEOUT_S / 2


class Once:
    """Damages the n-th piece of data in one way, and nothing else."""

    def __init__(self, number: int, damaged: bytes | None) -> None:
        self.left = number
        self.damaged = damaged

    def __call__(self, data: bytes) -> bytes:
        self.left -= 1
        if self.left != 0:
            return data
        if self.damaged is None:
            return b""
        return data[:9] + self.damaged + data[10:]


@pytest.mark.parametrize("damaged", [None, b"\x00", b"\n", b"~"])
@pytest.mark.parametrize("direction", ["damage_request", "damage_reply"])
def test_one_damaged_frame(
    pump: Pump, transport: MemoryTransport, direction: str, damaged: bytes | None
) -> None:
    """A lost or damaged request or reply is made good, and executes once (C8)."""
    pump.hello()
    setattr(transport, direction, Once(1, damaged))
    pump.silence(5000)
    pump.silence(6000)
    assert transport.operator.executed.count(Command.SILENCE) == 2


def test_noise_never_executes_twice(transport: MemoryTransport) -> None:
    """With every fifth frame and reply damaged, each command is carried out at most once (C8)."""
    noise = random.Random(11)

    def damage(data: bytes) -> bytes:
        if noise.random() > 0.2:
            return data
        at = noise.randrange(len(data))
        return data[:at] + bytes([data[at] ^ (1 << noise.randrange(8))]) + data[at + 1 :]

    pump = Pump(transport)
    pump.hello()
    transport.damage_request = transport.damage_reply = damage
    asked = 0
    for duration_ms in range(1000, 1200):
        try:
            pump.silence(duration_ms)
        except (PumpLost, PumpRefused):
            transport.damage_request = transport.damage_reply = bytes
            pump.hello()
            transport.damage_request = transport.damage_reply = damage
            continue
        asked += 1
    durations = [
        arguments[0]
        for command, arguments in zip(
            transport.operator.executed, transport.operator.arguments, strict=True
        )
        if command == Command.SILENCE
    ]
    assert len(durations) == len(set(durations))
    assert len(durations) >= asked > 150


def test_silence_ends(pump: Pump, transport: MemoryTransport) -> None:
    """A silent pump is lost after the sends of one frame, by the transport's clock (C8)."""
    pump.hello()
    transport.silent = True
    start_s, frames = transport.now_s(), transport.frames
    with pytest.raises(PumpLost):
        pump.status()
    assert transport.now_s() - start_s == pytest.approx(SENDS_MAX * REPLY_TIMEOUT_S, abs=0.2)
    assert transport.frames - frames == SENDS_MAX


def test_link_survives_a_break(pump: Pump, transport: MemoryTransport) -> None:
    """After a break in which only reads were asked the link goes on, numbers agreed (C8)."""
    pump.hello()
    transport.damage_reply = lambda _: b""
    with pytest.raises(PumpLost):
        pump.status()
    transport.damage_reply = bytes
    heard = transport.operator.heard
    assert pump.idn().startswith("benchpump,")
    pump.silence(5000)
    assert transport.operator.heard > heard
    assert transport.operator.executed.count(Command.SILENCE) == 1


def test_lost_start_is_not_carried_out_later(pump: Pump, transport: MemoryTransport) -> None:
    """A START reported as lost is never sent again by what the caller does next (C8)."""
    token = pump.arm().token
    transport.damage_request = lambda _: b""
    with pytest.raises(PumpLost):
        pump.start(token)
    transport.damage_request = bytes
    pump.status()
    pump.silence(5000)
    assert Command.START not in transport.operator.executed


def test_restart_of_the_board(pump: Pump, transport: MemoryTransport) -> None:
    """After a restart reading goes on bare; towards motion a new link is needed and made (C8)."""
    pump.silence(5000)
    transport.restart()
    pump.status()
    pump.silence(5000)
    transport.restart()
    with pytest.raises(messages.PumpWrongLinkError):
        pump.silence(5000)
    pump.silence(5000)


def test_another_program_takes_the_link(transport: MemoryTransport) -> None:
    """Of two programs without a hub the one that said HELLO first is refused, clearly (C8)."""
    first, second = Pump(transport), Pump(transport)
    first.hello()
    second.hello()
    with pytest.raises(messages.PumpWrongLinkError):
        first.arm()
    assert Command.ARM not in transport.operator.executed


def test_leftovers_do_not_matter(transport: MemoryTransport) -> None:
    """What an earlier program left half-sent or unread does not reach the next (C8)."""
    transport.write(b"SEGM 0 CON")
    transport.to_host = b"!0000FF OK 12*0000\nERR 101"
    pump = Pump(transport)
    pump.silence(5000)
    assert transport.operator.executed.count(Command.SILENCE) == 1
