"""The rig's virtual clock lets time pass wherever somebody waits."""

from __future__ import annotations

import pytest

from benchpump.bench.clock import VirtualClock, whole_us


@pytest.mark.parametrize(
    ("duration_ms", "us"),
    [(0.0, 0), (1.8e-15, 1), (0.0004, 1), (0.0014, 1), (0.0016, 2), (50.0, 50_000)],
)
def test_a_wait_is_a_microsecond_or_more(duration_ms: float, us: int) -> None:
    """C9: no wait of the bench rounds to nothing but one for nothing."""
    assert whole_us(duration_ms) == us


def test_what_is_left_until_a_moment_comes_to_its_end() -> None:
    """C9: 8.711483000000001 s are 1.8 fs after microsecond 8711483: waiting for them ends."""
    now_us = 8_711_483
    end_s = 8.711483000000001

    def run_until(until_us: int) -> None:
        nonlocal now_us
        now_us = until_us

    clock = VirtualClock(lambda: now_us, run_until)
    left_s = end_s - clock.now_s()
    assert left_s > 0
    clock.sleep_s(left_s)
    assert clock.now_s() >= end_s
