"""What a power cut leaves of one storage operation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchpump.bench.flash import PAGE_BYTES, Cells, Flash, PowerCut
from benchpump.testing.powerloss.changes import Change

Patch = Mapping[int, Cells]
"""Pages, by address, in which a memory differs from another one."""


@dataclass(frozen=True)
class Cut:
    """`name`: before, prefix N (so many bytes of the page are programmed), torn N (a variant with
    bits that read either way), after. `inside` the operation, or not."""

    name: str
    inside: bool
    flash: Flash


def cuts(
    change: Change, flash: Flash, torn_variants: int, seed: str, *, prefixes: bool
) -> Iterator[Cut]:
    """Every memory that a cut of this operation leaves, in the order of time.

    Prefixes are those that differ from one another: bytes of ones change nothing.
    """
    yield Cut("before", False, flash.copy())
    if change.kind == "program" and prefixes:
        old = flash.cells(change.place)
        for done in _prefixes(old, change.page):
            part = flash.copy()
            part.program(change.place, change.page[:done] + b"\xff" * (PAGE_BYTES - done))
            yield Cut(f"prefix {done}", True, part)
    for variant in range(torn_variants):
        torn = reseeded(flash, f"{seed} {variant}")
        tear(torn, change)
        yield Cut(f"torn {variant}", True, torn)
    whole = flash.copy()
    change.apply(whole)
    yield Cut("after", False, whole)


def _prefixes(old: Cells, page: bytes) -> list[int]:
    """After how many bytes the page has changed once more, the last change excepted."""
    changing = [
        at + 1
        for at, (byte, wanted) in enumerate(zip(old.page, page, strict=True))
        if byte & ~wanted or old.marginal >> (8 * at) & ~wanted & 0xFF
    ]
    return changing[:-1]


def reseeded(flash: Flash, seed: str) -> Flash:
    """The same memory, whose next torn operation falls otherwise."""
    twin = flash.copy()
    twin.seed = seed
    return twin


def tear(flash: Flash, change: Change) -> None:
    """Cut the power inside an operation."""
    flash.cut("torn")
    try:
        change.apply(flash)
    except PowerCut:
        return
    raise AssertionError("the cut did not come")


def patch(base: Flash, other: Flash, pages: set[int]) -> Patch:
    """In which of those pages the other memory differs."""
    found = ((address, other.cells(address)) for address in sorted(pages))
    return {address: cells for address, cells in found if cells != base.cells(address)}


def patched(base: Flash, changed: Patch) -> Flash:
    """The memory with those pages as they are in the patch."""
    twin = base.copy()
    for address, cells in changed.items():
        twin.set_cells(address, cells)
    return twin
