"""A pytest plugin that writes how each phase of each test ended, for programs to read.

Loaded with `-p benchpump.testing.outcomes`; `--outcomes=FILE` gets one JSON object a line, see
`Outcome`. A phase that passed is written for calls only.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

_FILE = pytest.StashKey[Path]()


@dataclass(frozen=True)
class Outcome:
    """How one phase of one test ended."""

    test: str
    phase: str
    """setup, call or teardown."""
    result: str
    """passed, failed or skipped."""
    asserted: bool
    """Ended by an assertion: AssertionError, or an exception expected that was not raised."""
    message: str
    """First line of what was raised, with its type."""


def read(path: Path) -> Iterator[Outcome]:
    """What was written to `path`; nothing if it is not there."""
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            yield Outcome(**json.loads(line))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where to write."""
    parser.addoption("--outcomes", type=Path, required=True, help="file for one JSON line a phase")


def pytest_configure(config: pytest.Config) -> None:
    """Remember where to write."""
    path = config.getoption("--outcomes")
    assert isinstance(path, Path)
    config.stash[_FILE] = path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Write a phase down as it ends, so that nothing is lost if pytest itself dies later."""
    report = yield
    if report.when == "call" or not report.passed:
        raised = call.excinfo
        message = raised.exconly().splitlines()[0] if raised else ""
        asserted = raised is not None and isinstance(
            raised.value, (AssertionError, pytest.fail.Exception)
        )
        outcome = Outcome(item.nodeid, call.when, report.outcome, asserted, message)
        with item.config.stash[_FILE].open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(outcome)) + "\n")
    return report
