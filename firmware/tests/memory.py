"""A store in memory with NOR semantics and power cuts, for unit tests of what survives them."""

import sys

PAGE = 256
SECTOR = 4096

# How a cut leaves an operation. TORN_* are given the number of bytes that were finished before it.
BEFORE = 0
TORN_PREFIX = 1  # so many bytes done, the next one half done, the rest untouched
TORN_SCATTER = 2  # every bit that had to change: done, untouched or marginal
TORN_WEAK = 3  # every bit that had to change is marginal
AFTER = 4

# How marginal bits come back.
READ_ONES = 0
READ_ZEROS = 1
READ_EITHER = 2


class PowerCut(Exception):
    """The power went away during a program or an erase."""


class Dice:
    """Seeded bits, the same on every VM (xorshift, 15 bits of state kept small)."""

    def __init__(self, seed):
        self._state = (seed * 7919 + 12345) & 0xFFFF or 1

    def byte(self):
        """Eight bits."""
        state = self._state
        state ^= (state << 7) & 0xFFFF
        state ^= state >> 9
        state ^= (state << 8) & 0xFFFF
        self._state = state
        return state >> 4 & 0xFF


class Sample:
    """Which images of an enumeration to try: all under CPython, elsewhere a seeded share of them.

    MicroPython is slow here, and its WebAssembly build frees no memory inside a call. Attribute:
    ``one_in``, how many stand for one that is tried (under CPython ``one_in_cpython``).
    """

    def __init__(self, one_in, one_in_cpython=1):
        self.one_in = one_in_cpython if sys.implementation.name == "cpython" else one_in
        self._dice = Dice(one_in)

    def takes(self):
        """Whether the next image is tried."""
        return self.one_in == 1 or self._dice.byte() * self.one_in < 256


class Memory:
    """``hal.Store`` over bytes. Attributes: ``operations`` (programs and erases), ``erases``.

    ``watch(kind, address, page)`` is called before each program and erase. ``ignore`` makes
    programs vanish, ``deaf`` makes reads fail, ``spoil_at`` flips a bit of that address in what is
    programmed.
    """

    page_bytes = PAGE

    def __init__(self, sectors, sector_bytes=SECTOR):
        self.sectors = sectors
        self.sector_bytes = sector_bytes
        self.cells = bytearray(b"\xff" * (sectors * sector_bytes))
        self.weak = bytearray(sectors * sector_bytes)
        self._weak_pages = set()
        self.mood = READ_EITHER
        self.dice = Dice(1)
        self.operations = 0
        self.erases = 0
        self.watch = None
        self.ignore = False
        self.deaf = False
        self.spoil_at = -1

    def copy(self, seed):
        """An independent memory with the same content, whose bits flicker by another seed."""
        twin = Memory(self.sectors, self.sector_bytes)
        twin.cells = bytearray(self.cells)
        twin.weak = bytearray(self.weak)
        twin._weak_pages = set(self._weak_pages)
        twin.dice = Dice(seed)
        return twin

    def read(self, address, buffer):
        """See hal.Store."""
        if self.deaf:
            return False
        assert address % PAGE == 0 and len(buffer) == PAGE
        buffer[:] = self.cells[address : address + PAGE]
        if address in self._weak_pages:
            for at in range(PAGE):
                weak = self.weak[address + at]
                if weak:
                    value = self.dice.byte() if self.mood == READ_EITHER else 0xFF
                    if self.mood == READ_ZEROS:
                        value = 0
                    buffer[at] = buffer[at] & ~weak & 0xFF | value & weak
        return True

    def program(self, address, page):
        """See hal.Store."""
        assert address % PAGE == 0 and len(page) == PAGE
        self.operations += 1
        if self.watch:
            self.watch("program", address, page)
        if not self.ignore:
            self._clear(address, page, PAGE)
        if address <= self.spoil_at < address + PAGE:
            self.cells[self.spoil_at] ^= 1
        return True

    def erase(self, sector):
        """See hal.Store."""
        self.operations += 1
        self.erases += 1
        if self.watch:
            self.watch("erase", sector * self.sector_bytes, None)
        self._raise(sector * self.sector_bytes, self.sector_bytes)
        return True

    def tear(self, kind, address, page, how, done_bytes, dice):
        """Leave the memory as a cut in this operation would."""
        size = PAGE if kind == "program" else self.sector_bytes
        if how == BEFORE:
            return
        finished = size if how == AFTER else done_bytes if how == TORN_PREFIX else 0
        if kind == "program":
            self._clear(address, page, finished)
        else:
            self._raise(address, finished)
        if how == AFTER:
            return
        end = finished + 1 if how == TORN_PREFIX else size
        for at in range(finished, end if end < size else size):
            here = address + at
            if kind == "program":
                change = self.cells[here] & ~page[at]
            else:
                change = ~self.cells[here] & 0xFF
            done = 0 if how == TORN_WEAK else dice.byte() & change
            weak = change if how == TORN_WEAK else dice.byte() & change & ~done
            self.cells[here] ^= done
            self.weak[here] = self.weak[here] & ~done & 0xFF | weak
        self._mark(address, size)

    def _clear(self, address, page, count):
        for at in range(count):
            value = page[at]
            if value != 0xFF:
                self.cells[address + at] &= value
                self.weak[address + at] &= value
        self._mark(address, PAGE)

    def _raise(self, address, count):
        self.cells[address : address + count] = b"\xff" * count
        self.weak[address : address + count] = bytes(count)
        self._mark(address, self.sector_bytes)

    def _mark(self, address, size):
        for page in range(address, address + size, PAGE):
            if any(self.weak[page : page + PAGE]):
                self._weak_pages.add(page)
            else:
                self._weak_pages.discard(page)
