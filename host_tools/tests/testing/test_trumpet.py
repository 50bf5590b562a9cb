"""The trumpet's arithmetic, on flows whose windowed errors are known."""

from __future__ import annotations

import math

import pytest

from benchpump.testing.safety import trumpet

RATE = 6_000_000  # 50 uL in half a minute
EVEN = [50_000.0 * sample for sample in range(241)]


def test_an_even_flow_has_no_error() -> None:
    """The rate itself: 0 % in every window."""
    for errors in trumpet.trumpet(EVEN, RATE).values():
        assert errors == pytest.approx((0, 0), abs=1e-9)


def test_a_period_shows_in_short_windows_and_averages_out_in_long_ones() -> None:
    """A swing of ±1 uL with a period of 4 min: ±1 % over 2 min, less over 31 min."""
    swing = [volume + 1000 * math.sin(2 * math.pi * at / 8) for at, volume in enumerate(EVEN)]
    found = trumpet.trumpet(swing, RATE)
    assert found[2] == pytest.approx((-1, 1))
    assert found[31][1] < 0.07


def test_only_the_second_hour_counts() -> None:
    """A stumble in the first hour is start-up; the same one later is in the trumpet."""
    for sample, counts in ((119, False), (121, True)):
        late = [volume - (10_000 if at >= sample else 0) for at, volume in enumerate(EVEN)]
        assert (trumpet.trumpet(late, RATE)[2][0] < -4) == counts


def test_less_than_two_hours_is_no_trumpet() -> None:
    """241 samples are two hours; 240 are refused."""
    with pytest.raises(ValueError, match="less than two hours"):
        trumpet.trumpet(EVEN[:-1], RATE)


def test_flow_is_volume_over_time() -> None:
    """50 uL in half a minute are 6 mL/h."""
    assert trumpet.flows_nl_h(EVEN[:3]) == [6_000_000, 6_000_000]
