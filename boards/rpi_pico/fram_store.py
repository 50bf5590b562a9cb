"""NOR memory in an I2C FRAM of 128 KB (Fujitsu MB85RC1MT): no erase time, no wear, no file system.

A cut stops a write between two bytes: what a torn program of a NOR page leaves, or less.
"""

import board_data
from machine import I2C, Pin

_PAGE_BYTES = 256
_SECTOR_BYTES = 4096
_ADDRESS = 0x50  # and the 17th bit of the memory's address in its lowest
_HALF_BYTES = 1 << 16
_HZ = 1_000_000
_TIMEOUT_US = 10_000  # a page takes 2.5 ms


class FramStore:
    page_bytes = _PAGE_BYTES
    sector_bytes = _SECTOR_BYTES
    sectors = board_data.STORE_SECTORS

    def __init__(self, sda, scl):
        self._i2c = I2C(
            sda // 2 % 2,
            sda=Pin(sda),
            scl=Pin(scl),
            freq=_HZ,
            timeout=_TIMEOUT_US,
        )
        self._page = bytearray(_PAGE_BYTES)
        self._blank = bytes([0xFF] * _PAGE_BYTES)

    def read(self, address, buffer):
        return self._inside(address, buffer) and self._transfer(address, buffer, False)

    def program(self, address, page):
        """Bits only clear, as in NOR: what is there already is looked at first."""
        there = self._page
        if not self._inside(address, page) or not self._transfer(address, there, False):
            return False
        for index in range(_PAGE_BYTES):
            there[index] &= page[index]
        return self._transfer(address, there, True)

    def erase(self, sector):
        """40 ms, all of them on the bus."""
        if sector < 0 or sector >= self.sectors:
            return False
        start = sector * _SECTOR_BYTES
        for address in range(start, start + _SECTOR_BYTES, _PAGE_BYTES):
            if not self._transfer(address, self._blank, True):
                return False
        return True

    def _transfer(self, address, page, write):
        device = _ADDRESS | address // _HALF_BYTES
        try:
            if write:
                self._i2c.writeto_mem(device, address % _HALF_BYTES, page, addrsize=16)
            else:
                self._i2c.readfrom_mem_into(device, address % _HALF_BYTES, page, addrsize=16)
        except OSError:
            return False
        return True

    def _inside(self, address, page):
        return (
            len(page) == _PAGE_BYTES
            and address >= 0
            and address < self.sectors * _SECTOR_BYTES
            and address % _PAGE_BYTES == 0
        )
