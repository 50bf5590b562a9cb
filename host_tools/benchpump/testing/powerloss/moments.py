"""When a cut came, what stood at the step pin then, and what the host had been told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from benchpump.bench.flash import Flash


@dataclass(frozen=True, slots=True)
class Known:
    """What the host knew: `confirmed` and `proposed` are identities of allotments, 0 for none.

    `resting` while the pump stands and has had time to write the exact figure; `provisioned` once
    provisioning was answered for.
    """

    provisioned: bool
    resting: bool
    confirmed: int
    proposed: int


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant of the reference run; `forward_steps` at the pin."""

    at_us: int
    forward_steps: int
    known: Known


@dataclass(frozen=True, slots=True)
class Operation:
    """One storage operation as the firmware asked for it, from its start to its end."""

    kind: Literal["program", "erase"]
    place: int  # byte address of a page, or number of a sector
    page: bytes
    start: Moment
    end: Moment

    def apply(self, flash: Flash) -> None:
        """Do it again on another memory. Raises flash.PowerCut if a cut is due there."""
        if self.kind == "program":
            flash.program(self.place, self.page)
        else:
            flash.erase(self.place)


class NotedFlash(Flash):
    """A memory that notes every program and erase; `moment` says how it is now and soon after."""

    def __init__(self, like: Flash, moment: Callable[[int], Moment]) -> None:
        super().__init__(like.sectors, timing=like.timing)
        self.load(like.image())
        self.noted: list[Operation] = []
        self._moment = moment

    def program(self, address: int, page: bytes) -> int:
        """As `Flash`."""
        duration_us = super().program(address, page)
        self._note("program", address, bytes(page), duration_us)
        return duration_us

    def erase(self, sector: int) -> int:
        """As `Flash`."""
        duration_us = super().erase(sector)
        self._note("erase", sector, b"", duration_us)
        return duration_us

    def _note(
        self, kind: Literal["program", "erase"], place: int, page: bytes, duration_us: int
    ) -> None:
        start, end = self._moment(0), self._moment(duration_us)
        self.noted.append(Operation(kind, place, page, start, end))

    def copy(self) -> Flash:
        """An independent memory in the same state that notes nothing."""
        twin = Flash(self.sectors, timing=self.timing)
        twin.load(self.image())
        return twin
