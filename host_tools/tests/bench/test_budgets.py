"""Budgets of `make bench`: a figure above its own, or one that is missing, is a miss."""

from __future__ import annotations

import tomllib
from pathlib import Path

from benchpump.bench import budgets, measure

BUDGETS = tomllib.loads(Path(budgets.__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def test_every_budget_says_what_it_is_and_what_was() -> None:
    """REQ-MEMORY-3: 40 KB of live heap, nothing in a tick, and what was measured before."""
    assert BUDGETS["live_heap_bytes"]["most"] == 40 * 1024
    assert BUDGETS["tick_heap_bytes"]["most"] == BUDGETS["heap_growth_bytes"]["most"] == 0
    for budget in BUDGETS.values():
        assert budget["text"]
        assert budget["before"] <= budget["most"]


def test_a_budget_is_kept_up_to_its_figure() -> None:
    """Limit - 1 and limit are kept, limit + 1 is missed, by name; so is what was not measured."""
    at_limit = {name: float(budget["most"]) for name, budget in BUDGETS.items()}
    assert budgets.missed(at_limit) == []
    assert budgets.missed(at_limit | {"live_heap_bytes": 40_959}) == []
    assert budgets.missed(at_limit | {"live_heap_bytes": 40_961}) == [
        "live_heap_bytes is 40961, above its budget of 40960"
    ]
    del at_limit["calls_alarm_worst"]
    assert budgets.missed(at_limit) == ["calls_alarm_worst was not measured"]


def test_speed_beside_its_target() -> None:
    """1500 times real time is fast enough on CPython, less is not."""
    assert measure.too_slow({"cpython": 1500, "wasm": 400, "micropython": 1}) == []
    assert len(measure.too_slow({"cpython": 1499.9, "wasm": 399.9})) == 2


def test_growth_takes_two_figures() -> None:
    """From the first hour to the last; a single hour shows none."""
    assert measure.growth([30_000, 30_500, 30_016]) == {"heap_growth_bytes": 16}
    assert measure.growth([30_000]) == {}
