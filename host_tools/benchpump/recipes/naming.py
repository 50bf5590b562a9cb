"""Entries of a table found by name: case and spaces do not matter, a number will do."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Protocol, TypeVar


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


def key(name: str) -> str:
    """A name without what does not matter in it."""
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
