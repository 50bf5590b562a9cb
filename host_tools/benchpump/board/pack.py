"""`firmware.pack`: the firmware's files in one, as `boards/common/root/packed.py` serves them.

    12 bytes   mark, length of all that follows, its CRC-32 (little endian, as all numbers)
    4 bytes    length of the index
    index      a line `/path offset length` for each file, from the first `\\n` to the last
    contents   one after the other; offsets count from the first of their bytes

Whole or not at all: the board refuses a pack whose length or CRC is not the one in its header.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

NAME = "firmware.pack"
MARK = b"BPK1"
_HEADER = struct.Struct("<4sII")
_INDEX_LENGTH = struct.Struct("<I")


class PackError(ValueError):
    """No pack, or not all of it; the message says which."""


def build(files: Mapping[str, bytes]) -> bytes:
    """The pack of those files, in their order, which is the order in which they are read best.

    Raises ValueError for a path that the index cannot hold.
    """
    lines: list[str] = []
    offset = 0
    for path, content in files.items():
        if path.startswith("/") or not path.isascii() or any(map(str.isspace, path)):
            raise ValueError(f"no path for a pack: {path!r}")
        lines.append(f"\n/{path} {offset} {len(content)}")
        offset += len(content)
    index = ("".join(lines) + "\n").encode("ascii")
    body = _INDEX_LENGTH.pack(len(index)) + index + b"".join(files.values())
    return _HEADER.pack(MARK, len(body), zlib.crc32(body)) + body


def read(pack: bytes) -> dict[str, bytes]:
    """The files in it by path, in its order. Raises PackError."""
    if len(pack) < _HEADER.size or not pack.startswith(MARK):
        raise PackError("no pack of a firmware")
    _, length, crc = _HEADER.unpack_from(pack)
    body = pack[_HEADER.size :]
    if len(body) != length:
        raise PackError(f"torn: {len(body)} bytes of {length}")
    if zlib.crc32(body) != crc:
        raise PackError("damaged")
    contents = _INDEX_LENGTH.size + _INDEX_LENGTH.unpack_from(body)[0]
    files: dict[str, bytes] = {}
    for line in body[_INDEX_LENGTH.size : contents].decode("ascii").splitlines()[1:]:
        path, offset, size = line.split(" ")
        start = contents + int(offset)
        files[path.removeprefix("/")] = body[start : start + int(size)]
    return files
