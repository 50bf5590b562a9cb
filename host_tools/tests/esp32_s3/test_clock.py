"""The ESP32-S3's clock: leases are followed while the firmware sleeps; watchdog; reset causes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest


class Dark:
    """A panel that shows nothing."""

    def step(self, now_ms: int) -> None:
        """Nothing to blink."""


@pytest.fixture
def clock(load: Callable[[str], Any], drive: Any) -> Any:
    """The clock of a board with that drive."""
    return load("clock").Esp32Clock(Dark(), drive)


def test_a_tick_of_50_ms_never_starves_the_drive(chip: Any, drive: Any, clock: Any) -> None:
    """C4: one lease a tick, given at moments that wander within it: each step in its place."""
    deadline = clock.ticks_ms()
    for tick in range(100):
        deadline += 50
        chip.pass_us(1000 + tick * 37 % 3000)  # what the tick took until it leased
        assert drive.lease(5, 50)
        clock.idle_until(deadline)
        assert clock.ticks_ms() == deadline
    chip.pass_us(100_000)
    gaps = [after - before for before, after in pairwise(chip.rising_us)]
    assert len(gaps) == 499
    assert min(gaps) >= 9_900
    assert max(gaps) < 13_000  # where the tick was later than the lease before it had to wait


class Collector:
    """`gc` of an image: in which idle part it was asked, by its start; each takes 30 ms."""

    def __init__(self, chip: Any) -> None:
        self._chip = chip
        self.asked_us: list[int] = []

    def collect(self) -> None:
        """As `gc.collect`."""
        self.asked_us.append(self._chip.now_us)
        self._chip.pass_us(30_000)


@pytest.fixture
def collector(chip: Any, load: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> Collector:
    """What the clock asks to collect."""
    made = Collector(chip)
    monkeypatch.setattr(load("idle_clock"), "gc", made)
    return made


def test_garbage_is_collected_after_the_self_test_and_every_five_seconds(
    clock: Any, collector: Collector
) -> None:
    """In the 25th idle part, five ticks after the sensors were watched, then in each 100th."""
    for tick in range(300):
        clock.idle_until(50 * tick + 50)
    assert collector.asked_us == [50_000 * (count - 1) for count in (25, 125, 225)]


def test_without_time_for_it_garbage_waits(chip: Any, clock: Any, collector: Collector) -> None:
    """One took 30 ms: the next does not come where 31 ms are left, but a tick later."""
    for tick in range(130):
        if tick == 124:
            chip.pass_us(19_000)
        clock.idle_until(50 * tick + 50)
    assert collector.asked_us == [50_000 * (count - 1) for count in (25, 126)]


@pytest.mark.parametrize(("told", "cause"), [(1, 1), (5, 3), (3, 2), (2, 2), (0, 2)], ids=str)
def test_why_it_was_reset(chip: Any, clock: Any, told: int, cause: int) -> None:
    """Power-on, soft, watchdog; what cannot be told from a crash is taken for one."""
    chip.reset_cause = told
    assert clock.reset_cause() == cause


@pytest.mark.parametrize(
    ("timeout_ms", "started"), [(0, []), (1, [1]), (8388, [8388]), (8389, [])]
)
def test_the_watchdog_takes_what_the_port_says(
    chip: Any, clock: Any, timeout_ms: int, started: list[int]
) -> None:
    """The limits of the port; and the way out gives the REPL a day."""
    clock.watchdog(timeout_ms)
    assert chip.watchdogs_ms == started
    clock.feed()
    clock.stop_watchdog()
    assert chip.watchdogs_ms == started + [86_400_000] * len(started)
