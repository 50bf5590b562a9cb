"""The emulated board with less memory: what a boot reads is what a campaign takes its time for.

How many sectors ledger and journal have is a fact of a board; firmware and formats are the same.
With few of them the ledger's ring goes round within the reference run, and a boot reads a third.
"""

from __future__ import annotations

import re
from pathlib import Path

from benchpump import tree_root
from benchpump.bench.emulated import BOARDS
from benchpump.board import data
from benchpump.board.generate import board_data_text

LEDGER_SECTORS = 8  # as few as can take the records of the run: ARM computes them (C3)
JOURNAL_SECTORS = 5


def small_store(pump: str, directory: Path) -> Path:
    """Write the facts of such a board into an empty directory and return it."""
    text = (tree_root() / "boards" / BOARDS[pump] / "board.toml").read_text(encoding="utf-8")
    journal_first = 2 + LEDGER_SECTORS
    for key, number in {
        "sectors": journal_first + JOURNAL_SECTORS,
        "ledger_sectors": LEDGER_SECTORS,
        "journal_first_sector": journal_first,
        "journal_sectors": JOURNAL_SECTORS,
    }.items():
        text = re.sub(rf"^{key} = \d+", f"{key} = {number}", text, flags=re.MULTILINE)
    path = directory / "board.toml"
    path.write_text(text, encoding="utf-8")
    board = data.load(path)
    (directory / "board_data.py").write_text(board_data_text(board), encoding="utf-8")
    return directory
