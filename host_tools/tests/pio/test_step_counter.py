"""The second state machine counts what the step pin did, whatever the first one was told."""

from __future__ import annotations

import random
from typing import Any

import pytest

pytestmark = pytest.mark.requirement("REQ-COUNT-1")


def test_counter_agrees_with_the_pin_at_any_moment(chip: Any) -> None:
    """Read 300 times at random moments while running, the count equals the edges seen (C3)."""
    seeded = random.Random(3)
    for _ in range(300):
        if chip.queued() == 0:
            chip.put(seeded.getrandbits(30))
        chip.run(seeded.randrange(1, 700))
        settled = 2  # cycles from an edge to the counter's decrement
        seen = sum(edge <= chip.now - settled for edge in chip.edges)
        assert seen <= chip.counted() <= len(chip.edges)
    chip.run_until_starved(13_000)
    chip.run(3)
    assert chip.counted() == len(chip.edges) > 1000


def test_reading_does_not_disturb_the_count(chip: Any) -> None:
    """Read at every cycle of a slot at full rate, the counter misses no edge (C3)."""
    chip.put(0x3DEF7BDE)
    for _ in range(1_000):
        chip.run(1)
        chip.counted()
    chip.run_until_starved(6_010)
    chip.run(3)
    assert chip.counted() == len(chip.edges) == 180


def test_pin_moved_by_hand_is_counted(chip: Any) -> None:
    """An edge that no lease asked for is counted: the counter watches the pin (C3)."""
    for level in (1, 0, 1, 0):
        chip.execute(0, 0xE000 | level << 12 | level)  # set pins, level (side-set follows it)
        chip.run(20)
    assert chip.counted() == 2


def test_programs_share_one_block(chip: Any) -> None:
    """Both programs fit one PIO block of 32 instructions, with room left (RP2040 datasheet)."""
    used = len(chip.data["LEASE_PROGRAM"][0]) + len(chip.data["STEP_COUNTER_PROGRAM"][0])
    assert used <= 30
