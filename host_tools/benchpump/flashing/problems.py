"""What ends a deployment: what happened, and what to do about it."""

from __future__ import annotations


class BoardProblem(Exception):
    """The message says what happened, `todo` what to do."""

    def __init__(self, happened: str, todo: str) -> None:
        super().__init__(happened)
        self.todo = todo


class InUse(BoardProblem):
    """The board is at work, and nothing was done that could stop it."""


class BoardGone(BoardProblem):
    """The board left the cable, or stopped answering, in the middle."""


class WrongBoard(BoardProblem):
    """What is there is not what the files are for."""


class NoPrompt(BoardProblem):
    """The board does not come to MicroPython's prompt."""


class NotAsWritten(BoardProblem):
    """A file on the board is not what was written; `main.py` is not put back."""


AGAIN = "run the same command again; until then the board starts without pumping"
RECOVER = "benchpump recover"
