"""Tests that are about one kind of pump: deselected with another, each with its reason."""

from __future__ import annotations

import pytest

from benchpump.testing.deselection import deselect


def deselect_other_pumps(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out of `items` what is not for the pump of the command line.

    Raises pytest.UsageError for a `pump` mark without a kind or a reason.
    """
    chosen = str(config.getoption("--pump"))

    def why(item: pytest.Item) -> str | None:
        mark = item.get_closest_marker("pump")
        if mark is None:
            return None
        reason = mark.kwargs.get("reason")
        if len(mark.args) != 1 or mark.args[0] not in ("syringe", "peristaltic") or not reason:
            raise pytest.UsageError(f"{item.nodeid}: pump() needs a kind and a reason")
        return None if mark.args[0] == chosen else f"{mark.args[0]} only: {reason}"

    deselect(config, items, why)
