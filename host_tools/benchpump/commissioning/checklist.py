"""What was checked of a rig, one outcome each, as people and a record are told it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PASSED, FAILED, BROKEN_OFF = "passed", "failed", "broken off"


@dataclass(frozen=True)
class Outcome:
    """One check: what was found, and what to do where it failed."""

    name: str
    passed: bool
    found: str
    todo: str = ""

    def __str__(self) -> str:
        mark = "ok " if self.passed else "BAD"
        todo = "" if self.passed or not self.todo else f"\n      What to do: {self.todo}"
        return f"  {mark} {self.name:<18} {self.found}{todo}"


@dataclass
class Checklist:
    """Outcomes in the order in which they were found; each goes to `say` at once.

    `complete`: set by who went through all of them; else what passed so far is no pass.
    """

    say: Callable[[str], None]
    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    complete: bool = False

    def add(self, outcome: Outcome) -> bool:
        """Note and say one; whether it passed."""
        self.outcomes.append(outcome)
        self.say(str(outcome))
        return outcome.passed

    @property
    def failed(self) -> list[str]:
        """Names of what failed."""
        return [outcome.name for outcome in self.outcomes if not outcome.passed]

    def content(self) -> dict[str, Any]:
        """For a record."""
        passed = PASSED if self.complete else BROKEN_OFF
        return {
            "outcome": FAILED if self.failed else passed,
            "check": [
                {"name": one.name, "outcome": PASSED if one.passed else FAILED, "found": one.found}
                for one in self.outcomes
            ],
        }
