"""Every first cut of the reference run, in groups of memories that differ in a few pages.

A group is a row of operations in one room of the memory (configuration, ledger or journal): what
their cuts leave differs from the memory before the row in the pages that they touch and nowhere
else, so one boot up to the first of these pages serves them all (see `boots`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from benchpump.bench.flash import Flash
from benchpump.bench.store_map import Room
from benchpump.testing.powerloss.cuts import Patch, cuts, patch
from benchpump.testing.powerloss.ledger_record import damaged, is_record
from benchpump.testing.powerloss.moments import Moment, extremes
from benchpump.testing.powerloss.reference import TICK_US, Reference

GROUP_OPERATIONS = 16  # a page of ledger records
ERASE_VARIANTS = 3  # so many times the torn variants of a program: a sector has more ways to tear


@dataclass(frozen=True)
class Memory:
    """What a first cut leaves, and the extreme moments at which it leaves it.

    `name` is the number of the operation and how it was cut. `kind` is clean, torn (a ledger
    operation) or damaged (a bit of the last ledger record has changed since), and `reservations`
    how many C3 allows for it. `orderly`: the cut fell into no operation and between none that
    belong together. `whole`: no operation was torn, so the whole journal is read out.
    """

    name: str
    patch: Patch
    moments: tuple[Moment, ...]
    kind: str
    reservations: int
    orderly: bool
    whole: bool


@dataclass(frozen=True)
class Group:
    """Memories as patches on `base`, which is an image; `room` is where they differ.

    `everywhere`: a second cut is to be made in every room and not in that one alone.
    """

    number: int
    base: bytes
    room: Room
    everywhere: bool
    memories: tuple[Memory, ...]


@dataclass(frozen=True)
class Plan:
    """The groups of a run."""

    reference: Reference
    torn_variants: int
    seed: int

    def groups(self) -> Iterator[Group]:
        """All, in the order of the run; the memory before an operation is the one after the last,
        so every memory is in one group only."""
        operations = self.reference.operations
        flash = Flash(self.reference.sectors)
        at_ticks = self._ticks()
        first = 0
        number = 0
        while first < len(operations):
            room = self._room(first)
            last = first + 1
            while (
                last < len(operations)
                and last < first + GROUP_OPERATIONS
                and self._room(last) == room
            ):
                last += 1
            base = flash.copy()
            memories: list[Memory] = []
            if first == 0:
                blank = (operations[0].start, *at_ticks.get(0, ()))
                memories = [Memory("0 before", {}, extremes(blank), "clean", 1, True, True)]
            pages: set[int] = set()
            for index in range(first, last):
                pages.update(operations[index].change.pages())
                memories += self._memories(index, base, flash, pages, at_ticks)
                operations[index].change.apply(flash)
            everywhere = first == 0 or room == "config"
            yield Group(number, base.image(), room, everywhere, tuple(memories))
            number += 1
            first = last

    def _memories(
        self,
        index: int,
        base: Flash,
        flash: Flash,
        pages: set[int],
        at_ticks: dict[int, list[Moment]],
    ) -> Iterator[Memory]:
        operations = self.reference.operations
        operation = operations[index]
        room = self._room(index)
        variants = self.torn_variants
        if operation.change.kind == "erase":
            variants *= ERASE_VARIANTS
        after = [operation.end, *at_ticks.get(index + 1, ())]
        orderly = True
        if index + 1 < len(operations):
            following = operations[index + 1].start
            after.append(following)
            orderly = following.at_us - operation.end.at_us >= TICK_US
        seed = f"{self.seed} {index}"
        for cut in cuts(operation.change, flash, variants, seed, prefixes=True):
            if cut.name == "before":
                continue
            name = f"{index} {cut.name}"
            changed = patch(base, cut.flash, pages)
            if cut.inside:
                inside = extremes((operation.start, operation.end))
                kind, reservations = ("torn", 2) if room == "ledger" else ("clean", 1)
                yield Memory(name, changed, inside, kind, reservations, False, False)
                continue
            moments = extremes(after)
            yield Memory(name, changed, moments, "clean", 1, orderly, True)
            if room == "ledger" and is_record(operation.change):
                bad = damaged(cut.flash, operation.change, Random(seed))
                changed = patch(base, bad, pages)
                yield Memory(f"{index} damaged", changed, moments, "damaged", 2, False, False)

    def _ticks(self) -> dict[int, list[Moment]]:
        found: dict[int, list[Moment]] = {}
        for complete, moment in self.reference.ticks:
            found.setdefault(complete, []).append(moment)
        return found

    def _room(self, index: int) -> Room:
        return self.reference.operations[index].change.room(self.reference.truths.places)
