"""Boards as the commands flash, doctor and recover have them: their files, their port."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager

from benchpump import tree_root
from benchpump.board import manifest
from benchpump.board.data import BoardDataError
from benchpump.board.deployment import CompileError, board_files, packed_files
from benchpump.board.described import OutOfDateError
from benchpump.cli.errors import explained
from benchpump.cli.exits import Ended, Faulty, Lost, Refused, Unusable
from benchpump.flashing.port import BoardPort
from benchpump.flashing.problems import BoardProblem, InUse, NotAsWritten, WrongBoard

BOARD = "rpi_pico"


def board_at(url: str) -> BoardPort:
    """The board on that port."""
    return BoardPort(url)


def names() -> list[str]:
    """Boards that files can be put on: those that have files of their own for the root."""
    folders = (path.parent for path in (tree_root() / "boards").glob("*/root"))
    return sorted(folder.name for folder in folders if (folder / "board.toml").is_file())


def files_for(board: str) -> dict[str, bytes]:
    """Compile the firmware for that board. Raises Unusable."""
    if board not in names():
        raise Unusable(f"{board} is no board to flash", f"one of: {', '.join(names())}")
    root = tree_root()
    try:
        return board_files(root / "firmware", root / "boards" / board)
    except CompileError as error:
        raise Unusable(f"the firmware does not compile: {error}", "mend it") from error
    except (BoardDataError, OutOfDateError) as error:
        raise Unusable(f"the board's files do not go together: {error}", "mend them") from error


def hash_of(files: Mapping[str, bytes]) -> str:
    """Twelve digits that tell one deployment from another."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{len(files[path])}\0".encode() + files[path])
    return digest.hexdigest()[:12]


def crc_for(board: str) -> str:
    """What a board with those files gives as its firmware's `crc` in `SELFtest?`."""
    root = tree_root()
    text = packed_files(root / "firmware", root / "boards" / board)[manifest.NAME]
    return text.splitlines()[-1].split()[0].decode("ascii")


@contextmanager
def on_board() -> Generator[None]:
    """What goes wrong with a board as the endings of a command."""
    with explained():
        try:
            yield
        except BoardProblem as problem:
            raise _ending(problem) from problem


def _ending(problem: BoardProblem) -> Ended:
    if isinstance(problem, InUse):
        return Refused(str(problem), problem.todo)
    if isinstance(problem, WrongBoard | NotAsWritten):
        return Faulty(str(problem), problem.todo)
    return Lost(str(problem), problem.todo)
