"""Motion that somebody stands beside: it ends with the program that began it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress

from benchpump.link.client import Pump
from benchpump.link.tables import PumpError


@contextmanager
def attended(pump: Pump) -> Generator[None]:
    """Stop the pump where the block ends by an exception, as Ctrl-C and a timeout are.

    Put around start and wait, else the pump goes on until it misses its host.
    """
    try:
        yield
    except BaseException:
        with suppress(PumpError):  # lost: then it stops by itself
            pump.stop()
        raise
