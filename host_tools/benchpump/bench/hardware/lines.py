"""The lines that host and rig board exchange; boards/rig_pico/frames.py says what is in them."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

NAME = "rig_pico 1"
_REQUEST = struct.Struct("<BBHHH")
_REPLY = struct.Struct("<BBBBBBIIIIII")
_CRC = struct.Struct("<I")

FLAG_LET_GO = 1
FLAG_STARTED = 2
INPUT_ENABLE = 4
INPUT_SOUNDER = 16
INPUT_AIR_TEST = 32
CONTACT_ESTOP = 1
CONTACT_CASSETTE = 2
CONTACT_BUTTON = 4
CONTACT_JUMPER = 8
SWITCH_SUPPLY_CUT = 16
TIME_MASK = (1 << 30) - 1
COUNT_MASK = (1 << 32) - 1


@dataclass(frozen=True)
class Held:
    """What the rig board is to hold: bits of closed contacts and of the switch, 12-bit codes."""

    closed: int
    pressure: int
    air: int
    supply: int


@dataclass(frozen=True)
class Seen:
    """What the rig board has seen. Times in us modulo 2**30, counts modulo 2**32."""

    flags: int
    inputs: int
    were_low: int
    were_high: int
    frames: int  # of the light, modulo 256
    now_us: int
    forward_steps: int
    reverse_steps: int
    step_us: int
    colour: int  # green, red, blue, eight bits each
    shown_us: int


def request(number: int, held: Held) -> bytes:
    """A line to the rig board. Raises struct.error for a figure outside its range."""
    body = _REQUEST.pack(number, held.closed, held.pressure, held.air, held.supply)
    return b">" + (body + _CRC.pack(zlib.crc32(body))).hex().encode("ascii") + b"\n"


def parse(line: bytes) -> tuple[int, Seen] | None:
    """Number and contents of a reply without its newline; None for what is no whole one."""
    if line[:1] != b"<":
        return None
    try:
        record = bytes.fromhex(line[1:].decode("ascii"))
    except ValueError:
        return None
    body = record[: _REPLY.size]
    if len(record) != _REPLY.size + _CRC.size or _CRC.pack(zlib.crc32(body)) != record[-4:]:
        return None
    number, *fields = _REPLY.unpack(body)
    return number, Seen(*fields)


class Unwrapped:
    """A wrapping figure gone on with for ever, from 0 where it was first seen."""

    def __init__(self, mask: int) -> None:
        self._mask = mask
        self._last: int | None = None
        self.value = 0

    def take(self, raw: int) -> int:
        """How much it has grown since the last one; 0 at first."""
        grown = 0 if self._last is None else (raw - self._last) & self._mask
        self._last = raw
        self.value += grown
        return grown

    def ago(self, raw: int) -> int:
        """How long before the last one taken that raw figure was, or 0 if it was not before."""
        before = (self._last - raw) & self._mask if self._last is not None else 0
        return before if before <= self._mask // 2 else 0
