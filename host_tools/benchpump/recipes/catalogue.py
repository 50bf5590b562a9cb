"""A file of entries, each with a number and a name: read whole, and found by either."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol, TypeVar

from benchpump.recipes.document import Located, Table, read_document
from benchpump.recipes.problems import Problem, RecipeError


class Named(Protocol):
    """An entry with a number of its own and a name."""

    @property
    def number(self) -> int:
        """Its number."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...


_Entry = TypeVar("_Entry", bound=Named)


def read_catalogue(
    path: Path, kind: str, entry_of: Callable[[Located, list[Problem]], _Entry | None]
) -> list[_Entry]:
    """Read every `[[kind]]` of a file; no number and no name may come twice.

    `entry_of` makes an entry of a table, or keeps what is wrong with it and returns None.
    Raises RecipeError with every problem and its place, OSError if the file cannot be read.
    """
    field = read_document(path, path.name).table().get(kind)
    listed = field.elements() if field else []
    if not listed:
        raise RecipeError(path.name, [Problem(1, 1, f"needs at least one [[{kind}]]")])
    problems: list[Problem] = []
    entries: list[_Entry] = []
    for at in listed:
        if not isinstance(at.value, Table):
            problems.append(Problem(at.line, at.column, f"write each one under [[{kind}]]"))
            continue
        entry = entry_of(at, problems)
        if entry is not None:
            entries.append(entry)
    _reject_used_twice(listed, problems)
    if problems:
        raise RecipeError(path.name, problems)
    return entries


def _reject_used_twice(listed: list[Located], problems: list[Problem]) -> None:
    """A name that reads like another entry's number would find two as well."""
    used: set[str] = set()
    for at in listed:
        table = at.table()
        own = {name: table[name] for name in ("number", "name") if name in table}
        for name, value in own.items():
            if key(str(value.value)) in used:
                message = f"{name} {value.value} is used twice"
                problems.append(Problem(value.line, value.column, message))
        used |= {key(str(value.value)) for value in own.values()}


def key(name: str) -> str:
    """A name without what does not matter in it: case, spaces, hyphens, dots, underscores."""
    return re.sub(r"[\s\-_.]+", "", name).casefold()


def find(name: str, entries: Iterable[_Entry], file: str, otherwise: str) -> _Entry:
    """Return the entry of that name.

    Raises LookupError whose text suggests the nearest names, or says `otherwise`.
    """
    listed = list(entries)
    for entry in listed:
        if key(name) in (key(entry.name), str(entry.number)):
            return entry
    names = {key(entry.name): entry.name for entry in listed}
    near = difflib.get_close_matches(key(name), names, 3, 0.5)
    hint = ", ".join(f'"{names[found]}"' for found in near) or otherwise
    raise LookupError(f'"{name}" is not in {file}; nearest: {hint}')
