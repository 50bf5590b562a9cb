"""Writing a record: one whole JSON line for each entry, appended as it happens."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from benchpump.record.entries import KINDS, End, Entry, Header, Sample

# A status line is flushed to the disk at least this often; what is no status, at once.
SYNC_S = 1.0

_NAMES = {kind: name for name, kind in KINDS.items()}


class RunRecorder:
    """An open record. Raises OSError where the file cannot be written."""

    def __init__(self, path: Path, host_time_s: Callable[[], float] = time.time) -> None:
        self.path = path
        self._host_time_s = host_time_s
        self._synced_s = float("-inf")
        self._tick = 0
        self._ended = False
        path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o644)
        self._close_torn_line()

    def add(self, entry: Entry) -> None:
        """Append one entry with the host's time; on return it is with the operating system."""
        now_s = self._host_time_s()
        line = {"kind": _NAMES[type(entry)], "host_s": now_s, **asdict(entry)}
        if not isinstance(entry, Header):
            self._tick = int(entry.tick)
        self._write(json.dumps(line, separators=(",", ":"), allow_nan=False).encode() + b"\n")
        self._ended = isinstance(entry, End)
        if not isinstance(entry, Sample) or now_s - self._synced_s >= SYNC_S:
            os.fsync(self._descriptor)
            self._synced_s = now_s

    def close(self) -> None:
        """Flush and close; harmless when closed."""
        if self._descriptor >= 0:
            os.fsync(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> RunRecorder:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close; a run that was broken off gets an end that says so."""
        if error is not None and not self._ended:
            self.add(End(self._tick, "interrupted", type(error).__name__))
        self.close()

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._descriptor, data) :]

    def _close_torn_line(self) -> None:
        """End the last line of a file that a crash cut, so that the next one is whole."""
        size = os.fstat(self._descriptor).st_size
        if size and os.pread(self._descriptor, 1, size - 1) != b"\n":
            self._write(b"\n")
