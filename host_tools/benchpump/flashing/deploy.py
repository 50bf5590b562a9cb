"""A plan carried out: whatever cuts it short, the board starts no pump until it is repeated.

First `main.py` goes; without it MicroPython ends at its prompt, the driver cut by `boot.py`. Each
file is written under another name, read back by the board, and renamed, which littlefs does whole
or not at all. When every file is as it should be, `main.py` comes back the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchpump.flashing.files import BoardFiles, Guarded, sha256
from benchpump.flashing.plan import MAIN, NEW, Plan, plan
from benchpump.flashing.problems import AGAIN, NotAsWritten

Say = Callable[[str], None]


def deploy(wanted: Mapping[str, bytes], files: BoardFiles, say: Say) -> Plan:
    """Make the board hold those files; the plan that was carried out.

    Raises NotAsWritten, what `BoardFiles` raises, ValueError as `plan`.
    """
    board = Guarded(files)
    todo = plan(wanted, board.listing())
    for path in todo.removals:
        board.remove(path)
        say(f"removed  {path}")
    for path in todo.folders:
        board.remove_folder(path)
    for path in todo.copies:
        if path == MAIN:
            _all_there(wanted, board)
        _copy(path, wanted[path], board)
        say(f"copied   {path} ({len(wanted[path])} bytes)")
    return todo


def _copy(path: str, content: bytes, board: Guarded) -> None:
    board.write(path + NEW, content)
    if board.digest(path + NEW) != sha256(content):
        raise NotAsWritten(f"{path} reads back other than it was written", AGAIN)
    board.rename(path + NEW, path)


def _all_there(wanted: Mapping[str, bytes], board: Guarded) -> None:
    left = plan(wanted, board.listing())
    if left.copies != (MAIN,) or left.removals or left.folders:
        odd = ", ".join((*left.copies[:-1], *left.removals, *left.folders)[:5])
        raise NotAsWritten(f"not as it should be after all was copied: {odd}", AGAIN)
