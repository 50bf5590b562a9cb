"""Boards that cannot be flashed as they are, on the chip's own image: looked at and recovered."""

from __future__ import annotations

import pytest

from benchpump import tree_root
from benchpump.bench.exchange import SWITCH_JUMPER
from benchpump.bench.flash import SECTOR_BYTES
from benchpump.bench.pico import filesystem, image
from benchpump.bench.pico.board import PicoBoard
from benchpump.bench.pico.serial_bridge import serving
from benchpump.flashing.doctor import examine
from benchpump.flashing.port import BoardPort
from benchpump.flashing.problems import NoPrompt
from benchpump.flashing.recover import recover
from benchpump.flashing.who import Prompt

from .conftest import BoardMaker, heard

BOOT = (tree_root() / "boards/rpi_pico/root/boot.py").read_bytes()
MEMORY = {"sectors/000": b"\x5a" * SECTOR_BYTES, "sectors/complete": b""}
FILES = {"boot.py": BOOT, "firmware.pack": b"anything"} | MEMORY
DEAF = "import micropython\nmicropython.kbd_intr(-1)\n"
RAISES = DEAF + "raise ValueError('bad')\n"
SLEEPS = "while True:\n    time.sleep(1)\n"
# As a main.py of ours that found its pack damaged, and one that was left while it ran.
MOUNTS = """
import vfs
class Pack:
    def mount(self, readonly, mkfs): pass
vfs.mount(Pack(), "/firmware")
fault = "the pack is damaged"
raise RuntimeError(fault)
"""
HANGS = DEAF + SLEEPS
BITES = DEAF + "import machine\nmachine.WDT(timeout=800)\n" + SLEEPS


def files_of(board: PicoBoard) -> dict[str, bytes]:
    """What the board's memory holds."""
    return filesystem.read(board.flash.image()[image.FILESYSTEM_AT :])


def power_cycled_with_jumper(board: PicoBoard) -> None:
    """What a person does who is told to."""
    board.set_switch(SWITCH_JUMPER, True)
    board.stop_chip()
    board.boot()


@pytest.mark.requirement("REQ-FLASH-2", "REQ-FLASH-4")
@pytest.mark.parametrize("main", [RAISES, SLEEPS, MOUNTS], ids=["raises", "sleeps", "mounts"])
def test_what_can_be_interrupted_needs_no_jumper(make_board: BoardMaker, main: str) -> None:
    """An error at the start, and a program that 0x03 ends: main.py goes, nothing else does."""
    board = make_board(main, FILES)
    board.run_until(board.now_us + 500_000)
    said: list[str] = []
    with serving(board) as port:
        at = BoardPort(port.url, port.clock)
        assert recover(at, 30, said.append)
        assert isinstance(at.ask(2), Prompt)
        assert not recover(at, 30, said.append)
    assert said == []
    assert files_of(board) == FILES


@pytest.mark.requirement("REQ-FLASH-2", "REQ-FLASH-4")
@pytest.mark.parametrize("main", [HANGS, BITES], ids=["hangs", "bites"])
def test_what_cannot_be_interrupted_takes_the_jumper(make_board: BoardMaker, main: str) -> None:
    """Deaf, and the same with a watchdog that starts it again and again. With the jumper at a
    start boot.py keeps main.py from being run, whatever it is."""
    board = make_board(main, FILES)
    board.run_until(board.now_us + 500_000)
    said: list[str] = []
    with serving(board) as port:
        at = BoardPort(port.url, port.clock)
        board.call_at(board.now_us + 40_000_000, lambda: power_cycled_with_jumper(board))
        assert recover(at, 90, said.append)
        assert len(said) == 1
        assert "fit the service jumper" in said[0]
        board.set_switch(SWITCH_JUMPER, False)
        board.run_until(board.now_us + 3_000_000)
        assert isinstance(at.ask(2), Prompt)
    assert files_of(board) == FILES
    assert board.drive.forward_steps == 0


@pytest.mark.requirement("REQ-FLASH-4")
def test_nobody_fits_the_jumper(make_board: BoardMaker) -> None:
    """Given up after the time that was given; main.py is where it was, and what to do is said."""
    board = make_board(HANGS, FILES)
    with serving(board) as port, pytest.raises(NoPrompt) as caught:
        recover(BoardPort(port.url, port.clock), 20, lambda _: None)
    assert "service jumper" in caught.value.todo
    assert "main.py" in files_of(board)


WANTED = {"boot.py": BOOT, "main.py": b"other", "firmware.pack": b"anything"}


@pytest.mark.requirement("REQ-FLASH-4")
@pytest.mark.parametrize(
    ("main", "files", "text"),
    [
        ("", {}, "other files than this version's"),
        (RAISES, FILES, "other files than this version's"),
        (MOUNTS, FILES, "other files than this version's"),
        (HANGS, FILES, "no answer"),
        ("while True:\n    print('21 C')\n    time.sleep(1)\n", {}, "21 C"),
    ],
    ids=["micropython", "raises", "mounts", "hangs", "something else"],
)
def test_the_doctor_looks_and_leaves_it_as_it_is(
    make_board: BoardMaker, main: str, files: dict[str, bytes], text: str
) -> None:
    """Each is told with something to do; not a page of memory is written, and it is left at its
    friendly prompt, or running."""
    board = make_board(main, files)
    board.run_until(board.now_us + 500_000)
    before = board.flash.image()
    with serving(board) as port:
        findings = examine(BoardPort(port.url, port.clock), WANTED)
        assert text in findings[-1].text
        assert findings[-1].todo
        told = [finding.text for finding in findings if "main.py said" in finding.text]
        assert told == (["main.py said: the pack is damaged"] if main == MOUNTS else [])
    assert board.flash.image() == before
    if "while" not in main:
        board.receive()
        board.send(b"\r")
        assert b">>> " in heard(board, b">>> ")
    elif "print" in main:
        assert b"21 C" in heard(board, b"21 C")
