"""The trace: every record of the exchange in order, in both directions, byte for byte.

The layout is that of `lockstep.toml`; nothing else is in it, so equal traces mean equal behaviour.
`python -m benchpump.bench.trace FILE` prints a stored one.
"""

from __future__ import annotations

import hashlib
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from benchpump.bench import lockstep

_FLUSH_BYTES = 1 << 16


class Trace:
    """Digest, and on request a compressed file, of all records.

    The exchange loop appends to `pending` and calls `flush` when that has grown to `_FLUSH_BYTES`.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.pending = bytearray()
        self._hash = hashlib.blake2b(digest_size=32)
        self._file = path.open("wb") if path else None
        self._packer = zlib.compressobj(level=1)
        self._flushed_bytes = 0

    @property
    def size_bytes(self) -> int:
        """Bytes recorded so far."""
        return self._flushed_bytes + len(self.pending)

    def flush(self) -> None:
        """Take `pending` into the digest and the file."""
        self._hash.update(self.pending)
        if self._file:
            self._file.write(self._packer.compress(self.pending))
        self._flushed_bytes += len(self.pending)
        self.pending.clear()

    def flush_if_due(self) -> None:
        """Flush when enough has gathered to make it worth the call."""
        if len(self.pending) >= _FLUSH_BYTES:
            self.flush()

    def digest(self) -> str:
        """BLAKE2b-256 of everything so far, in hex."""
        self.flush()
        return self._hash.hexdigest()

    def fork(self) -> Trace:
        """A trace that continues from here on its own, without a file."""
        self.flush()
        twin = Trace()
        twin._hash = self._hash.copy()
        twin._flushed_bytes = self._flushed_bytes
        return twin

    def close(self) -> None:
        """Write out and close the file, if there is one; the digest stays readable."""
        self.flush()
        if self._file:
            self._file.write(self._packer.flush())
            self._file.close()
            self._file = None


def read(path: Path) -> bytes:
    """The bytes of a stored trace. Raises zlib.error where the file is none or was cut off."""
    return zlib.decompress(path.read_bytes())


def records(data: bytes) -> Iterator[tuple[str, dict[str, int], bytes]]:
    """Each record as ("out" | "in", its fields, its payload). Raises ValueError on a torn end."""
    offset = 0
    outward = True
    while offset < len(data):
        if len(data) - offset < lockstep.RECORD_BYTES:
            raise ValueError(f"{len(data) - offset} bytes left over at the end of the trace")
        fields = lockstep.named(data[offset : offset + lockstep.RECORD_BYTES], outward)
        offset += lockstep.RECORD_BYTES
        payload = data[offset : offset + fields["payload_bytes"]]
        offset += lockstep.PAYLOAD_BLOCK if fields["payload_bytes"] else 0
        yield ("out" if outward else "in"), fields, payload
        outward = not outward


def main(arguments: list[str]) -> int:
    """Print a stored trace, one record a line."""
    if len(arguments) != 1:
        print("usage: python -m benchpump.bench.trace FILE", file=sys.stderr)
        return 2
    for direction, fields, payload in records(read(Path(arguments[0]))):
        shown = " ".join(f"{name}={value}" for name, value in fields.items())
        print(f"{direction:3} {shown}" + (f" {payload!r}" if payload else ""))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
