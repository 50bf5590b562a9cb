"""Memories put together from others, as a swapped chip or a botched copy would leave them."""

from __future__ import annotations

from benchpump.bench.emulated import EmulatedRig
from benchpump.bench.flash import SECTOR_BYTES
from benchpump.bench.store_map import store_map

_COPIES = 2  # of the configuration, one sector each


def memory_of(rig: EmulatedRig) -> bytes:
    """What the memory of a rig holds; the rig goes on."""
    return rig.flash.image()


def with_ledger(image: bytes, ledger: bytes | None) -> bytes:
    """The first memory with the ledger of the second; None: with a blank one."""
    places = store_map()
    return _replaced(image, ledger, places.ledger_first_sector, places.ledger_sectors)


def without_configuration(image: bytes) -> bytes:
    """The memory with both copies of the configuration blank."""
    return _replaced(image, None, store_map().config_first_sector, _COPIES)


def _replaced(image: bytes, other: bytes | None, first_sector: int, sectors: int) -> bytes:
    start = first_sector * SECTOR_BYTES
    end = start + sectors * SECTOR_BYTES
    middle = other[start:end] if other is not None else b"\xff" * (end - start)
    return image[:start] + middle + image[end:]
