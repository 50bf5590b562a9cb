"""Boards in the RP2040 emulator with a main.py of a test's own; skipped without an image."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchpump import tree_root
from benchpump.bench.flash import SECTOR_BYTES, Flash
from benchpump.bench.pico import filesystem, image
from benchpump.bench.pico.board import PicoBoard
from benchpump.bench.pico.light import LIGHTS, MOTION
from benchpump.bench.plant import Plant
from benchpump.bench.truth import Truth
from benchpump.board import data

BoardMaker = Callable[..., PicoBoard]
AFTER_ENUMERATION = "import time\ntime.sleep_ms(100)\n"
"""What is printed before the host has found the port is lost."""
PINS = data.load(tree_root() / "boards" / "rpi_pico" / "board.toml").pins


@pytest.fixture
def make_board(uf2: Path) -> Iterator[BoardMaker]:
    """Makes a powered board whose `/main.py` is that text.

    Its truth knows no allotment: what it finds is for the test to look at.
    """
    boards: list[PicoBoard] = []

    def make(main: str, files: dict[str, bytes] | None = None) -> PicoBoard:
        content = image.flash_of(uf2)
        content[image.FILESYSTEM_AT :] = filesystem.build(
            {**(files or {}), "main.py": (AFTER_ENUMERATION + main).encode()}
        )
        flash = Flash(len(content) // SECTOR_BYTES)
        flash.load(bytes(content))
        board = PicoBoard(PINS, Plant(), flash, Truth(LIGHTS, motion=MOTION))
        boards.append(board)
        board.boot()
        return board

    yield make
    for board in boards:
        if board.powered:
            board.stop_chip()


def heard(board: PicoBoard, last: bytes, within_ms: int = 3000) -> bytes:
    """What the board prints until `last` is in it; fails if that does not come."""
    said = b""
    until_us = board.now_us + within_ms * 1000
    while last not in said:
        board.run_until(until_us, stop_at_bytes=True)
        said += board.receive()
        assert board.now_us < until_us, f"only heard {said!r}"
    return said
