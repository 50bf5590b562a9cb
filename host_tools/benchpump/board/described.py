"""Whether a board's files are those of its `board.toml`; asked before anything is deployed.

A pin that was changed in the one and not in the others would leave the driver on at boot, or have
the firmware drive what is no longer there.
"""

from __future__ import annotations

import re
from pathlib import Path

from benchpump.board import data, rig
from benchpump.board.generate import board_data_text

_LOOKED_AT = ("enable", "jumper")  # by boot.py, in this order, as bare numbers
_PIN = re.compile(r"^[^#\n]*?machine\.Pin\((\d+)", re.MULTILINE)


class OutOfDateError(ValueError):
    """A file that says other than `board.toml`; the message names it and what to do."""


def check(board: Path) -> None:
    """`board` is a folder of `boards/`. Raises OutOfDateError, data.BoardDataError, OSError."""
    described = board / "board.toml"
    if board.name == rig.NAME:  # drives no pump: a boot.py of its own is not needed
        _same(board, rig.board_data_text(rig.load(described)))
        return
    facts = data.load(described)
    _same(board, board_data_text(facts))
    boot = board / "root" / "boot.py"
    named = [int(pin) for pin in _PIN.findall(boot.read_text(encoding="utf-8"))]
    pins = [facts.pins[name] for name in _LOOKED_AT]
    if named != pins:
        raise OutOfDateError(
            f"{boot} has GPIO {named}, board.toml {pins} ({', '.join(_LOOKED_AT)}): change boot.py"
        )


def _same(board: Path, text: str) -> None:
    made = board / "board_data.py"
    if made.read_text(encoding="utf-8") != text:
        raise OutOfDateError(f"{made} is not made from this board.toml: make generate")
