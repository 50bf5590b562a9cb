"""The flash chip behind the RP2040: what programs and erases do, how long, and their faults.

The emulator does each at once and whole. Here `bench.flash.Flash` decides: it is the memory that
outlives the chip, and the emulator's own copy is made equal after every operation. What a torn
operation leaves undecided reads one way for as long as the chip is powered.
"""

from __future__ import annotations

from collections.abc import Callable

from rp2040py.peripherals.ssi import (
    CMD_BLOCK_ERASE,
    CMD_PAGE_PROGRAM,
    CMD_SECTOR_ERASE,
    FLASH_BLOCK_SIZE,
)

from benchpump.bench.flash import PAGE_BYTES, SECTOR_BYTES, Flash, PowerCut, StorageRefused
from benchpump.bench.pico.chip import NS_PER_US, Chip

_COMMAND_BYTES = 4  # opcode and address


class Storage:
    """Joins one powered chip and the memory."""

    def __init__(self, chip: Chip, flash: Flash, lose_power: Callable[[], None]) -> None:
        self._chip = chip
        self._flash = flash
        self._lose_power = lose_power
        self._ssi = chip.mcu.ssi
        self._emulated = self._ssi._apply_command
        self._ssi._apply_command = self._apply

    def _apply(self) -> None:
        sent = bytes(self._ssi._tx_buffer)
        opcode = sent[0] if sent else 0
        writes = opcode in (CMD_PAGE_PROGRAM, CMD_SECTOR_ERASE, CMD_BLOCK_ERASE)
        if not (writes and len(sent) >= _COMMAND_BYTES and self._ssi._write_enabled):
            self._emulated()
            return
        self._ssi._write_enabled = False
        self._ssi._tx_buffer = bytearray()
        address = int.from_bytes(sent[1:_COMMAND_BYTES], "big")
        try:
            if opcode == CMD_PAGE_PROGRAM:
                self._program(address, sent[_COMMAND_BYTES:])
            else:
                sector = opcode == CMD_SECTOR_ERASE
                self._erase(address, SECTOR_BYTES if sector else FLASH_BLOCK_SIZE)
        except PowerCut as cut:
            self._chip.stall(cut.after_us * NS_PER_US)
            self._lose_power()
        except StorageRefused:
            return  # a flash chip refuses by doing nothing

    def _program(self, address: int, data: bytes) -> None:
        start = address - address % PAGE_BYTES
        page = (b"\xff" * (address - start) + data).ljust(PAGE_BYTES, b"\xff")[:PAGE_BYTES]
        try:
            duration_us = self._flash.program(start, page)
        finally:
            self._copy(start, PAGE_BYTES)
        self._chip.stall(duration_us * NS_PER_US)

    def _erase(self, address: int, size: int) -> None:
        start = address - address % size
        for at in range(start, start + size, SECTOR_BYTES):
            try:
                duration_us = self._flash.erase(at // SECTOR_BYTES)
            finally:
                self._copy(at, SECTOR_BYTES)
            self._chip.stall(duration_us * NS_PER_US)

    def _copy(self, start: int, size: int) -> None:
        emulated = self._chip.mcu.flash
        for at in range(start, start + size, PAGE_BYTES):
            emulated[at : at + PAGE_BYTES] = self._flash.read(at)
