"""NOR memory inside the file system of a stock image: one file of one block for each sector.

The stock image gives the whole of its storage to littlefs, so the sectors are files. A file of
4096 bytes fills one block from its first byte: only longer files begin their blocks with pointers
into each other. littlefs keeps no checksum over what is in a file and never moves a file that is
not written to, so the block can be programmed and erased in place, apart from the file system and
without its latency. Nothing ever opens these files for writing again.

Which block it is, littlefs itself says at each start: the files are read through a second instance
of it whose block device takes note of what is read. So a copy or a twin of a file that was put in
its place is found as what it is, and no block that littlefs has given to another file is touched.
"""

import os
from array import array

import board_data
import vfs

_FOLDER = "/sectors"
# Made when all of them are there. A sector that is missing after that is a loss, and not replaced
# by a blank one: that would take away what was on record there.
_COMPLETE = _FOLDER + "/complete"
_BESIDE = "/beside"  # where the second instance is mounted meanwhile
_PAGE_BYTES = 256
_SECTOR_BYTES = 4096
_BLOCK_COUNT = 4  # of ioctl: how many blocks there are
_BLOCK_SIZE = 5
_ERASE_BLOCK = 6


class SectorFiles:
    """``flash`` is the block device that the image mounts as ``/``.

    Its ``writeblocks`` with an offset programs and does not erase; ``ioctl`` 6 erases one block of
    4096 bytes.
    """

    page_bytes = _PAGE_BYTES
    sector_bytes = _SECTOR_BYTES
    sectors = board_data.STORE_SECTORS

    def __init__(self, flash):
        self._flash = flash
        self._blocks = array("H", [0] * self.sectors)
        self._usable = False
        try:
            if not _exists(_COMPLETE):
                _make(self.sectors)
            self._usable = _locate(self._flash, self._blocks)
        except OSError:
            pass  # then nothing can be read, and the pump says that it is not provisioned

    def read(self, address, buffer):
        if not self._inside(address, buffer):
            return False
        block = self._blocks[address // _SECTOR_BYTES]
        self._flash.readblocks(block, buffer, address % _SECTOR_BYTES)
        return True

    def program(self, address, page):
        if not self._inside(address, page):
            return False
        block = self._blocks[address // _SECTOR_BYTES]
        self._flash.writeblocks(block, page, address % _SECTOR_BYTES)  # with an offset: no erase
        return True

    def erase(self, sector):
        if not self._usable or sector < 0 or sector >= self.sectors:
            return False
        return not self._flash.ioctl(_ERASE_BLOCK, self._blocks[sector])

    def _inside(self, address, page):
        return (
            self._usable
            and len(page) == _PAGE_BYTES
            and address >= 0
            and address < self.sectors * _SECTOR_BYTES
            and address % _PAGE_BYTES == 0
        )


class _Listener:
    """The storage, read only; ``block``: the last one that was read from."""

    def __init__(self, flash):
        self._flash = flash
        self.block = 0

    def readblocks(self, block, buffer, offset=0):
        self.block = block
        self._flash.readblocks(block, buffer, offset)

    def ioctl(self, operation, argument):
        if operation in (_BLOCK_COUNT, _BLOCK_SIZE):
            return self._flash.ioctl(operation, argument)
        return 0


def _path(sector):
    return _FOLDER + "/{:03d}".format(sector)


def _exists(path):
    try:
        os.stat(path)
    except OSError:
        return False
    return True


def _make(sectors):
    """At the first start of all, or again where a cut ended that."""
    if not _exists(_FOLDER):
        os.mkdir(_FOLDER)
    blank = bytes([0xFF] * _PAGE_BYTES)
    for sector in range(sectors):
        path = _path(sector)
        if _exists(path) and os.stat(path)[6] == _SECTOR_BYTES:
            continue
        with open(path, "wb") as file:
            for _ in range(_SECTOR_BYTES // _PAGE_BYTES):
                file.write(blank)
    with open(_COMPLETE, "wb"):
        pass


def _locate(flash, blocks):
    """Fill in the block of each sector; False: one is missing, or not as it was made."""
    listener = _Listener(flash)
    vfs.mount(listener, _BESIDE, readonly=True)
    try:
        for sector in range(len(blocks)):
            path = _BESIDE + _path(sector)
            if os.stat(path)[6] != _SECTOR_BYTES:
                return False
            with open(path, "rb") as file:
                file.read(1)
            block = listener.block
            for other in range(sector):
                if blocks[other] == block:
                    return False
            blocks[sector] = block
    finally:
        vfs.umount(_BESIDE)
    return True
