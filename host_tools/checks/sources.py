"""Which Python files a check looks at, parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """One parsed file; `path` is relative to the root and uses forward slashes."""

    path: str
    tree: ast.Module
    lines: list[str]


def python_files(root: Path, *patterns: str) -> Iterator[Source]:
    """Every file that one of the glob patterns under `root` matches, in order of its path.

    Raises SyntaxError for a file that is no Python.
    """
    found = {path for pattern in patterns for path in root.glob(pattern)}
    for path in sorted(found):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(root).as_posix()
        yield Source(name, ast.parse(text, name), text.splitlines())
