"""The lease word as the chip executes it: which edges, when, and for how long."""

from __future__ import annotations

import random
import runpy
from bisect import bisect_right
from typing import Any

import pytest

from benchpump import tree_root

SLOT_CYCLES = 1000  # 10 ms at 100 kHz
SLOTS = 6
FIRST_EDGE_CYCLES = 5  # pull, out, two jumps and a set come before the first step
STEP_CYCLES = 32
EMPTY_WORD_CYCLES = 6
LEASE = runpy.run_path(str(tree_root() / "firmware/pump/lease.py"))

pytestmark = pytest.mark.requirement("REQ-LEASE-1")


def word_of(*slots: int) -> int:
    """A lease word with these slots; those not given are 31."""
    padded = [*slots, *[31] * (SLOTS - len(slots))]
    return sum(count << 5 * place for place, count in enumerate(padded))


def expected_edges(slots: list[int]) -> list[int]:
    """Cycles from the put to each rising edge, by the format's description alone."""
    return [
        SLOT_CYCLES * place + FIRST_EDGE_CYCLES + STEP_CYCLES * step
        for place, count in enumerate(slots)
        for step in range(count)
    ]


def edges_since(chip: Any, cycle: int) -> list[int]:
    """Cycles from `cycle` to each later rising edge."""
    return [edge - cycle for edge in chip.edges[bisect_right(chip.edges, cycle) :]]


@pytest.mark.parametrize("count", range(32))
def test_one_slot(chip: Any, count: int) -> None:
    """Each value of a slot gives so many edges, 320 us apart, inside 10 ms; 31 gives none (C1)."""
    started = chip.now
    chip.put(word_of(count))
    ended = chip.run_until_starved(2 * SLOT_CYCLES)
    assert edges_since(chip, started) == expected_edges([] if count == 31 else [count])
    expected = EMPTY_WORD_CYCLES if count == 31 else SLOT_CYCLES
    assert abs(ended - started - expected) <= EMPTY_WORD_CYCLES


@pytest.mark.parametrize("slots", range(1, SLOTS + 1))
@pytest.mark.parametrize("fraction", [0, 1, 7, 15, 29, 30])
def test_encoded_word(chip: Any, slots: int, fraction: int) -> None:
    """Words of pump.lease.encode move exactly the steps asked for, in slots of 10 ms (C1)."""
    steps = fraction * slots - (1 if fraction in (7, 29) else 0)
    word = LEASE["encode"](steps, slots)
    counts = [word >> 5 * place & 31 for place in range(slots)]
    started = chip.now
    chip.put(word)
    ended = chip.run_until_starved(SLOTS * SLOT_CYCLES)
    assert sum(counts) == steps
    assert edges_since(chip, started) == expected_edges(counts)
    assert abs(ended - started - slots * SLOT_CYCLES) <= EMPTY_WORD_CYCLES


@pytest.mark.parametrize("first", range(1, SLOTS + 1))
def test_two_words_join_without_a_gap(chip: Any, first: int) -> None:
    """The second of two queued words begins exactly where the slots of the first end (C1, C4)."""
    started = chip.now
    chip.put(word_of(*[30] * first))
    chip.put(word_of(3, 2))
    chip.run_until_starved(12_000)
    assert edges_since(chip, started) == expected_edges([*[30] * first, 3, 2])


def test_word_after_word_never_drifts(chip: Any) -> None:
    """Words of 50 ms kept coming for 5 s: the last edge is where plain counting puts it (C4)."""
    started = chip.now
    word = word_of(1, 1, 1, 1, 1)
    chip.put(word)
    for _ in range(99):
        chip.put(word)
        chip.run(5 * SLOT_CYCLES)
    chip.run_until_starved(12_000)
    assert edges_since(chip, started) == expected_edges([1] * 500)


def test_starved_is_quiet_for_ever(chip: Any) -> None:
    """After its word the machine waits with the pin low: no edge in the next 6 s (C1)."""
    chip.put(word_of(30, 30, 30, 30, 30, 30))
    chip.run(6_010)
    done = len(chip.edges)
    chip.run(600_000)
    assert done == 180
    assert len(chip.edges) == done
    assert not chip.pin_is_high()


@pytest.mark.parametrize("word", [0x3FFFFFFF, 0xFFFFFFFF])
def test_all_ones_moves_nothing(chip: Any, word: int) -> None:
    """A floating bus or erased memory moves nothing, and the word after it is executed (C1)."""
    chip.put(word)
    chip.run_until_starved(EMPTY_WORD_CYCLES + 2)
    assert chip.edges == []
    chip.put(word_of(4))
    chip.run_until_starved(2 * SLOT_CYCLES)
    assert len(chip.edges) == 4


def test_31_ends_the_word(chip: Any) -> None:
    """What stands behind a 31 in a word that encode never makes is not executed (C1)."""
    started = chip.now
    chip.put(word_of(5, 31, 7, 7, 7, 7))
    chip.run_until_starved(2 * SLOT_CYCLES)
    assert edges_since(chip, started) == expected_edges([5])


def test_no_word_lasts_longer_than_60_ms(chip: Any) -> None:
    """Of 1000 random 32-bit words none moves for more than 60 ms, nor more than 180 steps (C1)."""
    seeded = random.Random(20)
    for _ in range(1000):
        started = chip.now
        chip.put(seeded.getrandbits(32))
        ended = chip.run_until_starved(SLOTS * SLOT_CYCLES + EMPTY_WORD_CYCLES)
        assert ended - started <= SLOTS * SLOT_CYCLES + EMPTY_WORD_CYCLES
        moved = edges_since(chip, started)
        assert len(moved) <= 180
        assert not moved or moved[-1] <= SLOTS * SLOT_CYCLES


def test_instantaneous_rate(chip: Any) -> None:
    """Edges are never closer than 320 us (3125 steps/s), across slots and words alike (C1)."""
    chip.put(word_of(30, 30, 30, 30, 30, 30))
    chip.put(word_of(30, 30, 30, 30, 30, 30))
    chip.run_until_starved(13_000)
    gaps = [after - before for before, after in zip(chip.edges, chip.edges[1:], strict=False)]
    assert min(gaps) == STEP_CYCLES
    assert len(chip.edges) == 360
