"""Records of the lockstep exchange on the host's side; `lockstep.toml` describes them."""

from __future__ import annotations

import struct

from benchpump.bench import lockstep_data

RECORD_BYTES = lockstep_data.RECORD_BYTES
PAYLOAD_BLOCK = lockstep_data.PAYLOAD_BLOCK
RECORD = struct.Struct(f"<{lockstep_data.WORDS}i")

EXCHANGES = {
    value: name.removeprefix("EXCHANGE_").lower()
    for name, value in vars(lockstep_data).items()
    if name.startswith("EXCHANGE_")
}


def _names(prefix: str) -> dict[int, str]:
    return {
        place: name.removeprefix(prefix).lower()
        for name, place in vars(lockstep_data).items()
        if name.startswith(prefix)
    }


_OUT_NAMES = _names("OUT_")
_IN_NAMES = _names("IN_")


class LockstepError(RuntimeError):
    """The VM broke the exchange: not an alarm of the pump but a defect of firmware or HAL."""


def named(record: bytes, outward: bool) -> dict[str, int]:
    """Fields of one record by name, for people to read."""
    words = RECORD.unpack(record)
    names = _OUT_NAMES if outward else _IN_NAMES
    return {name: words[place] for place, name in names.items()}


def block(payload: bytes) -> bytes:
    """A payload as it goes over the stream: filled with 0xFF to the block's size.

    Raises ValueError when it is longer than that.
    """
    if len(payload) > PAYLOAD_BLOCK:
        raise ValueError(f"{len(payload)} bytes do not fit a block of {PAYLOAD_BLOCK}")
    return payload.ljust(PAYLOAD_BLOCK, b"\xff")
