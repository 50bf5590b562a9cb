"""Which tests run on a target, and which of them it is known to skip: `hil_tests/TARGET.toml`.

A target without such a list runs all tests, and any of them may skip.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchpump.testing.deselection import deselect

SUITE = "hil_tests"


@dataclass(frozen=True)
class Choice:
    """Tests by path below `hil_tests` and name; a name without parameters means all of them."""

    tests: frozenset[str]
    skipped: Mapping[str, str] = field(default_factory=dict[str, str])
    """Those of them that the target skips, and why."""

    def runs(self, test: str) -> bool:
        """True if that node is to run."""
        return _known(test, self.tests)

    def may_skip(self, test: str) -> bool:
        """True if it is known to be skipped."""
        return _known(test, self.skipped)


def load(root: Path, target: str) -> Choice | None:
    """The list of a target. Raises pytest.UsageError for one that says what it cannot mean."""
    path = root / SUITE / f"{target}.toml"
    if not path.is_file():
        return None
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    skipped: dict[str, str] = content.pop("skipped", {})
    tests = [test for area in content.values() for test in area["tests"]]
    unknown = sorted(skipped.keys() - tests)
    doubled = sorted({test for test in tests if tests.count(test) > 1})
    if unknown or doubled:
        raise pytest.UsageError(
            f"{path.name}: skipped but not chosen: {unknown}; chosen twice: {doubled}"
        )
    return Choice(frozenset(tests), skipped)


def deselect_not_chosen(config: pytest.Config, items: list[pytest.Item], choice: Choice) -> None:
    """Take out of `items` what the list does not name.

    Raises pytest.UsageError if it names a test which a file collected here has not got.
    """
    found = {_test(item.nodeid) for item in items}
    files = {test.partition("::")[0] for test in found}
    names = found | {test.partition("[")[0] for test in found}
    gone = sorted(test for test in choice.tests - names if test.partition("::")[0] in files)
    if gone and not config.option.keyword and not _single(config.args):
        raise pytest.UsageError(f"chosen for this target, but not there: {', '.join(gone)}")
    deselect(
        config,
        items,
        lambda item: None if choice.runs(item.nodeid) else "not chosen for this target",
    )


def _single(arguments: Iterable[str]) -> bool:
    return any("::" in argument for argument in arguments)


def _test(node: str) -> str:
    return node.removeprefix(f"{SUITE}/")


def _known(node: str, tests: Iterable[str]) -> bool:
    test = _test(node)
    return test in tests or test.partition("[")[0] in tests
