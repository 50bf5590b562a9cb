"""Opening the pump that a command talks to, through the hub that commands share it by."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from benchpump import hub
from benchpump.cli.errors import explained
from benchpump.cli.ports import choose_port
from benchpump.link.client import Pump


@contextmanager
def connected(port: str | None) -> Generator[Pump]:
    """The pump on `port`; what goes wrong with it ends the command with its exit code."""
    with explained():
        transport = hub.connect(choose_port(port))
        with Pump(transport) as pump:
            yield pump
