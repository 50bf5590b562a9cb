"""A TOML text whose every value knows its line and column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import spanned_toml

from benchpump.recipes.problems import Problem, RecipeError

_DECODE_PLACE = re.compile(
    r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|.*)\)$"
)


@dataclass(frozen=True)
class Located:
    """A value and where it stands: a scalar, a list of `Located`, or a `Table`."""

    value: Any
    line: int
    column: int

    def elements(self) -> list[Located]:
        """The elements of a list; empty for anything else."""
        value: object = self.value
        return cast("list[Located]", value) if isinstance(value, list) else []

    def table(self) -> Table:
        """The table that it is; an empty one for anything else."""
        return self.value if isinstance(self.value, Table) else Table()


class Table(dict[str, Located]):
    """A TOML table; `keys_at` says where each key was written."""

    def __init__(self) -> None:
        super().__init__()
        self.keys_at: dict[str, tuple[int, int]] = {}


def parse_document(text: str, file: str) -> Located:
    """Parse TOML.

    Raises RecipeError, with the place, for a text that is not TOML.
    """
    # The parser folds CR LF into LF before it counts, so the places are counted in the same text.
    folded = text.replace("\r\n", "\n")
    try:
        document = cast("Any", spanned_toml.loads(folded))
    except spanned_toml.TOMLDecodeError as error:
        raise RecipeError(file, [_decode_problem(str(error), folded)]) from None
    except RecursionError:
        raise RecipeError(file, [Problem(1, 1, "nested too deeply to be a recipe")]) from None
    return _located(document, folded)


def read_document(path: Path, file: str) -> Located:
    """Read and parse a file.

    Raises RecipeError if it is not UTF-8 text, OSError if it cannot be read.
    """
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8", "replace")
        message = "not a text file in UTF-8; save it as UTF-8"
        raise RecipeError(file, [Problem(*_place(good, len(good)), message)]) from None
    return parse_document(text, file)


def _decode_problem(message: str, text: str) -> Problem:
    match = _DECODE_PLACE.match(message)
    if match is None:
        return Problem(1, 1, f"not TOML: {message}")
    what = f"not TOML: {match['what']}"
    if match["line"] is None:
        return Problem(*_place(text, len(text)), f"{what} (at the end of the file)")
    return Problem(int(match["line"]), int(match["column"]), what)


def _place(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _located(spanned: Any, text: str) -> Located:
    inner = spanned.inner()
    line, column = _place(text, spanned.span().start)
    if isinstance(inner, dict):
        table = Table()
        for key, value in cast("dict[Any, Any]", inner).items():
            name = str(key.inner())
            table[name] = _located(value, text)
            table.keys_at[name] = _place(text, key.span().start)
        if table and (line, column) == (1, 1):
            # The parser gives an element of [[step]] no place; where its first key stands is near.
            line, column = min(table.keys_at.values())
        return Located(table, line, column)
    if isinstance(inner, list):
        return Located([_located(item, text) for item in cast("list[Any]", inner)], line, column)
    return Located(inner, line, column)
