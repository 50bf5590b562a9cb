"""Tests that are about one kind of pump: deselected with another, each with its reason."""

from __future__ import annotations

from collections import Counter

import pytest

FOR_OTHER_PUMPS = pytest.StashKey[Counter[str]]()
"""Reasons and how many tests they took out."""


def deselect_other_pumps(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out of `items` what is not for the pump of the command line.

    Raises pytest.UsageError for a `pump` mark without a kind or a reason.
    """
    chosen = str(config.getoption("--pump"))
    reasons: Counter[str] = Counter()
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        mark = item.get_closest_marker("pump")
        if mark is None:
            kept.append(item)
            continue
        reason = mark.kwargs.get("reason")
        if len(mark.args) != 1 or mark.args[0] not in ("syringe", "peristaltic") or not reason:
            raise pytest.UsageError(f"{item.nodeid}: pump() needs a kind and a reason")
        if mark.args[0] == chosen:
            kept.append(item)
        else:
            dropped.append(item)
            reasons[f"{mark.args[0]} only: {reason}"] += 1
    config.stash[FOR_OTHER_PUMPS] = reasons
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept
    worker: dict[str, object] | None = getattr(config, "workeroutput", None)
    if worker is not None:  # pytest-xdist: the verdict is the controller's
        worker["for_other_pumps"] = dict(reasons)
