"""When a board erased memory, by the record of its exchanges with the bench."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchpump.bench.lockstep_data import EXCHANGE_ERASE, EXCHANGE_IDLE
from benchpump.bench.trace import read, records
from benchpump.link.messages import Light

_MOVING = {Light.STEADY_GREEN, Light.BLINK_YELLOW, Light.BLINK_BLUE}


@dataclass(frozen=True)
class Erased:
    """One turn of the superloop that erased something."""

    sectors: tuple[int, ...]
    moving: bool
    """A lease was running, or the light allowed motion, at one of them."""


def turns_with_erases(trace: Path) -> list[Erased]:
    """Those of a closed rig's trace file, in order. Raises what `trace.read` raises."""
    found: list[Erased] = []
    sectors: list[int] = []
    moving = False
    busy_ms = 0
    for direction, fields, _ in records(read(trace)):
        if direction == "in":
            busy_ms = fields["busy_ms"]
        elif fields["exchange"] == EXCHANGE_ERASE:
            sectors.append(fields["argument"])
            moving = moving or busy_ms > 0 or Light(fields["light"]) in _MOVING
        elif fields["exchange"] == EXCHANGE_IDLE and sectors:
            found.append(Erased(tuple(sectors), moving))
            sectors, moving = [], False
    return found
