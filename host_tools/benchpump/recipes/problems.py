"""What is wrong in a file that somebody wrote: all of it at once, each with its place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a file.

    `line` and `column` count from 1 and point at the offending value.
    """

    line: int
    column: int
    message: str


class RecipeError(Exception):
    """A recipe (or another file of the researcher's) that cannot be used, with every reason."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = sorted(problems)
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """One line for each problem, in the form `file:line:column: message`."""
        return [f"{self.file}:{p.line}:{p.column}: {p.message}" for p in self.problems]
