"""The manifests in `boards/frozen` list precisely what a board runs, for MicroPython's build."""

from __future__ import annotations

import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchpump import tree_root
from benchpump.board import manifest

ROOT = tree_root()
FROZEN = ROOT / "boards/frozen"
NOT_OURS = "$(PORT_DIR)/boards/manifest.py"


class Build:
    """What ours use of the functions of a manifest (`tools/manifestfile.py` of MicroPython).

    `files`: what is frozen → from where. `others`: manifests of MicroPython that are included.
    """

    def __init__(self) -> None:
        self.files: dict[str, Path] = {}
        self.others: list[str] = []

    def include(self, path: str, **options: str) -> None:
        """Run another manifest in its own folder, with those options."""
        if path.startswith("$"):
            self.others.append(path)
            return
        place = Path(path).resolve()
        given = SimpleNamespace(defaults=lambda **_: None, **options)
        names: dict[str, Any] = {
            "options": given,
            "include": self.include,
            "module": self.module,
            "package": self.package,
        }
        before = Path.cwd()
        os.chdir(place.parent)
        try:
            exec(compile(place.read_text(encoding="utf-8"), str(place), "exec"), names)
        finally:
            os.chdir(before)

    def module(self, name: str, base_path: str) -> None:
        """One file."""
        path = Path(base_path, name).resolve()
        assert path.is_file()
        assert name not in self.files, f"{name} is frozen twice"
        self.files[name] = path

    def package(self, name: str, base_path: str) -> None:
        """Every file below a folder."""
        base = Path(base_path).resolve()
        for path in sorted((base / name).rglob("*.py")):
            self.module(path.relative_to(base).as_posix(), base_path)


@pytest.mark.parametrize("board", ["rpi_pico", "esp32_s3"])
def test_what_is_frozen_is_what_is_deployed(board: str) -> None:
    """Firmware, board and what boards share; the image's own modules; nothing twice, no tests."""
    build = Build()
    build.include(str(FROZEN / f"{board}.py"))
    assert build.others == [NOT_OURS]
    firmware = manifest.files_of([ROOT / "firmware"])
    del firmware["boot.py"]  # the board has its own
    expected = {f"firmware/{name}": path for name, path in firmware.items()}
    for folder in (ROOT / "boards" / board, ROOT / "boards/common"):
        expected |= {path.name: path for path in folder.glob("*.py")}
    expected["boot.py"] = ROOT / "boards" / board / "root/boot.py"
    expected["main.py"] = FROZEN / "main.py"
    assert build.files == expected


def test_a_frozen_main_takes_no_interrupt_and_runs_no_file() -> None:
    """C8: 0x03 is a byte of the link first of all; only what is in the image is imported."""
    text = (FROZEN / "main.py").read_text(encoding="utf-8")
    statements = [line for line in text.splitlines() if line and line[0].isalpha()]
    assert statements[0] == "import micropython"
    assert statements[1].startswith("micropython.kbd_intr(-1)")
    places = re.findall(r"^sys\.path\[:\] = \[(.*)\]$", text, re.MULTILINE)
    assert places == ['".frozen/firmware", ".frozen"']
