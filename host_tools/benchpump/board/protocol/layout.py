"""Shapes of generated Python: constants and tuples, laid out as the formatter would."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LINE_LENGTH = 99


def constants(prefix: str, numbered: Iterable[tuple[int, str]]) -> list[str]:
    """`PREFIX_NAME = number` lines, then an empty one."""
    return [f"{prefix}_{name}".upper() + f" = {number}" for number, name in numbered] + [""]


def assigned(name: str, shown: list[str]) -> list[str]:
    """`name = (…)` on one line where it fits, else one entry a line."""
    line = f"{name} = ({', '.join(shown)}{',' if len(shown) == 1 else ''})"
    if len(line) <= LINE_LENGTH:
        return [line]
    return [f"{name} = (", *[f"    {entry}," for entry in shown], ")"]


def camel(name: str) -> str:
    """`BAD_TOKEN` → `BadToken`."""
    return "".join(word.capitalize() for word in name.split("_"))


def quoted(text: str) -> str:
    """A Python string literal in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
