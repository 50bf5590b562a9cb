"""Storage operations, and memories that note them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from benchpump.bench.flash import PAGE_BYTES, SECTOR_BYTES, Flash
from benchpump.bench.store_map import Room, StoreMap
from benchpump.testing.powerloss.moments import Moment


@dataclass(frozen=True, slots=True)
class Change:
    """One program or erase: `place` is the byte address of a page, or the number of a sector."""

    kind: Literal["program", "erase"]
    place: int
    page: bytes = b""

    def apply(self, flash: Flash) -> None:
        """Do it on a memory. Raises flash.PowerCut if a cut is due there."""
        if self.kind == "program":
            flash.program(self.place, self.page)
        else:
            flash.erase(self.place)

    def pages(self) -> range:
        """Addresses of the pages that it may change."""
        if self.kind == "program":
            return range(self.place, self.place + PAGE_BYTES, PAGE_BYTES)
        start = self.place * SECTOR_BYTES
        return range(start, start + SECTOR_BYTES, PAGE_BYTES)

    def room(self, places: StoreMap) -> Room:
        """Whose memory it changes."""
        return places.room(self.pages().start // SECTOR_BYTES)


@dataclass(frozen=True, slots=True)
class Operation:
    """A change in the reference run, from its start to its end."""

    change: Change
    start: Moment
    end: Moment


class WatchedFlash(Flash):
    """A memory that notes what is asked of it: `touched` holds addresses of pages in the order of
    all operations (one tuple each, reads too), `changes` the programs and erases."""

    def __init__(self, like: Flash) -> None:
        super().__init__(like.sectors, timing=like.timing)
        self.become(like)
        self.touched: list[range] = []
        self.changes: list[Change] = []

    def read(self, address: int) -> bytes:
        """As `Flash`."""
        self.touched.append(range(address, address + PAGE_BYTES, PAGE_BYTES))
        return super().read(address)

    def program(self, address: int, page: bytes) -> int:
        """As `Flash`."""
        duration_us = super().program(address, page)
        self._note(Change("program", address, bytes(page)), duration_us)
        return duration_us

    def erase(self, sector: int) -> int:
        """As `Flash`."""
        duration_us = super().erase(sector)
        self._note(Change("erase", sector), duration_us)
        return duration_us

    def _note(self, change: Change, duration_us: int) -> None:
        del duration_us
        self.touched.append(change.pages())
        self.changes.append(change)

    def copy(self) -> Flash:
        """An independent memory in the same state that notes nothing."""
        twin = Flash(self.sectors, timing=self.timing)
        twin.become(self)
        return twin


class TimedFlash(WatchedFlash):
    """Notes when as well; `moment` says how it is now and a little later."""

    def __init__(self, like: Flash, moment: Callable[[int], Moment]) -> None:
        super().__init__(like)
        self.noted: list[Operation] = []
        self._moment = moment

    def read(self, address: int) -> bytes:
        """As `Flash`: an hour of reads need not be noted."""
        return Flash.read(self, address)

    def _note(self, change: Change, duration_us: int) -> None:
        self.noted.append(Operation(change, self._moment(0), self._moment(duration_us)))
