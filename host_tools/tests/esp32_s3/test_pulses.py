"""No list that a lease word turns into is longer than a lease may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

END = 31
SLOT_US = 10_000
LEASE_MAX_US = 60_000
TICKS_PER_S = 320_000
SAME_MODULE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
"""A module without state serves every example."""


@pytest.fixture
def pulses(load: Callable[[str], Any]) -> Any:
    """The translation."""
    return load("pulses")


def word_of(slots: list[int]) -> int:
    """A word with those slots; what is missing is "no slot here"."""
    word = 0
    for place, steps in enumerate([*slots, *[END] * 6][:6]):
        word |= steps << (5 * place)
    return word


def rising_us(first: int, durations: list[int]) -> list[float]:
    """When the pin rises, as the peripheral plays that list."""
    found: list[float] = []
    at = 0
    level = bool(first)
    for ticks in durations:
        if ticks == 0:
            break
        if level:
            found.append(at * 1_000_000 / TICKS_PER_S)
        at += ticks
        level = not level
    return found


@SAME_MODULE
@given(words=st.lists(st.integers(0, (1 << 30) - 1), min_size=1, max_size=3))
def test_no_word_moves_for_longer_than_a_lease(pulses: Any, words: list[int]) -> None:
    """C1: whatever the bits, and whatever list was there before: 60 ms at most, every duration one
    that the peripheral knows, each slot exactly 10 ms.
    """
    durations = [0] * pulses.DURATIONS
    for word in words:
        first = pulses.write(word, durations)
        slots = [(word >> (5 * place)) & 31 for place in range(6)]
        lasting = (*slots, END).index(END)
        if lasting == 0:
            assert first == pulses.NOTHING
            return
        assert sum(durations) * 1_000_000 == lasting * SLOT_US * TICKS_PER_S
        assert sum(durations) <= pulses.LEASE_MAX_TICKS
        assert LEASE_MAX_US * TICKS_PER_S == pulses.LEASE_MAX_TICKS * 1_000_000
        assert all(0 <= ticks <= 32_767 for ticks in durations)
        expected = [
            SLOT_US * slot + 312.5 * step
            for slot, steps in enumerate(slots[:lasting])
            for step in range(steps)
        ]
        assert rising_us(first, durations) == expected


@pytest.mark.parametrize(
    ("slots", "ticks"),
    [([0] * 5, 16_000), ([0] * 6, 19_200), ([30] * 6, 19_200), ([0] * 7, 19_200)],
)
def test_the_longest_lists(pulses: Any, slots: list[int], ticks: int) -> None:
    """C1: one slot less, the limit, the limit with every step; a seventh slot cannot be said."""
    durations = [0] * pulses.DURATIONS
    assert pulses.write(word_of(slots), durations) in (0, 1)
    assert sum(durations) == ticks
    assert len(durations) == 360


@pytest.mark.parametrize("word", [(1 << 30) - 1, END, END | 30 << 5])
def test_what_reads_as_nothing_moves_nothing(pulses: Any, word: int) -> None:
    """C1: all ones, as erased memory reads, and any word that begins with "no slot here"."""
    durations = [0] * pulses.DURATIONS
    assert pulses.write(word, durations) == pulses.NOTHING
    assert not any(durations)


def test_nothing_is_left_of_a_longer_list(pulses: Any) -> None:
    """C1: the same memory serves each lease, and only the new one is in it."""
    durations = [0] * pulses.DURATIONS
    pulses.write(word_of([30] * 6), durations)
    assert pulses.write(word_of([1]), durations) == 1
    assert [ticks for ticks in durations if ticks] == [50, 3150]


@SAME_MODULE
@given(
    slots=st.lists(st.integers(0, 30), min_size=1, max_size=6),
    elapsed_us=st.integers(-1000, 70_000),
)
def test_how_far_a_lease_has_got(pulses: Any, slots: list[int], elapsed_us: int) -> None:
    """C3: the same as counting the edges that have come."""
    durations = [0] * pulses.DURATIONS
    first = pulses.write(word_of(slots), durations)
    edges = rising_us(first, durations)
    assert pulses.begun(word_of(slots), elapsed_us) == sum(at <= elapsed_us for at in edges)
