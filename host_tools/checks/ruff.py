"""Style and common mistakes, by ruff; what it looks for is in pyproject.toml."""

from __future__ import annotations

from pathlib import Path

from checks.tools import installed, lines_of


def check(root: Path) -> list[str]:
    """One finding a line, as ruff gives them."""
    ruff = installed("ruff")
    return lines_of(root, ruff, "check", "--quiet", "--output-format=concise", ".")
