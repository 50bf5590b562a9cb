"""NOR flash of the emulated board: what a page and a sector really do, power cuts included.

Figures from the W25Q family's data sheets: page program 0.4 ms typical and 3 ms at worst, sector
erase 45 ms typical and 400 ms at worst. Torn operations follow what is known of NOR cells: a
program or an erase that lost its power leaves some bits done, some untouched and some *marginal*,
which read either way from one read to the next until they are erased or programmed to 0.
"""

from __future__ import annotations

import copy
import hashlib
from dataclasses import dataclass
from random import Random
from typing import Literal

PAGE_BYTES = 256
SECTOR_BYTES = 4096
PAGES_PER_SECTOR = SECTOR_BYTES // PAGE_BYTES
PAGE_BITS = PAGE_BYTES * 8
READ_US = 100  # one page over quad SPI with the driver's overhead (own)
BLANK_PAGE = b"\xff" * PAGE_BYTES

CutMode = Literal["before", "torn", "after"]
Failure = Literal["refuse", "ignore"]


@dataclass(frozen=True)
class Timing:
    """How long the two slow operations take, in microseconds."""

    program_us: int
    erase_us: int


TYPICAL = Timing(program_us=400, erase_us=45_000)
WORST = Timing(program_us=3_000, erase_us=400_000)


@dataclass(frozen=True, slots=True)
class Cells:
    """What a page holds: bytes, and a bit set (little-endian) of those that read either way."""

    page: bytes
    marginal: int


class PowerCut(Exception):
    """The scheduled cut came: the board has no power from `after_us` into the operation on."""

    def __init__(self, mode: CutMode, operation: int, after_us: int) -> None:
        super().__init__(f"power cut {mode} storage operation {operation}")
        self.mode = mode
        self.operation = operation
        self.after_us = after_us


class StorageRefused(Exception):
    """The device did not accept the operation (fault `refuse`)."""


class Flash:
    """Pages of 256 bytes in sectors of 4096; programming only clears bits.

    `operations` counts programs and erases that were asked for, those refused or cut included.
    """

    def __init__(self, sectors: int = 32, seed: int | str = 0, timing: Timing = TYPICAL) -> None:
        self.sectors = sectors
        self.timing = timing
        self.failure: Failure | None = None
        self.operations = 0
        self.seed = seed
        self._bytes = bytearray(b"\xff" * (sectors * SECTOR_BYTES))
        self._marginal: dict[int, int] = {}  # page address -> bit set, little-endian over the page
        self._flickers = 0
        self._cut: tuple[CutMode, int] | None = None

    def read(self, address: int) -> bytes:
        """The page at `address`; marginal bits read either way. Raises ValueError off a page."""
        self._check_page(address)
        page = bytes(self._bytes[address : address + PAGE_BYTES])
        marginal = self._marginal.get(address)
        if not marginal:
            return page
        self._flickers += 1
        flips = self._random(self._flickers, 1).getrandbits(PAGE_BITS) & marginal
        return (int.from_bytes(page, "little") ^ flips).to_bytes(PAGE_BYTES, "little")

    def program(self, address: int, page: bytes) -> int:
        """Clear the bits of a page that are 0 in `page`; return how long it takes in µs.

        Raises ValueError for anything but one whole aligned page, StorageRefused, PowerCut.
        """
        self._check_page(address)
        if len(page) != PAGE_BYTES:
            raise ValueError(f"a page has {PAGE_BYTES} bytes, not {len(page)}")
        cut = self._begin(self.timing.program_us)
        old = int.from_bytes(self._bytes[address : address + PAGE_BYTES], "little")
        wanted = int.from_bytes(page, "little")
        if self.failure is None:
            if cut is not None and cut.mode == "torn":
                self._tear_program(address, old, wanted)
            else:
                self._put(address, old & wanted, self._marginal.get(address, 0) & wanted)
        if cut is not None:
            raise cut
        return self.timing.program_us

    def erase(self, sector: int) -> int:
        """Set a sector to ones; return how long it takes in µs.

        Raises ValueError for a sector that is not there, StorageRefused, PowerCut.
        """
        if not 0 <= sector < self.sectors:
            raise ValueError(f"sector {sector} is outside 0..{self.sectors - 1}")
        cut = self._begin(self.timing.erase_us)
        start = sector * SECTOR_BYTES
        if self.failure is None:
            if cut is not None and cut.mode == "torn":
                self._tear_erase(start)
            else:
                self._bytes[start : start + SECTOR_BYTES] = b"\xff" * SECTOR_BYTES
                for address in range(start, start + SECTOR_BYTES, PAGE_BYTES):
                    self._marginal.pop(address, None)
        if cut is not None:
            raise cut
        return self.timing.erase_us

    def cut(self, mode: CutMode, nth: int = 1) -> None:
        """Cut the power at the nth program or erase from now (1: the next one).

        `before` leaves the memory as it was, `after` completes the operation, `torn` stops inside
        it. Raises ValueError if `nth` is below 1.
        """
        if nth < 1:
            raise ValueError(f"nth is {nth}; the next operation is 1")
        self._cut = (mode, self.operations + nth)

    def cancel_cut(self) -> None:
        """Forget a scheduled cut; harmless if there is none."""
        self._cut = None

    def marginal_bits(self) -> int:
        """How many bits of the whole memory read either way now."""
        return sum(mask.bit_count() for mask in self._marginal.values())

    def image(self) -> bytes:
        """Every byte, marginal bits as they were left: the image of a state never varies."""
        return bytes(self._bytes)

    def fingerprint(self) -> bytes:
        """16 bytes that are equal for equal contents with equal marginal bits."""
        digest = hashlib.blake2b(self._bytes, digest_size=16)
        for address, mask in sorted(self._marginal.items()):
            digest.update(address.to_bytes(4, "little") + mask.to_bytes(PAGE_BYTES, "little"))
        return digest.digest()

    def load(self, image: bytes) -> None:
        """Replace the whole content, marginal bits gone. Raises ValueError for another size."""
        if len(image) != len(self._bytes):
            raise ValueError(f"image has {len(image)} bytes, memory has {len(self._bytes)}")
        self._bytes[:] = image
        self._marginal.clear()

    def cells(self, address: int) -> Cells:
        """A page as it was left. Raises ValueError off a page."""
        self._check_page(address)
        page = bytes(self._bytes[address : address + PAGE_BYTES])
        return Cells(page, self._marginal.get(address, 0))

    def set_cells(self, address: int, cells: Cells) -> None:
        """Make a page what `cells` says. Raises ValueError off a page."""
        self._check_page(address)
        self._put(address, int.from_bytes(cells.page, "little"), cells.marginal)

    def become(self, other: Flash) -> None:
        """Hold what the other one holds, marginal bits and their dice too. Raises ValueError for
        another size."""
        self.load(other.image())
        self._marginal = other._marginal.copy()
        self.seed = other.seed
        self._flickers = other._flickers

    def copy(self) -> Flash:
        """An independent memory in the same state, scheduled cut and flicker included."""
        twin = copy.copy(self)
        twin._bytes = self._bytes.copy()
        twin._marginal = self._marginal.copy()
        return twin

    def _begin(self, duration_us: int) -> PowerCut | None:
        """Count the operation; return the cut that falls into it; raise if it never starts."""
        self.operations += 1
        if self._cut is not None and self.operations >= self._cut[1]:
            mode = self._cut[0]
            self._cut = None
            if mode == "before":
                raise PowerCut(mode, self.operations, 0)
            fraction = 1.0 if mode == "after" else self._random(self.operations, 2).random()
            return PowerCut(mode, self.operations, int(duration_us * fraction))
        if self.failure == "refuse":
            raise StorageRefused(f"storage operation {self.operations} was refused")
        return None

    def _tear_program(self, address: int, old: int, wanted: int) -> None:
        """A prefix of the bytes that change is done and one of them half done."""
        dice = self._random(self.operations, 3)
        marginal = self._marginal.get(address, 0)
        to_clear = (old | marginal) & ~wanted
        changing = [at for at in range(PAGE_BYTES) if to_clear >> (8 * at) & 0xFF]
        if not changing:
            return
        torn_at = dice.choice(changing)
        done_mask = (1 << (8 * torn_at)) - 1
        torn_bits = to_clear & (0xFF << (8 * torn_at))
        cleared = torn_bits & (dice.getrandbits(8) << (8 * torn_at))
        undecided = torn_bits & ~cleared & (dice.getrandbits(8) << (8 * torn_at))
        now = old & ~(to_clear & done_mask) & ~cleared
        self._put(address, now, (marginal & ~(to_clear & done_mask) & ~cleared) | undecided)

    def _tear_erase(self, start: int) -> None:
        """Each page is still old, already blank, or in between with marginal bits."""
        dice = self._random(self.operations, 4)
        ones = (1 << PAGE_BITS) - 1
        for address in range(start, start + SECTOR_BYTES, PAGE_BYTES):
            old = int.from_bytes(self._bytes[address : address + PAGE_BYTES], "little")
            marginal = self._marginal.get(address, 0)
            fate = dice.randrange(3)
            if fate == 0:
                self._put(address, ones, 0)
            elif fate == 1:
                risen = ~old & dice.getrandbits(PAGE_BITS) & ones
                undecided = (~old | marginal) & dice.getrandbits(PAGE_BITS) & ones
                self._put(address, old | risen, undecided)

    def _put(self, address: int, value: int, marginal: int) -> None:
        self._bytes[address : address + PAGE_BYTES] = value.to_bytes(PAGE_BYTES, "little")
        if marginal:
            self._marginal[address] = marginal
        else:
            self._marginal.pop(address, None)

    def _check_page(self, address: int) -> None:
        if address % PAGE_BYTES or not 0 <= address < len(self._bytes):
            raise ValueError(f"{address} is not the start of a page of this memory")

    def _random(self, counter: int, purpose: int) -> Random:
        """A fresh generator for one event: the same event gives the same dice."""
        return Random(f"{self.seed}:{counter}:{purpose}")
