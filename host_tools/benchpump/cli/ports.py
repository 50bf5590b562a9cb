"""Which port the pump is on: the option, BENCHPUMP_PORT, or the one board that is plugged in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from benchpump.cli.exits import Unusable
from benchpump.link.discovery import candidates

_Command = TypeVar("_Command", bound=Callable[..., object])


def port_option(command: _Command) -> _Command:
    """The option --port of every command that talks to a pump."""
    return click.option(
        "--port", envvar="BENCHPUMP_PORT", metavar="URL",
        help="Port of the pump: /dev/tty…, COM3, socket://host:port or rfc2217://host:port."
        " Default: BENCHPUMP_PORT, else the one board that is plugged in.",
    )(command)  # fmt: skip


def choose_port(port: str | None) -> str:
    """Return the port to use.

    Raises Unusable where none or several boards are plugged in and none was named.
    """
    if port:
        return port
    boards = [url for url, _ in candidates()]
    if len(boards) == 1:
        return boards[0]
    if boards:
        happened = f"several boards are plugged in: {', '.join(boards)}"
        raise Unusable(happened, "name one with --port or in BENCHPUMP_PORT")
    raise Unusable(
        "no pump was named and no board is plugged in",
        "plug one in, or name its port with --port or in BENCHPUMP_PORT; benchpump doctor looks"
        " for boards; a pump without hardware: benchpump emulator",
    )
