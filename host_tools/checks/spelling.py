"""Spelling, by codespell, in everything that people read."""

from __future__ import annotations

from pathlib import Path

from checks.tools import installed, lines_of

PLACES = ("README.md", "CHANGELOG.md", "docs", "firmware", "boards", "host_tools", "hil_tests")


def check(root: Path) -> list[str]:
    """One finding a line, as codespell gives them."""
    present = [place for place in PLACES if (root / place).exists()]
    return lines_of(root, installed("codespell"), *present)
