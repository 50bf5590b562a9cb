"""What the suite says at its end: target, virtual time, a verdict that skips cannot turn green."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pytest

from benchpump.bench.emulated import EmulatedRig
from benchpump.testing.chosen import Choice
from benchpump.testing.deselection import DESELECTED, WORKER_KEY
from benchpump.testing.targets import Target

if TYPE_CHECKING:
    from benchpump.bench.hardware.rig import HardwareRig
    from benchpump.bench.pico.rig import PicoRig

UNSUPPORTED = "unsupported on this target"
NO_DEVICE = "nothing to test with"
"""Begins the reason of a skip for want of the device itself, which is no word about the pump."""
_VIRTUAL_US = "benchpump_virtual_us"
_EXCHANGES = "benchpump_exchanges"
_WALL = ("benchpump_bench_ns", "benchpump_vm_ns", "benchpump_plant_ns")
SUMMARY = "benchpump_summary"
"""Name of a report property whose text is a line of the summary: figures that a test measured."""


def properties(rigs: Iterable[EmulatedRig | PicoRig | HardwareRig]) -> list[tuple[str, object]]:
    """What a test used, as report properties: they reach pytest-xdist's controller and JUnit."""
    made = list(rigs)
    if not made:
        return []
    return [
        (_VIRTUAL_US, sum(rig.board.now_us for rig in made)),
        (_EXCHANGES, sum(rig.board.exchanges for rig in made)),
        (_WALL[0], sum(rig.board.wall.bench_ns for rig in made)),
        (_WALL[1], sum(rig.board.wall.vm_ns for rig in made)),
        (_WALL[2], sum(rig.board.wall.plant_ns for rig in made)),
    ]


class Verdict:
    """Counts outcomes and prints the summary."""

    def __init__(self, target: Target, choice: Choice | None = None) -> None:
        """`choice` is the target's list of tests, to which skips must keep."""
        self._target = target
        self._choice = choice
        self._against_list: list[str] = []
        self._outcomes: Counter[str] = Counter()
        self._used: Counter[str] = Counter()
        self._unsupported: Counter[str] = Counter()
        self._without_device: Counter[str] = Counter()
        self._listed = 0
        self._lines: list[str] = []
        self._wall_s = 0.0
        self._deselected: Counter[str] = Counter()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Take over what was deselected."""
        self._deselected |= session.config.stash.get(DESELECTED, Counter[str]())

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """The same from a worker of pytest-xdist; each has collected all tests."""
        found: dict[str, int] = getattr(node, "workeroutput", {}).get(WORKER_KEY, {})
        self._deselected |= Counter(found)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count one phase of one test."""
        if report.when == "call" or report.outcome != "passed":
            self._outcomes[report.outcome] += 1
        self._wall_s += report.duration
        if report.when == "teardown":
            for name, value in report.user_properties:
                if name in (_VIRTUAL_US, _EXCHANGES, *_WALL) and isinstance(value, int):
                    self._used[name] += value
                elif name == SUMMARY:
                    self._lines.append(str(value))
        listed = self._choice is not None and self._choice.may_skip(report.nodeid)
        if report.skipped and isinstance(report.longrepr, tuple):
            reason = report.longrepr[2].removeprefix("Skipped: ")
            if reason.startswith(NO_DEVICE):
                self._without_device[reason] += 1
            elif self._choice is not None and not listed:
                self._against_list.append(f"{report.nodeid} was skipped: {reason}")
            elif listed:
                self._listed += 1
            if reason.startswith(UNSUPPORTED):
                self._unsupported[reason.removeprefix(UNSUPPORTED + ": ")] += 1
        elif listed and report.when == "call":
            self._against_list.append(f"{report.nodeid} is listed as skipped, and ran")

    @property
    def concerned(self) -> bool:
        """True if any test had to do with a rig, or was left out of the run."""
        return bool(
            self._used or self._unsupported or self._without_device or self._deselected
        )

    @property
    def verdict(self) -> str:
        """FAIL also where nothing passed: a suite that only skips has shown nothing.

        Unless each of them was skipped because there is no device here to show anything on. And
        where the target's list of skips is not kept to.
        """
        if self._outcomes["failed"] or self._against_list:
            return "FAIL"
        if not self._outcomes["passed"]:
            skipped = self._outcomes["skipped"]
            without_device = self._without_device.total()
            deviceless = without_device and without_device + self._listed == skipped
            return "PASS WITH SKIPS" if deviceless else "FAIL"
        return "PASS WITH SKIPS" if self._outcomes["skipped"] else "PASS"

    def _wall_time(self) -> str:
        """Where the real time of the tests went; summed over workers."""
        bench_s, vm_s, plant_s = (self._used[name] / 1e9 for name in _WALL)
        parts = {
            "firmware": vm_s,
            "plant and truth": plant_s,
            "exchange": bench_s - vm_s - plant_s,
            "tests and set-up": self._wall_s - bench_s,
        }
        whole_s = self._wall_s or 1.0
        shares = ", ".join(f"{name} {part / whole_s:.0%}" for name, part in parts.items())
        return f"{self._wall_s:.1f} s of wall time: {shares}"

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Exit status 1 goes with FAIL."""
        if self.concerned and self.verdict == "FAIL" and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The last lines."""
        if not self.concerned:
            return
        write = terminalreporter.write_line
        terminalreporter.section("benchpump")
        vm = f", vm {self._target.vm_kind}" if self._target.vm_kind else ""
        write(f"target {self._target.name}, {self._target.pump}{vm}, seed {self._target.seed}")
        hours = self._used[_VIRTUAL_US] / 3.6e9
        write(f"{hours:.2f} virtual hours, {self._used[_EXCHANGES]} exchanges")
        write(self._wall_time())
        for reason, count in sorted(self._without_device.items()):
            write(f"{count} skipped, {reason}")
        for reason, count in sorted(self._unsupported.items()):
            write(f"{count} skipped, {UNSUPPORTED}: {reason}")
        for reason, count in sorted(self._deselected.items()):
            write(f"{count} deselected, {reason}")
        for line in self._against_list:
            write(f"not as hil_tests/{self._target.name}.toml has it: {line}")
        for line in self._lines:
            write(line)
        counts = self._outcomes
        write(
            f"{self.verdict}: {counts['passed']} passed, {counts['failed']} failed,"
            f" {counts['skipped']} skipped"
        )
