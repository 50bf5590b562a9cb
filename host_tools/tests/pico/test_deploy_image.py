"""A deployment onto the chip's own image through mpremote, cut short everywhere.

The two deployments here are small, and their main.py steps as soon as it is started: what is
copied is no matter, only whether a mixture of the two ever runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from benchpump import tree_root
from benchpump.bench.flash import SECTOR_BYTES, Flash
from benchpump.bench.pico import filesystem, image
from benchpump.bench.pico.board import PicoBoard
from benchpump.bench.pico.light import LIGHTS, MOTION
from benchpump.bench.pico.serial_bridge import Port, serving
from benchpump.bench.plant import Plant
from benchpump.bench.truth import Truth
from benchpump.flashing.deploy import deploy
from benchpump.flashing.files import Listing
from benchpump.flashing.plan import Plan
from benchpump.flashing.port import BoardPort
from benchpump.flashing.problems import BoardProblem
from benchpump.flashing.prompt import BoardAtPrompt

from .conftest import PINS

pytestmark = pytest.mark.requirement("REQ-FLASH-1", "REQ-FLASH-2")

BOOT = (tree_root() / "boards/rpi_pico/root/boot.py").read_bytes()
MAIN = f"""
import machine, sys, time
time.sleep_ms(100)  # until the host has found the port
sys.path[:] = ["/firmware"]
import one, two
pin = machine.Pin({PINS["step"]}, machine.Pin.OUT, value=0)
for _ in range(10):
    pin(1)
    pin(0)
print("runs", one.VERSION, two.VERSION, MAIN)
"""
# Longer than a chunk of the copy, and a block of the file system; and shorter than either.
PADDING = {"one": 6000, "two": 20}
SECTORS = {f"sectors/{number:03d}": bytes([number]) * SECTOR_BYTES for number in range(4)} | {
    "sectors/complete": b""
}
START_US = 700_000


def deployment(version: int) -> dict[str, bytes]:
    """All files of a version, its number in each of them but boot.py."""
    files = {"boot.py": BOOT, "main.py": MAIN.replace("MAIN", str(version)).encode()}
    for name, padding in PADDING.items():
        text = f"# {'.' * padding}\nVERSION = {version}\n"
        files[f"firmware/{name}.py"] = text.encode()
    return files | {f"firmware/only{version}.py": b"pass\n"}


OLD, NEW = deployment(1), deployment(2)


@pytest.fixture
def old_board(uf2: Path) -> Iterator[Callable[[], PicoBoard]]:
    """Makes powered boards with the old deployment and a memory, which has run once."""
    content = image.flash_of(uf2)
    content[image.FILESYSTEM_AT :] = filesystem.build(OLD | SECTORS)
    boards: list[PicoBoard] = []

    def make() -> PicoBoard:
        flash = Flash(len(content) // SECTOR_BYTES, seed=len(boards))
        flash.load(bytes(content))
        board = PicoBoard(PINS, Plant(), flash, Truth(LIGHTS, motion=MOTION))
        boards.append(board)
        board.boot()
        assert ran(board) == [1, 1, 1]
        return board

    yield make
    for board in boards:
        if board.powered:
            board.stop_chip()


def ran(board: PicoBoard) -> list[int]:
    """Versions of the files that this start ran, empty: none, and not a step was made."""
    before = board.drive.forward_steps
    board.receive()
    board.run_until(board.now_us + START_US)
    said = board.receive()
    steps = board.drive.forward_steps - before
    if b"runs " not in said:
        assert steps == 0
        return []
    assert steps == 10
    return [int(word) for word in said.partition(b"runs ")[2].split()[:3]]


def restarted(board: PicoBoard) -> list[int]:
    """Take the power away, give it back: what runs now."""
    if board.powered:
        board.stop_chip()
    board.boot()
    return ran(board)


def deployed(port: Port) -> Plan:
    """The new deployment, by the code of `benchpump flash`."""
    with BoardPort(port.url, port.clock).prompt() as prompt:
        return deploy(NEW, prompt, lambda _: None)


def check_memory(board: PicoBoard) -> dict[str, bytes]:
    """The board's files; its memory is as it was."""
    files = filesystem.read(board.flash.image()[image.FILESYSTEM_AT :])
    assert {path: files[path] for path in SECTORS} == SECTORS
    return {path: files[path] for path in files if path not in SECTORS}


def test_whole_then_nothing_to_copy_then_only_what_changed(
    old_board: Callable[[], PicoBoard], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through mpremote's handshake and prompt; what is there afterwards is what the host reads in
    the memory itself, and what runs."""
    board = old_board()
    with serving(board) as port:
        done = deployed(port)
        assert done.removals == ("main.py", "firmware/only1.py")
        assert done.copies == (
            "firmware/one.py",
            "firmware/only2.py",
            "firmware/two.py",
            "main.py",
        )
        assert check_memory(board) == NEW
        assert deployed(port).nothing
        monkeypatch.setitem(NEW, "firmware/two.py", b"VERSION = 3\n")
        assert deployed(port).copies == ("firmware/two.py", "main.py")
        assert check_memory(board) == NEW
    assert restarted(board) == [2, 3, 2]


class Noting:
    """Board files that note the whole memory after each change."""

    def __init__(self, files: BoardAtPrompt, board: PicoBoard) -> None:
        self._files, self._board = files, board
        self.after: list[tuple[str, bytes]] = []

    def _note(self, what: str) -> None:
        self.after.append((what, self._board.flash.image()))

    def listing(self) -> Listing:
        return self._files.listing()

    def digest(self, path: str) -> bytes:
        return self._files.digest(path)

    def write(self, path: str, content: bytes) -> None:
        self._files.write(path, content)
        self._note(f"write {path}")

    def rename(self, path: str, to: str) -> None:
        self._files.rename(path, to)
        self._note(f"rename {path}")

    def remove(self, path: str) -> None:
        self._files.remove(path)
        self._note(f"remove {path}")

    def remove_folder(self, path: str) -> None:
        self._files.remove_folder(path)
        self._note(f"remove_folder {path}")


def test_power_cut_at_every_file(old_board: Callable[[], PicoBoard]) -> None:
    """After each file that was removed, written or renamed: the board starts nothing and makes no
    step until the last of them, and a repeated deployment completes."""
    board = old_board()
    with serving(board) as port, BoardPort(port.url, port.clock).prompt() as prompt:
        noting = Noting(prompt, board)
        deploy(NEW, noting, lambda _: None)
    for at, (what, memory) in enumerate(noting.after):
        last = at == len(noting.after) - 1
        board.stop_chip()
        board.flash.load(memory)
        assert restarted(board) == ([2, 2, 2] if last else []), what
        with serving(board) as port:
            assert deployed(port).nothing == last, what
        assert check_memory(board) == NEW
        assert restarted(board) == [2, 2, 2], what
    assert len(noting.after) == 2 + 2 * 4


CUTS = 12


def test_power_cut_inside_flash_operations(old_board: Callable[[], PicoBoard]) -> None:
    """Before, in the middle of or after a program or an erase of the chip's memory, at operations
    spread over all of them: old or new runs whole, or nothing does; a repeat completes."""
    board = old_board()
    began = board.flash.operations
    with serving(board) as port:
        deployed(port)
    count = board.flash.operations - began
    board.stop_chip()
    random = Random(4)
    outcomes: set[tuple[int, ...]] = set()
    for nth in sorted(random.sample(range(1, count + 1), CUTS)):
        board = old_board()
        board.flash.cut(random.choice(("before", "torn", "after")), nth)
        with serving(board) as port, pytest.raises(BoardProblem):
            deployed(port)
        assert not board.powered
        versions = restarted(board)
        assert versions in ([], [1, 1, 1], [2, 2, 2]), f"cut at operation {nth} of {count}"
        outcomes.add(tuple(versions))
        with serving(board) as port:
            deployed(port)
        assert check_memory(board) == NEW
        assert restarted(board) == [2, 2, 2]
        board.stop_chip()
    assert () in outcomes


def test_pulled_cable(old_board: Callable[[], PicoBoard]) -> None:
    """The board keeps its power and stands where it was, in the middle of a command: back on the
    cable it runs nothing, and a repeat completes."""
    board = old_board()
    began_us = board.now_us
    with serving(board) as port:
        deployed(port)
    duration_us = board.now_us - began_us
    board.stop_chip()
    for after_us in Random(7).sample(range(100_000, duration_us - 100_000), 6):
        board = old_board()
        steps = board.drive.forward_steps
        with serving(board) as port:
            board.call_at(board.now_us + after_us, port.pull)
            with pytest.raises(BoardProblem):
                deployed(port)
            port.plug()
            board.run_until(board.now_us + 500_000)
            deployed(port)
            assert board.drive.forward_steps == steps
        assert check_memory(board) == NEW
        assert restarted(board) == [2, 2, 2]
        board.stop_chip()
