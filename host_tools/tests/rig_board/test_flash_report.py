"""After `benchpump flash --board rig_pico`: what the command says, by the board's own word."""

from __future__ import annotations

from typing import Any

import pytest

from benchpump.cli.boards import files_for
from benchpump.cli.exits import Lost
from benchpump.cli.flashed import report_rig_board
from benchpump.link.errors import PortMissingError

pytestmark = pytest.mark.requirement("REQ-RIG-2")


class Port:
    """The board's port, which is not there at first."""

    def __init__(self, board: Any) -> None:
        self.clock = board
        self._board = board
        self._missing = 3

    def link(self) -> Any:
        """Raises PortMissingError three times."""
        self._missing -= 1
        if self._missing >= 0:
            raise PortMissingError("none")
        return self._board


def test_a_board_that_comes_back(board: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The port is gone for a while, as after each reset; then the board names itself."""
    port: Any = Port(board)
    report_rig_board(port)
    assert "rig_pico 1" in capsys.readouterr().out


def test_a_board_that_does_not(board: Any) -> None:
    """Said as what it is, with what to do."""
    board.alive = False
    port: Any = Port(board)
    with pytest.raises(Lost):
        report_rig_board(port)


def test_its_files_are_its_own() -> None:
    """Nothing of the firmware is put on a rig board, and everything of its own is."""
    files = files_for("rig_pico")
    assert {"main.py", "firmware/rig.mpy", "firmware/exchange.mpy"} <= files.keys()
    assert not any("pump" in name or name == "firmware.pack" for name in files)
