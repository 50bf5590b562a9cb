"""Power lost while the board makes its sectors at its first start (C3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchpump import tree_root
from benchpump.bench.flash import CutMode, PowerCut
from benchpump.bench.pico.board import PicoBoard
from benchpump.bench.pico.forks import forked

from .conftest import BoardMaker, heard

BOARDS = tree_root() / "boards"
STARTS = """
from rp2 import Flash
from sector_files import SectorFiles
store = SectorFiles(Flash())
page, blank, other = bytearray(256), b"\\xff" * 256, 0
for at in range(0, store.sectors * store.sector_bytes, 256):
    other += not store.read(at, page) or page != blank
print("made", store._usable, len(set(store._blocks)), other, "end")
"""
MODULES = {
    path.name: path.read_bytes()
    for path in (BOARDS / "common/sector_files.py", BOARDS / "rpi_pico/board_data.py")
}
WHOLE = b"made True 32 0 end"
EVERY = 61  # operations; a number that meets each place in a sector's making
MODES: tuple[CutMode, ...] = ("torn", "torn", "after", "torn", "before")


def _cut(board: PicoBoard, mode: CutMode, operate: Callable[[], int]) -> bytes:
    """In a copy: what the next start says."""
    flash = board.flash
    del flash.program, flash.erase
    flash.cut(mode, 1)
    with pytest.raises(PowerCut):
        operate()
    board.stop_chip()
    board.boot()
    return heard(board, b" end", 20_000)


@pytest.mark.requirement("REQ-CUT-1")
def test_a_first_start_that_is_cut(make_board: BoardMaker) -> None:
    """At operations spread over the making of the files, the erases and programs of littlefs's own
    tables among them: the next start finds or makes all 32, apart and blank."""
    board = make_board(STARTS, MODULES)
    flash = board.flash
    program, erase = flash.program, flash.erase
    said: list[tuple[int, str, str, bytes]] = []

    def at(name: str, operate: Callable[[], int]) -> int:
        number = flash.operations
        if number % EVERY == 0:
            mode = MODES[number // EVERY % len(MODES)]
            said.append((number, name, mode, forked(lambda: _cut(board, mode, operate))))
        return operate()

    flash.program = lambda address, page: at("program", lambda: program(address, page))
    flash.erase = lambda sector: at("erase", lambda: erase(sector))
    assert WHOLE in heard(board, b" end", 20_000)
    print(flash.operations, *said, sep="\n")
    assert [one for one in said if WHOLE not in one[3]] == []
    assert {name for _, name, _, _ in said} == {"program", "erase"}
    assert len(said) >= 8
