"""The runner of sabotages: what it applies, and that it calls nothing caught that is not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from benchpump import tree_root
from benchpump.testing.outcomes import Outcome
from benchpump.testing.sabotage import PatchError, Sabotage, attempt, judge, load, sound

FOLDER = tree_root() / "hil_tests" / "sabotage"
TEXT = "def stop():\n    return 1\n\n\ndef start():\n    return 1\n"
# Alarms that no healthy firmware can be brought to from outside, so that no HIL test can miss
# them: ARM leaves no way to the first two, the others need a fault inside the chip.
# firmware/tests shows them.
NOT_FROM_OUTSIDE = {
    "LEDGER_FULL",
    "GOVERNOR_STATE",
    "DRIVE_REFUSED",
}


def sabotage(old: str, new: str, file: str = "pump/stop.py", test: str = "test") -> Sabotage:
    """A sabotage with those lines."""
    return Sabotage(name="name", breaks="", test=test, file=file, old=old, new=new)


@pytest.fixture
def firmware(tmp_path: Path) -> Path:
    """A tree of one file."""
    (tmp_path / "pump").mkdir()
    (tmp_path / "pump" / "stop.py").write_text(TEXT, encoding="utf-8")
    return tmp_path


def test_replaces_the_lines_that_stand_there_once(firmware: Path) -> None:
    """Only those lines change; the first line of a file can be one of them."""
    sabotage("def stop():\n    return 1\n", "def stop():\n    return 2\n").apply(firmware)
    assert (firmware / "pump/stop.py").read_text() == TEXT.replace("1", "2", 1)


@pytest.mark.parametrize(
    ("old", "new", "file", "why"),
    [
        ("    return 3\n", "", "pump/stop.py", "0 times"),
        ("    return 1\n", "    return 2\n", "pump/stop.py", "2 times"),
        ("return 1\n", "return 2\n", "pump/stop.py", "0 times"),
        ("def stop():\n", "", "pump/stop.py", "no program"),
        ("    return 1\n", "", "pump/absent.py", "not there"),
    ],
    ids=["nowhere", "twice", "part_of_a_line", "no_program", "no_file"],
)
def test_anything_else_is_an_error(
    firmware: Path, old: str, new: str, file: str, why: str
) -> None:
    """Lines that are not there exactly once, or what is no program after it: nothing changes."""
    with pytest.raises(PatchError, match=why):
        sabotage(old, new, file).apply(firmware)
    assert (firmware / "pump/stop.py").read_text() == TEXT


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('name = "a"\nold = "x\\n"', "needs"),
        ('name = "a"\nbreaks = ""\ntest = ""\nfile = ""\nold = "x"\nnew = ""', "whole lines"),
        ('name = "a"\nbreaks = ""\ntest = ""\nfile = ""\nold = "x\\n"\nnew = "x\\n"', "else"),
        (
            'name = "a"\nbreaks = ""\ntest = ""\nfile = ""\nold = "x\\n"\nnew = ""\npumps = ["x"]',
            "pumps are some of",
        ),
    ],
)
def test_what_is_no_sabotage(tmp_path: Path, text: str, why: str) -> None:
    """Missing keys, parts of lines and changes that change nothing are named, not run."""
    (tmp_path / "some.toml").write_text(f"[[sabotage]]\n{text}\n", encoding="utf-8")
    with pytest.raises(PatchError, match=why):
        load(tmp_path)


def outcome(phase: str, result: str, asserted: bool = False) -> Outcome:
    """How one phase ended."""
    return Outcome("file.py::test[case]", phase, result, asserted, "message")


@pytest.mark.parametrize(
    ("seen", "caught"),
    [
        ([outcome("call", "failed", True)], True),
        ([outcome("call", "passed"), outcome("call", "failed", True)], True),
        ([outcome("call", "failed", False)], False),
        ([outcome("call", "failed", False), outcome("call", "failed", True)], False),
        ([outcome("setup", "failed", True)], False),
        ([outcome("teardown", "failed", True)], False),
        ([outcome("call", "skipped")], False),
        ([outcome("call", "passed")], False),
        ([], False),
    ],
)
def test_only_an_assertion_in_the_test_itself_counts(seen: list[Outcome], caught: bool) -> None:
    """A crash, a failing fixture, a skip, a pass and no test at all are not caught."""
    assert judge(seen).caught == caught


def test_the_test_must_pass_without_it() -> None:
    """Every case of the test, and at least one."""
    passed, failed = outcome("call", "passed"), outcome("call", "failed", True)
    assert sound([passed], "file.py::test")
    assert sound([passed], "file.py::test[case]")
    assert not sound([passed, failed], "file.py::test")
    assert not sound([passed], "file.py::tes")
    assert not sound([], "file.py::test")


ESTOP_TEST = "hil_tests/alarms/test_switches.py::test_stops_at_once_and_stays"


@pytest.mark.parametrize(
    ("old", "new", "caught", "told"),
    [
        ("            self._watch(self._estop, reading)\n", "", True, "AssertionError"),
        ("WATCHDOG_MS = 3000\n", "", False, "does not apply"),
        ("WATCHDOG_MS = 2000\n", "WATCHDOG_MS = 1999\n", False, "the test passed"),
        ("WATCHDOG_MS = 2000\n", "WATCHDOG_MS = 2000 // 0\n", False, "setup failed"),
        ("            self._watch(self._estop, reading)\n",
         "            if reading.moving:\n                raise SystemExit\n", False, "VmCrashed"),
    ],
    ids=["caught", "not_applied", "harmless", "dead_at_once", "dead_when_it_runs"],
)  # fmt: skip
def test_on_the_firmware_itself(old: str, new: str, caught: bool, told: str) -> None:
    """The e-stop taken out is caught; a harmless change and a firmware that dies are not."""
    file = "pump/app.py" if old.startswith("WATCHDOG") else "pump/watch.py"
    verdict = attempt(sabotage(old, new, file, ESTOP_TEST), "cpython")
    assert (verdict.caught, told in verdict.told) == (caught, True), verdict


@pytest.mark.parametrize("entry", load(FOLDER), ids=lambda entry: entry.name)
def test_each_of_the_project_applies(entry: Sabotage, tmp_path: Path) -> None:
    """Its lines stand in the firmware of today, and the test that it names is there."""
    target = tmp_path / entry.file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes((tree_root() / "firmware" / entry.file).read_bytes())
    entry.apply(tmp_path)
    path, _, test = entry.test.partition("::")
    assert f"def {test.partition('[')[0]}(" in (tree_root() / path).read_text(encoding="utf-8")


def test_every_alarm_has_one() -> None:
    """Each alarm of protocol.toml is kept from coming by some sabotage, or cannot be reached."""
    source = (tree_root() / "host_tools" / "protocol.toml").read_text(encoding="utf-8")
    alarms = {alarm["name"] for alarm in tomllib.loads(source)["alarm"]}
    covered = {entry.alarm for entry in load(FOLDER)} - {""}
    assert covered == alarms - NOT_FROM_OUTSIDE
