"""The manifest of a deployed firmware: what its self-test compares the files with.

Whatever puts firmware where a VM or a board finds it writes one, from the files as it puts them.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path

NAME = "manifest.txt"
_LEFT_OUT = {"tests", "__pycache__"}


def files_of(trees: Iterable[Path]) -> dict[str, Path]:
    """Path as an import sees it → file, of trees of which the first one with a file wins."""
    found: dict[str, Path] = {}
    for tree in trees:
        for path in sorted(tree.rglob("*.py")):
            below = path.relative_to(tree)
            if not _LEFT_OUT.intersection(below.parts):
                found.setdefault(below.as_posix(), path)
    return found


def manifest(files: Mapping[str, Path]) -> bytes:
    """Its text: `CRC32 path` lines in the order of paths, and last a CRC32 over them, named `=`.

    Raises OSError for a file that cannot be read.
    """
    return _text({name: _crc(path) for name, path in files.items()})


def of_contents(files: Mapping[str, bytes]) -> bytes:
    """The same of files that are not written yet."""
    return _text({name: zlib.crc32(content) for name, content in files.items()})


def _text(crcs: Mapping[str, int]) -> bytes:
    text = "".join(f"{crcs[name]:08x} {name}\n" for name in sorted(crcs)).encode("ascii")
    return text + f"{zlib.crc32(text):08x} =\n".encode("ascii")


def place_beside(trees: Iterable[Path]) -> Path:
    """A directory that holds the manifest of those trees as they are now, and nothing else.

    It lasts as long as this process; the trees themselves are not written to.
    """
    text = manifest(files_of(trees))
    place = _room() / f"{zlib.crc32(text):08x}-{len(text)}"
    place.mkdir(exist_ok=True)
    if not (place / NAME).exists():
        (place / NAME).write_bytes(text)
    return place


def _crc(path: Path) -> int:
    state = path.stat()
    return _crc_of(path, state.st_mtime_ns, state.st_size, state.st_ino)


@lru_cache(maxsize=4096)
def _crc_of(path: Path, *_state: int) -> int:
    return zlib.crc32(path.read_bytes())


@cache
def _kept() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="benchpump-manifest-")


def _room() -> Path:
    return Path(_kept().name)
