"""What a second power cut leaves, in the recovery from the first.

A boot makes known, by its changes, what a cut at each of them would leave: it need not be made.
Three things keep the number of boots in bounds; docs/testing.md argues each, `survey` checks it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchpump.bench.flash import Flash
from benchpump.bench.store_map import Room, StoreMap
from benchpump.testing.powerloss.changes import Change
from benchpump.testing.powerloss.cuts import Patch, cuts, patch, patched
from benchpump.testing.powerloss.plan import Memory


@dataclass(frozen=True)
class Again:
    """A memory after the second cut; `reservations` are those that it may cost, on top."""

    first: Memory
    name: str
    patch: Patch
    reservations: int


@dataclass(frozen=True)
class Step:
    """A change of a recovery that changes something; `number` counts all of its changes."""

    number: int
    change: Change


def steps(
    flash: Flash, changes: Sequence[Change], rooms: tuple[Room, ...], places: StoreMap
) -> tuple[Step, ...]:
    """Those changes of a boot from this memory that fall into the rooms and have an effect.

    What makes a page firm or writes a label once more mostly has none, torn or not.
    """
    found: list[Step] = []
    flash = flash.copy()
    for number, change in enumerate(changes):
        if change.room(places) in rooms:
            before = [flash.cells(page) for page in change.pages()]
            change.apply(flash)
            if before != [flash.cells(page) for page in change.pages()]:
                found.append(Step(number, change))
    return tuple(found)


def second_cuts(
    base: Flash, memory: Memory, taken: Sequence[Step], places: StoreMap, *, prefixes: bool
) -> Iterator[Again]:
    """Every memory that a cut at these steps of its recovery leaves, no others being made.

    Before the first one it is the memory itself, and not told again.
    """
    flash = patched(base, memory.patch)
    pages = set(memory.patch)
    for step in taken:
        change = step.change
        pages.update(change.pages())
        for cut in cuts(change, flash, 1, f"again {step.number}", prefixes=prefixes):
            if cut.name == "before":
                continue
            more = 2 if cut.inside and change.room(places) == "ledger" else 1
            changed = patch(base, cut.flash, pages)
            yield Again(memory, f"{step.number} {cut.name}", changed, more)
        change.apply(flash)
