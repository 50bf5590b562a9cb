"""The file system of a board, as far as a deployment needs it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol

MEMORY = "sectors"
"""Ledger, journal and configuration (boards/rpi_pico/store.py): nothing here ever goes there."""


@dataclass(frozen=True)
class Listing:
    """What a board holds, its memory left out: SHA-256 by path, and folders; no leading `/`."""

    digests: dict[str, bytes]
    folders: frozenset[str]


class BoardFiles(Protocol):
    """Paths are relative to the root. Each call may raise problems.BoardGone, OSError."""

    def listing(self) -> Listing:
        """Every file and folder."""
        ...

    def write(self, path: str, content: bytes) -> None:
        """Make that file, and the folders it needs; what it held before is lost."""
        ...

    def digest(self, path: str) -> bytes:
        """SHA-256 of a file as it can be read now."""
        ...

    def rename(self, path: str, to: str) -> None:
        """At once and whole: after a cut there is what was at `to`, or what was at `path`."""
        ...

    def remove(self, path: str) -> None:
        """Remove a file."""
        ...

    def remove_folder(self, path: str) -> None:
        """Remove an empty folder."""
        ...


class Guarded:
    """The same files, the pump's memory out of reach: ValueError for a path in there."""

    def __init__(self, files: BoardFiles) -> None:
        self._files = files

    def listing(self) -> Listing:
        """Every file and folder; ValueError where the memory was looked into."""
        found = self._files.listing()
        for path in (*found.digests, *found.folders):
            outside_memory(path)
        return found

    def write(self, path: str, content: bytes) -> None:
        """Make that file."""
        self._files.write(outside_memory(path), content)

    def digest(self, path: str) -> bytes:
        """SHA-256 of a file."""
        return self._files.digest(outside_memory(path))

    def rename(self, path: str, to: str) -> None:
        """At once and whole."""
        self._files.rename(outside_memory(path), outside_memory(to))

    def remove(self, path: str) -> None:
        """Remove a file."""
        self._files.remove(outside_memory(path))

    def remove_folder(self, path: str) -> None:
        """Remove an empty folder."""
        self._files.remove_folder(outside_memory(path))


def outside_memory(path: str) -> str:
    """The path itself. Raises ValueError for one that is not relative, or in the memory."""
    parts = PurePosixPath(path).parts
    if not parts or parts[0] in ("/", MEMORY) or {".", ".."}.intersection(parts):
        raise ValueError(f"{path!r} is not for a deployment to touch")
    return path


def sha256(content: bytes) -> bytes:
    """What `digest` gives for a file of that content."""
    return hashlib.sha256(content).digest()
