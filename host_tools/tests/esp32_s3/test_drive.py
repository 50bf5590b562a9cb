"""The drive on an ESP32-S3's RMT and pulse counter: bounded, starved in hardware, counted."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

STEP, DIRECTION, ENABLE = 47, 7, 21
FULL_MS = 60


def stepped_in(chip: Any, microseconds: int) -> int:
    """Steps within that time, while nobody asks the drive for anything."""
    before = chip.steps()
    chip.pass_us(microseconds)
    return chip.steps() - before


def test_cut_from_the_first_moment(chip: Any, load: Callable[[str], Any]) -> None:
    """C1: the port comes with the driver cut, forward, step low; and moves nothing so."""
    drive = load("drive").RmtDrive()
    assert (chip.levels[ENABLE], chip.levels[DIRECTION], chip.levels[STEP]) == (1, 0, 0)
    assert not drive.lease(1, 50)
    drive.enable(True)
    assert chip.levels[ENABLE] == 0
    assert drive.lease(1, 50)


@pytest.mark.requirement("REQ-LEASE-5")
@pytest.mark.parametrize(
    ("steps", "duration_ms", "taken"),
    [
        (150, 50, True),
        (151, 50, False),
        (179, 60, True),
        (180, 60, True),
        (181, 60, False),
        (1, 61, False),
        (1, 70, False),
        (30, 10, True),
        (31, 10, False),
        (1, 9, False),
        (1, 0, False),
        (0, 60, True),
    ],
)
def test_what_a_lease_may_be(
    chip: Any, drive: Any, steps: int, duration_ms: int, taken: bool
) -> None:
    """C1: at most 60 ms and 30 steps in 10 ms; the list fits the peripheral's memory always."""
    assert drive.lease(steps, duration_ms) is taken
    assert stepped_in(chip, 1_000_000) == (steps if taken else 0)
    assert drive.busy_ms() == 0


@pytest.mark.requirement("REQ-LEASE-5")
@pytest.mark.parametrize(("ticks", "played"), [(19_199, True), (19_200, True), (19_201, False)])
def test_whatever_made_the_list(
    chip: Any, drive: Any, load: Callable[[str], Any], ticks: int, played: bool
) -> None:
    """C1: a list of more than 60 ms is not played, even if the translation went wrong."""

    def wrong(_word: int, durations: list[int]) -> int:
        durations[:2] = [50, ticks - 50]
        return 1

    load("pulses").write = wrong
    assert drive.lease(1, 50)
    assert stepped_in(chip, 1_000_000) == (1 if played else 0)
    assert drive.halt() == (0 if played else 1)


@pytest.mark.requirement("REQ-LEASE-5")
@pytest.mark.parametrize(("third_ms", "taken"), [(10, True), (20, True), (30, False)])
def test_running_and_queued(drive: Any, third_ms: int, taken: bool) -> None:
    """C1: 120 ms together, one below and one above."""
    assert drive.lease(10, 50)
    assert drive.lease(10, 50)
    assert drive.busy_ms() == 100
    assert drive.lease(1, third_ms) is taken


@pytest.mark.requirement("REQ-LEASE-5")
def test_a_hung_interpreter_stops_within_one_lease(chip: Any, drive: Any) -> None:
    """C1: what waits is started by code that runs; without it, 60 ms after the last one began
    nothing moves, and the peripheral does not begin again.
    """
    assert drive.lease(180, FULL_MS)
    assert drive.lease(180, FULL_MS)
    assert stepped_in(chip, 60_000) == 180
    assert stepped_in(chip, 10_000_000) == 0
    assert drive.busy_ms() == FULL_MS  # granted, and not done


@pytest.mark.requirement("REQ-LEASE-5")
@pytest.mark.parametrize(("late_ms", "steps"), [(0, 100), (10, 100), (11, 0), (400, 0)])
def test_after_a_stall_nothing_old_moves(chip: Any, drive: Any, late_ms: int, steps: int) -> None:
    """C1: what was granted is over 120 ms later, or never begun. The rest is owed at a halt."""
    assert drive.lease(0, FULL_MS)
    assert drive.lease(100, 50)
    chip.pass_us(1000 * (FULL_MS + late_ms))
    drive.follow()
    assert stepped_in(chip, 1_000_000) == steps
    assert drive.halt() == 100 - steps


def test_leases_join_without_a_gap(chip: Any, drive: Any) -> None:
    """C4: the second is begun as the first ends, however early it was given."""
    assert drive.lease(5, 50)
    chip.pass_us(47_300)
    assert drive.lease(5, 50)
    assert drive.next_ms() == 2
    chip.pass_us(1000 * drive.next_ms())
    drive.follow()
    chip.pass_us(100_000)
    moments = chip.rising_us
    gaps = [after - before for before, after in pairwise(moments)]
    assert len(gaps) == 9
    assert all(abs(gap - 10_000) <= 100 for gap in gaps)


@pytest.mark.parametrize("waits", [True, False])
def test_direction_changes_when_drained(chip: Any, drive: Any, waits: bool) -> None:
    """C1: not while a lease runs; and the level stays as it is till then."""
    assert drive.lease(5, 50)
    chip.pass_us(50_000 if waits else 49_000)
    assert drive.lease(-5, 50) is waits
    assert chip.levels[DIRECTION] == (1 if waits else 0)
    assert drive.edges() == 5


@pytest.mark.requirement("REQ-LEASE-5")
def test_halt_at_any_moment_accounts_for_every_step(chip: Any, drive: Any) -> None:
    """C1, C3: done plus owed are the steps granted, and nothing moves after it; 500 moments."""
    seeded = random.Random(11)
    for _ in range(500):
        before = chip.steps()
        granted = 0
        for _ in range(seeded.randrange(1, 3)):
            steps = seeded.randrange(0, 151)
            granted += steps if drive.lease(steps, 50) else 0
        chip.pass_us(seeded.randrange(0, 60_000))
        drive.follow()
        chip.pass_us(seeded.randrange(0, 60_000))
        undone = drive.halt()
        done = chip.steps() - before
        assert done + undone == granted
        assert stepped_in(chip, 200_000) == 0
        assert drive.busy_ms() == 0
        assert drive.edges() == chip.steps()


@pytest.mark.requirement("REQ-LEASE-5")
def test_a_counter_that_stands_still_refunds_nothing_that_was_done(chip: Any, drive: Any) -> None:
    """C3: with the wire to the counter off, a halt owes no more than the clock says is undone."""
    chip.wire = False
    for _ in range(20):
        before = chip.steps()
        assert drive.lease(100, 50)
        chip.pass_us(23_456)
        undone = drive.halt()
        assert undone <= 100 - (chip.steps() - before)
    assert drive.edges() == 0


def test_the_count_goes_on_where_the_hardware_begins_again(chip: Any, drive: Any) -> None:
    """C3: 16 bits in hardware, 2**30 at the port."""
    for _ in range(400):
        assert drive.lease(180, FULL_MS)
        chip.pass_us(60_000)
        assert drive.edges() == chip.steps()
    assert chip.steps() == 72_000


def test_a_full_queue_refuses(chip: Any, drive: Any) -> None:
    """C1: four wait at most; what was taken is done in order."""
    assert [drive.lease(1, 20) for _ in range(6)] == [True] * 5 + [False]
    for _ in range(200):
        chip.pass_us(1000)
        drive.follow()
    assert chip.steps() == 5
