"""The memory behaves as NOR flash does, power cuts included (C3, C6)."""

from __future__ import annotations

import pytest

from benchpump.bench.flash import (
    BLANK_PAGE,
    PAGE_BYTES,
    SECTOR_BYTES,
    TYPICAL,
    WORST,
    Flash,
    PowerCut,
    StorageRefused,
)

OLD = bytes(range(256))


def torn_program(seed: int, wanted: bytes, before: bytes = BLANK_PAGE) -> Flash:
    """A memory whose page 0 lost its power while `wanted` was programmed over `before`."""
    flash = Flash(sectors=1, seed=seed)
    flash.program(0, before)
    flash.cut("torn")
    with pytest.raises(PowerCut):
        flash.program(0, wanted)
    return flash


def test_programming_only_clears_bits() -> None:
    """NOR: a page programmed twice holds the AND of both, and other pages are untouched."""
    flash = Flash(sectors=2)
    flash.program(PAGE_BYTES, b"\xf0" * PAGE_BYTES)
    flash.program(PAGE_BYTES, b"\x3c" * PAGE_BYTES)
    assert flash.read(PAGE_BYTES) == b"\x30" * PAGE_BYTES
    assert flash.image().count(0xFF) == 2 * SECTOR_BYTES - PAGE_BYTES


def test_erase_sets_one_sector_to_ones() -> None:
    """NOR: only the erased sector loses its content."""
    flash = Flash(sectors=3)
    for sector in range(3):
        flash.program(sector * SECTOR_BYTES, OLD)
    flash.erase(1)
    assert flash.read(SECTOR_BYTES) == BLANK_PAGE
    assert flash.read(0) == flash.read(2 * SECTOR_BYTES) == OLD


def test_operations_take_time_and_are_counted() -> None:
    """C6: durations are those of the data sheet, typical or worst; reads are not counted."""
    flash = Flash(sectors=1)
    assert (flash.program(0, OLD), flash.erase(0)) == (400, 45_000)
    assert flash.timing is TYPICAL
    flash.timing = WORST
    assert (flash.program(0, OLD), flash.erase(0)) == (3_000, 400_000)
    flash.read(0)
    assert flash.operations == 4


@pytest.mark.parametrize("address", [-256, 1, 255, 4096])
def test_only_whole_pages_of_this_memory(address: int) -> None:
    """Bad input: an address that is no page of the memory is refused, memory unchanged."""
    flash = Flash(sectors=1)
    with pytest.raises(ValueError, match="page"):
        flash.program(address, OLD)
    with pytest.raises(ValueError, match="page"):
        flash.read(address)
    assert flash.image() == b"\xff" * SECTOR_BYTES


def test_short_pages_and_missing_sectors_are_refused() -> None:
    """Bad input: 255 and 257 bytes, sectors -1 and one past the end."""
    flash = Flash(sectors=1)
    for page in (OLD[:255], OLD + b"\0"):
        with pytest.raises(ValueError, match="256 bytes"):
            flash.program(0, page)
    for sector in (-1, 1):
        with pytest.raises(ValueError, match="sector"):
            flash.erase(sector)


def test_cut_before_and_after() -> None:
    """C3: before leaves the memory as it was, after completes; both end with a power cut."""
    flash = Flash(sectors=1)
    flash.cut("before")
    with pytest.raises(PowerCut, match="before") as cut:
        flash.program(0, OLD)
    assert cut.value.after_us == 0
    assert flash.read(0) == BLANK_PAGE
    flash.cut("after")
    with pytest.raises(PowerCut, match="after"):
        flash.program(0, OLD)
    assert flash.read(0) == OLD
    flash.cut("before")
    with pytest.raises(PowerCut):
        flash.erase(0)
    assert flash.read(0) == OLD
    flash.cut("after")
    with pytest.raises(PowerCut):
        flash.erase(0)
    assert flash.read(0) == BLANK_PAGE


@pytest.mark.parametrize("nth", [1, 2, 5])
def test_the_nth_operation_is_cut_and_only_that(nth: int) -> None:
    """C3: a cut can be put at every operation of a run, one by one."""
    flash = Flash(sectors=1)
    flash.erase(0)
    flash.cut("after", nth)
    for _ in range(nth - 1):
        flash.program(0, OLD)
    with pytest.raises(PowerCut) as cut:
        flash.program(0, OLD)
    assert cut.value.operation == nth + 1
    flash.program(0, OLD)
    with pytest.raises(ValueError, match="nth"):
        flash.cut("torn", 0)


@pytest.mark.parametrize("seed", range(40))
def test_a_torn_program_is_a_prefix_and_one_byte_in_between(seed: int) -> None:
    """C3: bytes before the torn one are done, those behind it untouched, no bit ever rises."""
    wanted = bytes([0x5A, 0, 0xC3, 1] * 64)
    flash = torn_program(seed, wanted)
    image = flash.image()[:PAGE_BYTES]
    differing = [at for at in range(PAGE_BYTES) if image[at] != wanted[at]]
    torn_at = differing[0] if differing else PAGE_BYTES - 1
    assert image[:torn_at] == wanted[:torn_at]
    assert image[torn_at + 1 :] == BLANK_PAGE[torn_at + 1 :] or not differing
    assert all(now & want == want for now, want in zip(image, wanted, strict=True))


def test_torn_programs_differ_by_seed_and_repeat_by_seed() -> None:
    """C6: the same seed tears in the same way, and forty seeds tear in many ways."""
    wanted = bytes(PAGE_BYTES)
    images = [torn_program(seed, wanted).image() for seed in range(40)]
    assert images == [torn_program(seed, wanted).image() for seed in range(40)]
    assert len(set(images)) > 30


def test_the_torn_byte_can_be_half_done() -> None:
    """C3: over forty seeds there are bytes with some bits cleared and some not, marginal aside."""
    halves = 0
    for seed in range(40):
        image = torn_program(seed, bytes(PAGE_BYTES)).image()[:PAGE_BYTES]
        halves += any(byte not in (0, 0xFF) for byte in image)
    assert halves > 30


def test_a_torn_program_firms_up_marginal_bits_in_the_part_that_was_done() -> None:
    """C3: of a page that a torn erase left marginal, only the torn byte may flicker below it."""
    looked_at = 0
    for seed in range(30):
        flash = Flash(sectors=1, seed=seed)
        flash.program(0, bytes(PAGE_BYTES))
        flash.cut("torn")
        with pytest.raises(PowerCut):
            flash.erase(0)
        flash.cut("torn")
        with pytest.raises(PowerCut):
            flash.program(0, bytes(PAGE_BYTES))
        image = flash.image()[:PAGE_BYTES]
        done = len(image) - len(image.lstrip(b"\0"))
        reads = [flash.read(0) for _ in range(20)]
        flickering = sum(any(read[at] for read in reads) for at in range(done))
        assert flickering <= 1
        looked_at += done > 16 and flash.marginal_bits() > 0
    assert looked_at > 3


def test_marginal_bits_flicker_until_programmed_to_0_or_erased() -> None:
    """C3: marginal bits read either way, only where old and new differ; then they are firm."""
    seeds = [seed for seed in range(40) if torn_program(seed, bytes(256)).marginal_bits()]
    assert len(seeds) > 10
    flash = torn_program(seeds[0], bytes(256))
    reads = {flash.read(0) for _ in range(200)}
    assert len(reads) > 1
    assert flash.image() == flash.image()
    erased = flash.copy()
    flash.program(0, bytes(256))
    assert {flash.read(0) for _ in range(50)} == {bytes(256)}
    erased.erase(0)
    assert {erased.read(0) for _ in range(50)} == {BLANK_PAGE}
    assert flash.marginal_bits() == erased.marginal_bits() == 0


def test_programming_ones_leaves_a_marginal_bit_marginal() -> None:
    """C3: a page written again with ones in that place does not become trustworthy."""
    seed = next(s for s in range(40) if torn_program(s, bytes(256)).marginal_bits())
    flash = torn_program(seed, bytes(256))
    flash.program(0, BLANK_PAGE)
    assert flash.marginal_bits() > 0


@pytest.mark.parametrize("seed", range(10))
def test_a_torn_erase_leaves_a_mixture(seed: int) -> None:
    """C3: no bit falls, pages are old, blank or in between, and other sectors are untouched."""
    flash = Flash(sectors=2, seed=seed)
    for page in range(32):
        flash.program(page * PAGE_BYTES, OLD)
    flash.cut("torn")
    with pytest.raises(PowerCut) as cut:
        flash.erase(0)
    assert 0 <= cut.value.after_us < TYPICAL.erase_us
    pages = [flash.image()[at : at + PAGE_BYTES] for at in range(0, SECTOR_BYTES, PAGE_BYTES)]
    assert all(now & old == old for page in pages for now, old in zip(page, OLD, strict=True))
    assert len(set(pages)) >= 3
    assert flash.marginal_bits() > 0
    assert flash.image()[SECTOR_BYTES:] == OLD * 16


def test_a_device_that_refuses_and_one_that_does_nothing() -> None:
    """Storage failed: refused operations raise, a dead array takes them and changes nothing."""
    flash = Flash(sectors=1)
    flash.program(0, OLD)
    flash.failure = "refuse"
    with pytest.raises(StorageRefused):
        flash.program(256, OLD)
    with pytest.raises(StorageRefused):
        flash.erase(0)
    flash.failure = "ignore"
    assert flash.program(256, OLD) == TYPICAL.program_us
    assert flash.erase(0) == TYPICAL.erase_us
    assert flash.image() == OLD + b"\xff" * (SECTOR_BYTES - 256)
    assert flash.operations == 5


def test_image_load_and_copy() -> None:
    """C7: an image restores a memory elsewhere, and a copy goes its own way."""
    flash = Flash(sectors=2, seed=3)
    flash.program(0, OLD)
    other = Flash(sectors=2)
    other.load(flash.image())
    assert other.image() == flash.image()
    twin = flash.copy()
    twin.erase(0)
    assert flash.read(0) == OLD
    with pytest.raises(ValueError, match="memory has"):
        other.load(b"")


def test_a_copy_flickers_like_its_original() -> None:
    """C6, C7: after a fork both memories give the same sequence of readings."""
    seed = next(s for s in range(40) if torn_program(s, bytes(256)).marginal_bits() > 2)
    flash = torn_program(seed, bytes(256))
    flash.read(0)
    twin = flash.copy()
    assert [flash.read(0) for _ in range(50)] == [twin.read(0) for _ in range(50)]


def test_a_fingerprint_tells_contents_and_marginal_bits_apart() -> None:
    """Bench: equal for a copy and for the same history, different after any change of either."""
    torn = torn_program(1, bytes(PAGE_BYTES))
    assert torn.marginal_bits() > 0
    assert torn.fingerprint() == torn.copy().fingerprint()
    firm = Flash(sectors=1)
    firm.load(torn.image())
    assert firm.image() == torn.image()
    assert firm.fingerprint() != torn.fingerprint()
    before = firm.fingerprint()
    firm.program(PAGE_BYTES, OLD)
    assert firm.fingerprint() != before
