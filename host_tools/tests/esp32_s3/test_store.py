"""The store in the partition that a stock ESP32 image has for files (C3: NOR semantics)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

SECTOR, PAGE = 4096, 256


@pytest.fixture
def start(load: Callable[[str], Any], double: Callable[[str], Any]) -> Callable[..., Any]:
    """Start the board on a partition: `(store, file system)`."""
    files = double("partition")

    def started(partition: Any, *, fresh: bool = False) -> tuple[Any, Any]:
        system = files.FileSystem(partition, fresh=fresh)
        modules: dict[str, Any] = sys.modules
        modules["vfs"] = SimpleNamespace(mount=system.mount, umount=system.umount)
        modules.pop("sector_files", None)
        module = load("sector_files")
        module.os, module.open = system.os(), system.open
        return module.SectorFiles(partition), system

    return started


@pytest.fixture
def partition(double: Callable[[str], Any]) -> Any:
    """An erased one."""
    return double("partition").Partition()


def page_at(store: Any, address: int) -> bytes:
    """That page, which has to be readable."""
    buffer = bytearray(PAGE)
    assert store.read(address, buffer)
    return bytes(buffer)


def test_nor_memory_that_survives_a_restart(start: Any, partition: Any) -> None:
    """Bits only clear until an erase, which takes one sector; all is found again."""
    store, _ = start(partition, fresh=True)
    address = 5 * SECTOR + PAGE
    assert page_at(store, address) == b"\xff" * PAGE
    assert store.program(address, bytes([0xF0] * 8 + [0xFF] * 248))
    assert store.program(address, bytes([0x3C] * 16 + [0xFF] * 240))
    assert store.program(6 * SECTOR, bytes(PAGE))
    written = bytes([0x30] * 8 + [0x3C] * 8 + [0xFF] * 240)
    store, _ = start(partition)
    assert page_at(store, address) == written
    assert store.erase(5)
    assert page_at(store, address) == b"\xff" * PAGE
    assert page_at(store, 6 * SECTOR) == bytes(PAGE)


def test_a_program_erases_nothing(start: Any, partition: Any) -> None:
    """C3: while the pump runs no sector is erased, neither by the store nor by the file system."""
    store, _ = start(partition, fresh=True)
    partition.erased.clear()
    for sector in range(store.sectors):
        assert store.program(sector * SECTOR, bytes(PAGE))
    assert partition.erased == []
    assert store.erase(3)
    assert len(partition.erased) == 1


def test_files_beside_it_are_left_alone(start: Any, partition: Any) -> None:
    """What a deployment writes and what the store programs do not meet."""
    store, system = start(partition, fresh=True)
    with system.open("/main.py", "wb") as file:
        file.write(b"print(1)\n" * 2000)
    for sector in range(store.sectors):
        for page in range(16):
            assert store.program(sector * SECTOR + page * PAGE, bytes(PAGE))
    with system.open("/main.py", "wb") as file:
        file.write(b"print(2)\n" * 2000)
    store, system = start(partition)
    with system.open("/main.py", "rb") as file:
        assert file.read() == b"print(2)\n" * 2000
    assert all(page_at(store, 15 * PAGE + s * SECTOR) == bytes(PAGE) for s in range(store.sectors))


def test_a_lost_sector_is_no_blank_one(start: Any, partition: Any) -> None:
    """C3: what was on record is not taken for never written; and nothing is programmed."""
    store, system = start(partition, fresh=True)
    assert store.program(7 * SECTOR, bytes(PAGE))
    system.rename("/sectors/007", "/taken")
    store, _ = start(partition)
    assert not store.read(0, bytearray(PAGE))
    assert not store.program(0, bytes(PAGE))
    assert not store.erase(0)


@pytest.mark.parametrize("address", [-PAGE, 1, 32 * SECTOR])
def test_what_is_no_page_of_it_is_refused(start: Any, partition: Any, address: int) -> None:
    """First and last page are served, nothing beside them."""
    store, _ = start(partition, fresh=True)
    assert store.program(0, bytes(PAGE))
    assert store.program(32 * SECTOR - PAGE, bytes(PAGE))
    assert not store.program(address, bytes(PAGE))
    assert not store.read(address, bytearray(PAGE))
