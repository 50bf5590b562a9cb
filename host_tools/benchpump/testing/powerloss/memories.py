"""What each cut of the reference run leaves in the memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchpump.bench.flash import SECTOR_BYTES, Flash, PowerCut
from benchpump.testing.powerloss.moments import Moment, Operation
from benchpump.testing.powerloss.reference import TICK_US, Reference


@dataclass(frozen=True)
class Left:
    """A memory and the moments at which a cut leaves it; `torn` is the operation it fell into.

    For a torn operation the moments are its start and its end: between them the cut came.
    `between`: the firmware was in the midst of several operations that belong together.
    """

    flash: Flash
    moments: tuple[Moment, ...]
    torn: Operation | None
    between: bool = False

    def tore(self, first_sector: int, sectors: int) -> bool:
        """Whether an operation within these sectors was torn."""
        if self.torn is None:
            return False
        sector = self.torn.place
        if self.torn.kind == "program":
            sector //= SECTOR_BYTES
        return first_sector <= sector < first_sector + sectors


def left_by_cuts(reference: Reference, torn_variants: int, seed: int) -> Iterator[Left]:
    """Every memory, in the order of the run: before, torn (so many variants), after, and so on."""
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
