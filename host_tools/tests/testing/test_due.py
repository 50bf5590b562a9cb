"""What the endurance run holds the pump to: due steps by rates alone."""

from __future__ import annotations

from fractions import Fraction

import pytest

from benchpump.link.segments import Segment
from benchpump.testing.endurance.due import Due

PL_PER_STEP = 103_206
SEGMENTS = [
    Segment.constant(1_000_003, 7_001),
    Segment.ramp(1_000_003, 77, 5_003),
    Segment.hold(11),
    Segment.bolus(50_021, 5_000_011),
]


def volume_steps(rate_nl_h: Fraction | int, ticks: int) -> Fraction:
    """Steps of a mean rate for so long."""
    return Fraction(rate_nl_h) * ticks * 1000 / 72_000 / PL_PER_STEP


def test_each_tick_is_within_a_step_of_the_volume_asked_for() -> None:
    """C4: half a step of rounding at the borders, and an eighth for a ramp's whole start rate."""
    due = Due(SEGMENTS, PL_PER_STEP)
    asked = Fraction(0)
    for segment in SEGMENTS[:3]:
        start, end, ticks = segment.rate_nl_h, segment.end_rate_nl_h, segment.duration_ticks
        for tick in range(1, ticks + 1):
            due.advance()
            mean = start + Fraction((end - start) * tick, 2 * ticks)
            assert abs(due.now() - asked - volume_steps(mean, tick)) <= Fraction(5, 8)
        asked += volume_steps(Fraction(start + end, 2), ticks)
    while not due.over:
        due.advance()
    assert due.now() == due.total_steps == round(asked + Fraction(50_021_000, PL_PER_STEP))


def test_a_changed_rate_goes_on_from_what_was_begun() -> None:
    """C4: after 1000 ticks another rate: no jump, and the end is what both rates ask for."""
    due = Due(SEGMENTS[:1], PL_PER_STEP)
    for _ in range(1000):
        due.advance()
    before = due.now()
    due.change_rate(1_200_000)
    assert 0 <= before - due.now() < Fraction(1, 1000)
    while not due.over:
        due.advance()
    asked = volume_steps(1_000_003, 1000) + volume_steps(1_200_000, 6001)
    assert due.now() == round(asked)


def test_a_hold_lasts_to_the_end_and_going_on_takes_the_next_segment() -> None:
    """C4: held at 500 of 5003 ticks of the ramp for all that is left; then what follows, whole."""
    due = Due(SEGMENTS, PL_PER_STEP)
    for _ in range(7_001 + 500):
        due.advance()
    rate = 1_000_003 - 999_926 * 500 // 5003 - 1
    left = 5003 - 500 + 11 + 721
    due.hold()
    assert due.stretch.ticks == left
    before = due.now()
    for _ in range(left):
        due.advance()
    assert float(due.now() - before) == pytest.approx(float(volume_steps(rate, left)), abs=1)
    due.go_on()
    at = due.now()
    for _ in range(11):
        due.advance()
    assert due.now() == at == int(at)
