"""The drive decodes and bounds leases as contract C1 says."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from benchpump.bench.drive import COUNTER_MASK, END, SLOT_US, WORD_LIMIT, Drive, decode


def word(*slots: int) -> int:
    """A lease word of these slots, ended after them."""
    filled = [*slots, *[END] * (6 - len(slots))]
    return sum(count << (5 * slot) for slot, count in enumerate(filled))


def enabled_drive() -> Drive:
    """A drive that takes leases."""
    drive = Drive()
    drive.enable(True)
    return drive


@pytest.mark.parametrize("count", [0, 1, 30])
@pytest.mark.parametrize("slot", range(6))
def test_each_slot_makes_its_steps_320_us_apart(count: int, slot: int) -> None:
    """C1: `count` pulses in any slot come 320 us apart from the start of that slot."""
    slots = [0] * 6
    slots[slot] = count
    pulses, duration_us = decode(word(*slots))
    assert duration_us == 60_000
    assert pulses == tuple(slot * SLOT_US + k * 320 for k in range(count))


def test_31_ends_the_word() -> None:
    """C1: what stands behind it is never carried out, as on the chip."""
    assert decode(word(1, END, 1)) == ((0,), 10_000)


def test_all_ones_moves_nothing_and_takes_no_time() -> None:
    """C1: a floating bus or erased memory is a lease of nothing."""
    drive = enabled_drive()
    assert decode(WORD_LIMIT - 1) == ((), 0)
    assert drive.lease(WORD_LIMIT - 1, False, 0)
    assert drive.busy_us(0) == 0
    assert drive.advance(1_000_000) == 0


@pytest.mark.parametrize("bad", [-1, WORD_LIMIT, 1 << 32])
def test_words_outside_the_format_are_refused(bad: int) -> None:
    """C1: what does not fit 30 bits moves nothing and is counted."""
    drive = enabled_drive()
    assert not drive.lease(bad, False, 0)
    assert drive.refused == 1
    assert drive.advance(1_000_000) == 0
    with pytest.raises(ValueError, match="outside"):
        decode(bad)


def test_no_word_expresses_more_than_60_ms_or_180_steps() -> None:
    """C1: thousands of random words stay within the format's bounds, their pulses ascending."""
    dice = Random(1)
    for value in [word(*[30] * 6), *(dice.getrandbits(30) for _ in range(3000))]:
        pulses, duration_us = decode(value)
        assert duration_us <= 60_000
        assert len(pulses) <= 180
        assert all(a < b for a, b in pairwise(pulses))
        assert not pulses or pulses[-1] < duration_us


@pytest.mark.parametrize(("now_us", "taken"), [(9_999, False), (10_000, True), (10_001, True)])
def test_running_plus_queued_never_exceeds_120_ms(now_us: int, taken: bool) -> None:
    """C1: with 120 ms queued at 0, a further 10 ms fit from 10 ms on and not 1 us before."""
    drive = enabled_drive()
    assert drive.lease(word(*[1] * 6), False, 0)
    assert drive.lease(word(*[1] * 6), False, 0)
    drive.advance(now_us)
    assert drive.lease(word(1), False, now_us) is taken
    assert drive.refused == (0 if taken else 1)
    assert drive.busy_us(now_us) <= 120_000


def test_direction_changes_only_when_drained() -> None:
    """C1: a reverse lease is refused 1 us before the forward one ends and taken as it ends."""
    drive = enabled_drive()
    assert drive.lease(word(3), False, 0)
    assert drive.advance(9_999) == 3
    assert not drive.lease(word(2), True, 9_999)
    assert drive.lease(word(2), True, 10_000)
    assert drive.advance(20_000) == -2
    assert (drive.forward_steps, drive.reverse_steps, drive.edges) == (3, 2, 5)


def test_pulses_fall_into_the_interval_that_ends_at_or_after_them() -> None:
    """C1: the step pin is exact to the microsecond, and cutting time up changes nothing."""
    drive = enabled_drive()
    drive.lease(word(2), False, 1000)
    assert drive.advance(1000) == 1
    assert drive.advance(1319) == 0
    assert drive.advance(1320) == 1
    assert drive.last_step_us == 1320
    assert drive.advance(2_000_000) == 0


def test_a_starved_drive_stands_still() -> None:
    """C1: two leases end 120 ms after the last command, whatever happens to the interpreter."""
    drive = enabled_drive()
    drive.lease(word(*[30] * 6), False, 0)
    drive.lease(word(*[30] * 6), False, 0)
    assert drive.advance(3_600_000_000) == 360
    assert drive.last_step_us < 120_000
    assert drive.advance(7_200_000_000) == 0


def test_halt_in_mid_slot_yields_the_steps_not_done() -> None:
    """C1: steps done plus steps not done are the steps leased, and nothing moves afterwards."""
    drive = enabled_drive()
    drive.lease(word(4, 30, 4), False, 0)
    drive.lease(word(7), False, 0)
    not_done = drive.halt(10_000 + 320)
    assert not_done == 30 - 2 + 4 + 7
    assert drive.busy_us(10_320) == 0
    assert drive.advance(10_320) == 6
    assert drive.advance(1_000_000) == 0
    assert drive.lease(word(1), True, 1_000_000)


def test_disabling_cuts_at_once_and_refuses_leases() -> None:
    """C1: the enable line drops everything that is running or queued."""
    drive = enabled_drive()
    drive.lease(word(30, 30), False, 0)
    assert drive.advance(5_000) == 16
    drive.enable(False)
    assert drive.busy_us(5_000) == 0
    assert not drive.lease(word(1), False, 5_000)
    drive.enable(True)
    assert drive.advance(1_000_000) == 0
    assert drive.forward_steps == 16


def test_random_use_conserves_steps() -> None:
    """C1: over random leases, halts and cuts of time, leased = done + not done, step for step."""
    dice = Random(7)
    drive = enabled_drive()
    now_us = leased = not_done = net = signed = 0
    for _ in range(5000):
        value, reverse = dice.getrandbits(30), dice.random() < 0.5
        if drive.lease(value, reverse, now_us):
            steps = len(decode(value)[0])
            leased += steps
            signed += -steps if reverse else steps
        if dice.random() < 0.05:
            dropped = drive.halt(now_us)
            not_done += dropped
            signed += dropped if drive._reverse else -dropped
        now_us += dice.choice([0, 1, 313, 10_000, 50_000, 130_000])
        net += drive.advance(now_us)
    now_us += 200_000
    net += drive.advance(now_us)
    assert drive.forward_steps + drive.reverse_steps == leased - not_done
    assert net == drive.forward_steps - drive.reverse_steps == signed
    assert drive.edges == leased - not_done


def test_the_counter_wraps_and_can_be_stuck() -> None:
    """C3: the hardware count is modulo 2**30; stuck, it stands while the pin steps on."""
    drive = enabled_drive()
    drive.edges = COUNTER_MASK
    drive.lease(word(2), False, 0)
    drive.advance(10_000)
    assert drive.edges == 1
    drive.counter_stuck = True
    drive.lease(word(5), False, 10_000)
    assert drive.advance(20_000) == 5
    assert (drive.edges, drive.forward_steps) == (1, 7)


def test_a_stalled_motor_does_not_turn_but_the_pin_steps() -> None:
    """Drive stall: truth at the step pin counts on and the plant gets no steps."""
    drive = enabled_drive()
    drive.stalled = True
    drive.lease(word(5), False, 0)
    assert drive.advance(10_000) == 0
    assert (drive.forward_steps, drive.edges) == (5, 5)


def test_time_does_not_run_backwards() -> None:
    """A bench that loses time fails loudly instead of making steps twice."""
    drive = enabled_drive()
    drive.advance(1000)
    with pytest.raises(ValueError, match="go back"):
        drive.advance(999)


def test_a_copy_goes_on_by_itself() -> None:
    """C7: a copy in mid-lease makes the same steps later, and neither touches the other."""
    drive = enabled_drive()
    drive.lease(word(30), False, 0)
    drive.lease(word(30), False, 0)
    drive.advance(5_000)
    twin = drive.copy()
    assert drive.halt(5_000) == 44
    assert twin.advance(100_000) == 44
    assert (drive.forward_steps, twin.forward_steps) == (16, 60)
