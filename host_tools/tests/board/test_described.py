"""Nothing is deployed whose parts say different things about a board's pins."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchpump import tree_root
from benchpump.board import data, deployment, described
from benchpump.board.generate import board_data_text

BOARDS = tree_root() / "boards"


@pytest.fixture
def pico(tmp_path: Path) -> Path:
    """A copy of the Pico's folder, beside what boards share."""
    shutil.copytree(BOARDS / "common", tmp_path / "common")
    return Path(shutil.copytree(BOARDS / "rpi_pico", tmp_path / "rpi_pico"))


def change(board: Path, old: str, new: str, *, generate: bool) -> None:
    """Change `board.toml`; with `generate` its `board_data.py` too."""
    path = board / "board.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    if generate:
        made = board_data_text(data.load(path))
        (board / "board_data.py").write_text(made, encoding="utf-8")


@pytest.mark.parametrize("board", ["rpi_pico", "esp32_s3", "rig_pico"])
def test_those_of_this_tree_go_together(board: str) -> None:
    """C5: pump and rig board alike."""
    described.check(BOARDS / board)


def test_facts_of_an_older_description_are_refused(pico: Path) -> None:
    """C5: `board.toml` was edited, what is compiled was not made anew."""
    change(pico, "step = 2", "step = 12", generate=False)
    with pytest.raises(described.OutOfDateError, match=r"board_data\.py is not made from this"):
        deployment.board_files(tree_root() / "firmware", pico)


@pytest.mark.parametrize(("signal", "pin"), [("enable", 4), ("jumper", 8)])
def test_boot_has_to_know_the_pin(pico: Path, signal: str, pin: int) -> None:
    """C1: boot.py would cut another line than the driver's, or look at no jumper."""
    change(pico, f"{signal} = {pin}", f"{signal} = 14", generate=True)
    with pytest.raises(described.OutOfDateError, match=r"boot\.py has GPIO \[4, 8\]"):
        deployment.board_files(tree_root() / "firmware", pico)


def test_facts_of_another_rig_board_are_refused(tmp_path: Path) -> None:
    """C5: a rig that counts at another pin than its host believes proves nothing."""
    rig = Path(shutil.copytree(BOARDS / "rig_pico", tmp_path / "rig_pico"))
    text = (rig / "board_data.py").read_text(encoding="utf-8")
    (rig / "board_data.py").write_text(text.replace("PIN_STEP = ", "PIN_STEP = 1"), "utf-8")
    with pytest.raises(described.OutOfDateError):
        described.check(rig)
