"""What each cut of the reference run leaves in the memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from benchpump.bench.flash import PAGE_BYTES, SECTOR_BYTES, Flash, PowerCut
from benchpump.bench.store_map import StoreMap
from benchpump.testing.powerloss.moments import Moment, Operation
from benchpump.testing.powerloss.reference import TICK_US, Reference

RECORD_BYTES = 16  # docs/decisions/0002-ledger-format.md
RECORD_KINDS = (0x5A, 0x3C)  # up to so many steps, exactly so many steps


@dataclass(frozen=True)
class Left:
    """A memory and the moments at which a cut leaves it; `torn` is the operation it fell into.

    For a torn operation the moments are its start and its end: between them the cut came.
    `between`: the firmware was in the midst of several operations that belong together.
    `damaged`: a bit of the last record in the ledger has changed since, which C3 counts as a full
    reservation.
    """

    flash: Flash
    moments: tuple[Moment, ...]
    torn: Operation | None
    between: bool = False
    damaged: bool = False

    def tore(self, places: StoreMap) -> bool:
        """Whether an operation on the ledger was torn."""
        return self.torn is not None and _in_ledger(self.torn, places)


def left_by_cuts(
    reference: Reference, places: StoreMap, torn_variants: int, seed: int
) -> Iterator[Left]:
    """Every memory, in the order of the run: before, torn (so many variants), after, and so on.

    After a ledger record comes also the same memory with that record damaged.
    """
    flash = Flash(reference.sectors, seed)
    operations = reference.operations
    at_ticks: dict[int, list[Moment]] = {}
    for complete, moment in reference.cuts:
        at_ticks.setdefault(complete, []).append(moment)
    for number in range(len(operations) + 1):
        moments = at_ticks.get(number, [])
        if number:
            moments = [operations[number - 1].end, *moments]
        if number < len(operations):
            moments = [*moments, operations[number].start]
        between = 0 < number < len(operations) and (
            operations[number].start.at_us - operations[number - 1].end.at_us < TICK_US
        )
        yield Left(flash.copy(), tuple(moments), None, between)
        if number and _is_record(operations[number - 1], places):
            dice = Random(f"{seed}:{number}")
            bad = damaged(flash, operations[number - 1], dice)
            yield Left(bad, tuple(moments), None, between, damaged=True)
        if number < len(operations):
            operation = operations[number]
            for variant in range(torn_variants):
                torn = Flash(reference.sectors, (seed * 1_009 + variant) * 1_000_003 + number)
                torn.load(flash.image())
                tear(torn, operation)
                yield Left(torn, (operation.start, operation.end), operation)
            operation.apply(flash)


def tear(flash: Flash, operation: Operation) -> None:
    """Cut the power inside an operation."""
    flash.cut("torn")
    try:
        operation.apply(flash)
    except PowerCut:
        return
    raise AssertionError("the cut did not come")


def damaged(flash: Flash, record: Operation, dice: Random) -> Flash:
    """The memory with one bit of what the operation programmed changed."""
    image = bytearray(flash.image())
    at = dice.choice([index for index, byte in enumerate(record.page) if byte != 0xFF])
    image[record.place + at] ^= 1 << dice.randrange(8)
    bad = flash.copy()
    bad.load(bytes(image))
    return bad


def _in_ledger(operation: Operation, places: StoreMap) -> bool:
    sector = operation.place
    if operation.kind == "program":
        sector //= SECTOR_BYTES
    return 0 <= sector - places.ledger_first_sector < places.ledger_sectors


def _is_record(operation: Operation, places: StoreMap) -> bool:
    """Whether it wrote one record of a few bytes, which is neither a label nor a whole page."""
    if operation.kind != "program" or operation.place % SECTOR_BYTES < PAGE_BYTES:
        return False
    written = [index for index, byte in enumerate(operation.page) if byte != 0xFF]
    one = bool(written) and written[0] // RECORD_BYTES == written[-1] // RECORD_BYTES
    # A burnt slot is zeros throughout, and the first slot of a checkpoint is followed by the rest.
    kind = operation.page[written[0]] if written else 0
    return one and kind in RECORD_KINDS and _in_ledger(operation, places)
