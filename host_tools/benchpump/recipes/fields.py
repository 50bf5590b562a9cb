"""The fields of one table: every value is checked, every problem kept with its place."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from typing import cast

from benchpump.recipes.document import Located, Table
from benchpump.recipes.problems import Problem
from benchpump.recipes.program import DURATION_MAX_TICKS, RATE_MAX_NL_H, VOLUME_MAX_NL
from benchpump.recipes.units import (
    Dosing,
    UnitError,
    parse_duration_ticks,
    parse_rate_nl_h,
    parse_volume_nl,
)


class Fields:
    """The fields of one table; `where` names it in messages ("step 3", "the recipe")."""

    def __init__(self, table: Located, where: str, problems: list[Problem]) -> None:
        self.where = where
        self.problems = problems
        self.dosing = Dosing()
        self._place = table
        self._table = table.table()
        self._asked: list[str] = []

    def get(self, name: str) -> Located | None:
        """The field, or None; asking for it makes it a known one."""
        self._asked.append(name)
        return self._table.get(name)

    def require(self, name: str, example: str) -> Located | None:
        """The field; its absence is a problem that shows `example`."""
        field = self.get(name)
        if field is None:
            self.add(self._place, f"{self.where} needs {name} = {example}")
        return field

    def add(self, at: Located, message: str) -> None:
        """Keep a problem at the place of a value."""
        self.problems.append(Problem(at.line, at.column, message))

    def text(self, field: Located | None, name: str, expected: str) -> str | None:
        """The field as text, or None with a problem kept."""
        if field is None:
            return None
        value: object = field.value
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            self.add(field, f"{name}: {value} has no unit; expected {expected} in quotes")
        else:
            self.add(field, f"{name}: expected {expected} in quotes")
        return None

    def tables(self, name: str, example: str) -> list[Located]:
        """The tables under `[[name]]`; empty, with a problem kept, where there are none."""
        field = self.require(name, example)
        if field is None:
            return []
        tables = field.elements()
        if not tables or not all(isinstance(table.value, Table) for table in tables):
            line, column = self._table.keys_at[name]
            where = "step" if self.where == "the recipe" else "step.step"
            message = f"{name}: write each step under its own [[{where}]]"
            self.problems.append(Problem(line, column, message))
            return []
        return tables

    def count(self, name: str, least: int, most: int) -> int | None:
        """The field as a whole number from `least` to `most`."""
        field = self.require(name, str(least + 1))
        if field is None:
            return None
        value: object = field.value
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        expected = f"expected a whole number from {least} to {most}, without quotes"
        self.add(field, f"{name}: {_shown(value)} is none; {expected}")
        return None

    def word(self, name: str, words: Iterable[str], default: str | None = None) -> str | None:
        """The field as one of `words`."""
        choices = list(words)
        listed = ", ".join(f'"{word}"' for word in choices)
        field = self.require(name, listed) if default is None else self.get(name)
        if field is None:
            return default
        if field.value in choices:
            return cast("str", field.value)
        self.add(field, f"{name}: {_shown(field.value)} is not known; expected one of {listed}")
        return None

    def rate_nl_h(self, name: str, field: Located | None = None) -> int | None:
        """A rate above zero and up to 500 mL/h, in nL/h."""
        example = '"5 mL/h"'
        field = field or self.require(name, example)
        return self._positive(
            field,
            name,
            example,
            lambda text: parse_rate_nl_h(text, self.dosing),
            RATE_MAX_NL_H,
            lambda nl_h: f"{nl_h / 1e6:g} mL/h",
        )

    def volume_nl(self, name: str, required: bool = True) -> int | None:
        """A volume above zero and up to 1 L, in nL."""
        example = '"0.5 mL"'
        field = self.require(name, example) if required else self.get(name)
        return self._positive(
            field,
            name,
            example,
            lambda text: parse_volume_nl(text, self.dosing),
            VOLUME_MAX_NL,
            lambda nl: f"{nl / 1e6:g} mL",
        )

    def count_or(self, name: str, default: int) -> int:
        """A whole number from 1, or the default where it is not there."""
        field = self.get(name)
        if field is None:
            return default
        value: object = field.value
        if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
            return value
        self.add(field, f"{name}: {_shown(value)} is not a whole number from 1")
        return default

    def duration_ticks(self, name: str) -> int | None:
        """A time above zero and up to 14 days, in ticks of 50 ms."""
        example = '"90 min"'
        field = self.require(name, example)
        return self._positive(
            field,
            name,
            example,
            parse_duration_ticks,
            DURATION_MAX_TICKS,
            lambda ticks: f"{ticks / 72_000:g} h",
        )

    def reject_unknown(self) -> None:
        """Keep a problem for each field that nobody asked for, with the likeliest name meant."""
        for name in self._table:
            if name in self._asked:
                continue
            line, column = self._table.keys_at[name]
            near = difflib.get_close_matches(name, self._asked, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; known: {', '.join(self._asked)}"
            message = f"{self.where} has an unknown field {name}{hint}"
            self.problems.append(Problem(line, column, message))

    def _positive(
        self,
        field: Located | None,
        name: str,
        example: str,
        parse: Callable[[str], float],
        maximum: int,
        show: Callable[[float], str],
    ) -> int | None:
        text = self.text(field, name, example)
        if text is None or field is None:
            return None
        try:
            value = parse(text)
        except UnitError as problem:
            self.add(field, f"{name}: {problem}")
            return None
        if value <= 0:
            self.add(field, f'{name}: "{text}" is not above zero; expected {example}')
        elif value > maximum:
            self.add(field, f'{name}: "{text}" is {show(value)}, above the most, {show(maximum)}')
        elif round(value) < 1:
            self.add(field, f'{name}: "{text}" is below the least, {show(1)}')
        else:
            return round(value)
        return None


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
