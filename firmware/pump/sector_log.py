"""An append-only log of pages in a ring of NOR sectors, which survives a power cut at any instant.

The first page of a sector is its *label*: a sealed number that is written after the sector was
erased, verified, and only then used. A sector without a label is nobody's, whatever it seems to
hold, so a torn erase can never pass for blank memory; labels, not positions, give the order of the
log. The other pages are used in order, each either whole or as slots of one size.

A cut leaves at most one page that reads as blank and is not (its bits may come back either way),
and there only the first slot was touched, because a whole page is written after its first slot was
verified. ``begin`` therefore programs the labels in waiting once more, which makes firm what a cut
left half-written, and burns the first slot of the first apparently blank page to zeros, so that
the page never passes for blank again: what follows it truly is.
"""

from array import array

from pump.seal import get, intact, put, seal

LABEL = 0x96
_LABEL_BYTES = 12
_PAGE_BYTES = 256
BLANK = bytes([0xFF] * _PAGE_BYTES)


class SectorLog:
    """Attributes: ``page`` (last page read), ``out`` (bytes to be written: fill it, then commit).

    ``index``: sector in use. ``pages_left``: pages that can be taken without an erase. ``failed``:
    the memory did not take something since ``scan``; nothing is written any more.
    """

    def __init__(self, store, first_sector, sectors, slot_bytes, family):
        self._store = store
        self._first = first_sector
        self._family = family
        self._sequence = array("i", [0] * sectors)  # 0: no label
        self._slot_bytes = slot_bytes
        self.sectors = sectors
        self.slots_per_page = _PAGE_BYTES // slot_bytes
        self.pages_per_sector = store.sector_bytes // _PAGE_BYTES
        self.page = bytearray(_PAGE_BYTES)
        self.out = bytearray(BLANK)
        self._image = bytearray(_PAGE_BYTES)
        out = memoryview(self.out)  # its slots, kept: a slice made at each commit is an object
        self._slots = [
            out[slot * slot_bytes : (slot + 1) * slot_bytes] for slot in range(self.slots_per_page)
        ]
        self._blank_slot = BLANK[:slot_bytes]
        self._scanned = False
        self.failed = False
        self._at(-1, 0)

    # -- reading --------------------------------------------------------------------------------

    def scan(self):
        """Read the labels; False when the memory did not answer."""
        self._scanned = False
        self.failed = False
        for index in range(self.sectors):
            self._sequence[index] = 0
        for index in range(self.sectors):
            if not self.read(index, 0):
                return False
            page = self.page
            if (
                page[0] == LABEL
                and intact(page, 0, _LABEL_BYTES)
                and get(page, 1, 3) == self._family
            ):
                self._sequence[index] = get(page, 4, 4)
        self._scanned = True
        self._at(self.after(-1), 1)
        return True

    def read(self, index, page):
        """Read a page of a sector into ``page``; False when the memory did not answer."""
        return self._store.read(self._address(index, page), self.page)

    def after(self, index):
        """The sector that follows in the log (-1: the first one), or -1."""
        least = self._sequence[index] if index >= 0 else 0
        found = -1
        for other in range(self.sectors):
            sequence = self._sequence[other]
            if sequence > least and (found < 0 or sequence < self._sequence[found]):
                found = other
        return found

    def before(self, index):
        """The sector that comes before in the log (-1: the last one), or -1."""
        found = -1
        for other in range(self.sectors):
            sequence = self._sequence[other]
            if (
                sequence
                and (index < 0 or sequence < self._sequence[index])
                and (found < 0 or sequence > self._sequence[found])
            ):
                found = other
        return found

    def page_blank(self):
        """Whether the page last read is blank."""
        return self.page == BLANK

    def end_at(self, index, page):
        """Say where the log ends: ``page`` of this sector is the first one not used."""
        self._at(index, page)

    def pages_used(self, index):
        """Pages of a sector, its label included, up to where the log ends."""
        if index == self.index:
            return self._next_page
        return self.pages_per_sector if self._sequence[index] < self.here() else 1

    def here(self):
        """Sequence number of the sector in use, 0 when there is none."""
        return self._sequence[self.index] if self.index >= 0 else 0

    def label(self, index):
        """Sequence number of a sector."""
        return self._sequence[index]

    def slots_left(self):
        """Slots left in the page in use."""
        return self.slots_per_page - self._slot

    # -- writing --------------------------------------------------------------------------------

    def begin(self):
        """Make firm what a cut may have left half done; once after ``scan``, before any commit."""
        return self.firm() and self._take() and self._burn()

    def firm(self):
        """Program the labels in waiting and the last page in use once more; False: failed.

        What was read, by luck perhaps, reads so from then on. After ``scan``, before any commit.
        """
        if not self._scanned or self.failed:
            return False
        for index in range(self.sectors):
            if self._sequence[index] and self._sequence[index] >= self.here():
                if not self._label(index):
                    return False
        return self._next_page <= 1 or self._firm(self.index, self._next_page - 1)

    def _firm(self, index, page):
        """Make the last used page surely not blank, lest it passes for blank at the next start."""
        if not self.read(index, page):
            return False
        self._page_address = self._address(index, page)
        if self.page == BLANK:
            return self._burn()
        return self._store.program(self._page_address, self.page)

    def firm_page(self, index, page):
        """Program the page last read once more, so that its zeros stay; False: refused."""
        return self._store.program(self._address(index, page), self.page)

    def _burn(self):
        image = self._image
        image[:] = BLANK
        for at in range(self._slot_bytes):
            image[at] = 0
        self.failed = not (
            self._store.program(self._page_address, image)
            and self._store.read(self._page_address, self.page)
        )
        for at in range(self._slot_bytes):
            if self.page[at]:
                self.failed = True
        return not self.failed

    def slot(self):
        """Offset of the next slot in ``out``, or -1 when no page is left."""
        if self.failed:
            return -1
        if self._slot == self.slots_per_page and not self._take_blank():
            return -1
        return self._slot * self._slot_bytes

    def commit_slot(self):
        """Program what was put into the slot and read it back; False: the log has failed."""
        start = self._slot * self._slot_bytes
        end = start + self._slot_bytes
        self._image[start:end] = self._slots[self._slot]
        done = self._program(self._page_address, self.out, self._image)
        self.out[start:end] = self._blank_slot
        self._slot += 1
        return done

    def commit_page(self):
        """Program ``out`` as a page of its own and read it back; False: none left, or failed.

        The first slot's worth goes first: a torn page then has a first slot that tells what it is.
        """
        done = False
        if not self.failed and self._take_blank():
            image = self._image
            image[: self._slot_bytes] = self._slots[0]
            if self._program(self._page_address, image, image):
                done = self._program(self._page_address, self.out, self.out)
        self.out[:] = BLANK
        self._slot = self.slots_per_page
        return done

    def recycle(self, keep_from):
        """Erase and label one sector: one without a label, else the first before ``keep_from``.

        ``keep_from`` is a sequence number; only while stopped. Returns its index or -1.
        """
        if not self._scanned or self.failed:
            return -1
        index = -1
        for other in range(self.sectors):
            if index < 0 and not self._sequence[other]:
                index = other
        if index < 0:
            index = self.after(-1)
            if index == self.index or self._sequence[index] >= keep_from:
                return -1
        return self._renew(index)

    def reclaim(self, last):
        """Erase and label the sector after ``last``, whatever is in it; its index or -1.

        ``last`` is the last sector with something to keep; only while stopped, before ``begin``.
        """
        if not self._scanned or self.failed or last < 0:
            return -1
        index = self.after(last)
        if index < 0:
            return -1
        if index == self.index:
            self._at(last, self.pages_per_sector)  # which is full, or the log would not go on
            self.pages_left -= self.pages_per_sector - 1
        return self._renew(index)

    def _renew(self, index):
        newest = self.before(-1)
        newest = self._sequence[newest] if newest >= 0 else 0
        self._sequence[index] = 0
        if not self._store.erase(self._first + index):
            self.failed = True
            return -1
        # The sector's own number in the remainder: no two labels are ever equal.
        self._sequence[index] = (newest // self.sectors + 1) * self.sectors + index
        if not self._label(index):
            self._sequence[index] = 0
            return -1
        if self.index < 0:
            self._at(index, 1)
        else:
            self.pages_left += self.pages_per_sector - 1
        return index

    # -- inside ---------------------------------------------------------------------------------

    def _at(self, index, page):
        self.index = index
        self._next_page = page
        self._page_address = 0
        self._slot = self.slots_per_page
        self.pages_left = 0
        if index >= 0:
            self.pages_left = self.pages_per_sector - page
            index = self.after(index)
        while index >= 0:
            self.pages_left += self.pages_per_sector - 1
            index = self.after(index)

    def _address(self, index, page):
        return (self._first + index) * self._store.sector_bytes + page * _PAGE_BYTES

    def _take(self):
        if self.pages_left == 0:
            return False
        if self._next_page == self.pages_per_sector:
            self.index = self.after(self.index)
            self._next_page = 1
        self._page_address = self._address(self.index, self._next_page)
        self._next_page += 1
        self.pages_left -= 1
        return True

    def _take_blank(self):
        while self._take():
            if self._store.read(self._page_address, self._image) and self._image == BLANK:
                self._slot = 0
                return True
        return False

    def _label(self, index):
        out = self.out
        out[0] = LABEL
        put(out, 1, 3, self._family)
        put(out, 4, 4, self._sequence[index])
        seal(out, 0, _LABEL_BYTES)
        done = self._program(self._address(index, 0), out, out)
        for at in range(_LABEL_BYTES):
            out[at] = 0xFF
        return done

    def _program(self, address, page, expected):
        if (
            self._store.program(address, page)
            and self._store.read(address, self.page)
            and self.page == expected
        ):
            return True
        self.failed = True
        return False
