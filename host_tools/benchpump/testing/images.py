"""Memories put together from others, as a swapped chip or a botched copy would leave them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchpump.bench.emulated import EmulatedRig
from benchpump.bench.flash import SECTOR_BYTES
from benchpump.bench.store_map import store_map
from benchpump.link.envelope import crc16
from benchpump.link.messages import CONFIG

_COPIES = 2  # of the configuration, one sector each
_AT_VALUES = 8


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


def without_journal(image: bytes) -> bytes:
    """The memory with a blank journal, which is last in it."""
    first = store_map().journal_first_sector
    return _replaced(image, None, first, len(image) // SECTOR_BYTES - first)


@dataclass(frozen=True)
class StoredConfiguration:
    """A configuration as it lies in the memory (docs: firmware/pump/config.py)."""

    values: Mapping[int, int]
    """What differs from what is stored, by field."""
    fields: int = len(CONFIG)
    version: int = 1
    sound: bool = True
    """Its check is right."""


def with_configuration(image: bytes, stored: StoredConfiguration) -> bytes:
    """The memory with both copies of its configuration so."""
    start = store_map().config_first_sector * SECTOR_BYTES
    page = bytearray(image[start : start + _AT_VALUES + 4 * stored.fields])
    page[1], page[2] = stored.version, stored.fields
    for field in range(len(CONFIG), stored.fields):
        page[_AT_VALUES + 4 * field :] = bytes(4)
    for field, value in stored.values.items():
        at = _AT_VALUES + 4 * field
        page[at : at + 4] = value.to_bytes(4, "little")
    page += crc16(bytes(page)).to_bytes(2, "little")
    zeros = sum(8 - byte.bit_count() for byte in page) + (0 if stored.sound else 1)
    page += zeros.to_bytes(2, "little")
    for copy in range(_COPIES):
        at = start + copy * SECTOR_BYTES
        sector = bytes(page).ljust(SECTOR_BYTES, b"\xff")
        image = image[:at] + sector + image[at + SECTOR_BYTES :]
    return image


def _replaced(image: bytes, other: bytes | None, first_sector: int, sectors: int) -> bytes:
    start = first_sector * SECTOR_BYTES
    end = start + sectors * SECTOR_BYTES
    middle = other[start:end] if other is not None else b"\xff" * (end - start)
    return image[:start] + middle + image[end:]
