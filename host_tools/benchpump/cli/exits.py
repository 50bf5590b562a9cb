"""How a command ends: exit codes for scripts, and messages that say what to do."""

from __future__ import annotations

import sys
from enum import IntEnum
from typing import NoReturn

import click


class ExitCode(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    USAGE = 2
    ALARM = 3
    REFUSED = 4
    LOST = 5
    FAULTY = 6


EXIT_CODES = """\
\b
Exit codes:
  0  done
  2  wrong usage, or a recipe or file that cannot be used
  3  an alarm stopped the pump
  4  the pump, or a person, refused or stopped it
  5  the pump was lost or could not be reached
  6  something is wrong with a board (flash, doctor)"""


class Ended(click.ClickException):
    """Ends a command with one message: what happened, then what to do; its subclasses say how."""

    def __init__(self, happened: str, todo: str = "") -> None:
        super().__init__(happened)
        self.todo = todo

    def show(self, file: object = None) -> None:
        """Print the message on the error stream."""
        click.echo(f"benchpump: {self.message}", err=True)
        if self.todo:
            click.echo(f"  What to do: {self.todo}", err=True)


class Unusable(Ended):
    """Wrong usage, or a file that cannot be used."""

    exit_code = int(ExitCode.USAGE)


class Alarmed(Ended):
    """An alarm stopped the pump."""

    exit_code = int(ExitCode.ALARM)


class Refused(Ended):
    """The pump, or the person asked, refused."""

    exit_code = int(ExitCode.REFUSED)


class Lost(Ended):
    """The pump was lost or could not be reached."""

    exit_code = int(ExitCode.LOST)


class Faulty(Ended):
    """Something is wrong with a board."""

    exit_code = int(ExitCode.FAULTY)


def finish(code: ExitCode) -> NoReturn:
    """Leave with an exit code whose message was printed already."""
    sys.exit(int(code))
