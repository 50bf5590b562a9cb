"""A folder that MicroPython's installer, `mip`, puts on a board: built files and `package.json`.

Built, for the sources do not fit: a Pico compiles them into the heap that it then needs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

NAME = "package.json"
# Last: with them an interrupted installation would start something.
_LAST = ("boot.py", "main.py")


class NotEmptyError(ValueError):
    """The folder has something else in it."""


def write(folder: Path, files: Mapping[str, bytes], version: str) -> Path:
    """Write those files and their `package.json`, which is returned; what an earlier one had goes.

    `files`: path from the root of the board's file system → content. Raises NotEmptyError for a
    folder with files of someone else, OSError.
    """
    _clear(folder)
    for path, content in files.items():
        place = folder / PurePosixPath(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    listed = [[path, path] for path in sorted(files, key=lambda path: (path in _LAST, path))]
    package = folder / NAME
    package.write_text(
        json.dumps({"urls": listed, "deps": [], "version": version}, indent=1) + "\n",
        encoding="utf-8",
    )
    return package


def _clear(folder: Path) -> None:
    present = {path for path in folder.rglob("*") if path.is_file()}
    ours: set[Path] = set()
    if folder / NAME in present:
        listed = json.loads((folder / NAME).read_text(encoding="utf-8"))["urls"]
        ours = {folder / NAME, *(folder / source for _, source in listed)}
    if present - ours:
        other = sorted(present - ours)[0].relative_to(folder)
        raise NotEmptyError(f"{folder} has files of something else in it ({other})")
    for path in present:
        path.unlink()
