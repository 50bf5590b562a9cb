"""Tests that are taken out of a run, counted by their reasons: neither skipped nor silent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

DESELECTED = pytest.StashKey[Counter[str]]()
"""Reasons and how many tests they took out."""
WORKER_KEY = "benchpump_deselected"


NOT_LONG = "not long"
"""The `-m` of a run that leaves what is long to others."""
LEFT_OUT = "long: for make hil-long, make unit-long or make hil TARGET=pico"


def deselect_long(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out of `items` what such a run leaves out, before pytest does so without a word."""
    if config.getoption("markexpr") == NOT_LONG:
        deselect(
            config,
            items,
            lambda item: LEFT_OUT if item.get_closest_marker("long") else None,
        )


def deselect(
    config: pytest.Config, items: list[pytest.Item], why: Callable[[pytest.Item], str | None]
) -> None:
    """Take out of `items` those for which `why` knows a reason."""
    reasons = config.stash.setdefault(DESELECTED, Counter())
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        reason = why(item)
        if reason is None:
            kept.append(item)
        else:
            dropped.append(item)
            reasons[reason] += 1
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept
    worker: dict[str, object] | None = getattr(config, "workeroutput", None)
    if worker is not None:  # pytest-xdist: the verdict is the controller's
        worker[WORKER_KEY] = dict(reasons)
