"""A record in the ledger that goes bad after it was written."""

from __future__ import annotations

from random import Random

from benchpump.bench.flash import PAGE_BYTES, SECTOR_BYTES, Cells, Flash
from benchpump.testing.powerloss.changes import Change

RECORD_BYTES = 16  # docs/decisions/0002-ledger-format.md
RECORD_KINDS = (0x5A, 0x3C)  # up to so many steps, exactly so many steps


def is_record(change: Change) -> bool:
    """Whether it wrote one record of a few bytes, which is neither a label nor a whole page."""
    if change.kind != "program" or change.place % SECTOR_BYTES < PAGE_BYTES:
        return False
    written = [index for index, byte in enumerate(change.page) if byte != 0xFF]
    one = bool(written) and written[0] // RECORD_BYTES == written[-1] // RECORD_BYTES
    # A burnt slot is zeros throughout, and the first slot of a checkpoint is followed by the rest.
    return one and change.page[written[0]] in RECORD_KINDS


def damaged(flash: Flash, record: Change, dice: Random) -> Flash:
    """The memory with one bit of what the record programmed changed."""
    cells = flash.cells(record.place)
    page = bytearray(cells.page)
    at = dice.choice([index for index, byte in enumerate(record.page) if byte != 0xFF])
    page[at] ^= 1 << dice.randrange(8)
    bad = flash.copy()
    bad.set_cells(record.place, Cells(bytes(page), cells.marginal))
    return bad
