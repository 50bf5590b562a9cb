"""A target's list of tests: what it does not name is left out, and its skips are kept to."""

from __future__ import annotations

import pytest

pytest_plugins = "pytester"

TESTS = """
import pytest
@pytest.mark.parametrize("at", [1, 2])
def test_runs(rig, at): pass
def test_skips(rig):
    rig.inject("encoder", "off")
def test_other(rig): pass
"""
LIST = """
[area]
tests = ["test_it.py::test_runs[1]", "test_it.py::test_skips"]
[skipped]
"test_it.py::test_skips" = "no encoder"
"""


def _run(pytester: pytest.Pytester, listed: str, *options: str) -> pytest.RunResult:
    suite = pytester.mkdir("hil_tests")
    (suite / "test_it.py").write_text(TESTS, encoding="utf-8")
    (suite / "emulator.toml").write_text(listed, encoding="utf-8")
    pytester.makeini("[pytest]\n")
    return pytester.runpytest_inprocess("--vm=cpython", "hil_tests", *options)


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_only_what_it_names_runs(pytester: pytest.Pytester, workers: str) -> None:
    """Issue 4, skips counted against a committed list: those on it leave PASS WITH SKIPS."""
    result = _run(pytester, LIST, workers)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "1 skipped, unsupported*no encoder is fitted*",
            "2 deselected, not chosen for this target",
            "PASS WITH SKIPS: 1 passed, 0 failed, 1 skipped",
        ]
    )


def test_all_of_them_on_demand(pytester: pytest.Pytester) -> None:
    """The list chooses for the suite; whoever wants another test can have it."""
    result = _run(pytester, LIST, "--all-tests", "-k", "other")
    result.stdout.fnmatch_lines(["PASS: 1 passed*"])


def test_a_skip_that_is_not_on_it_fails_the_run(pytester: pytest.Pytester) -> None:
    """What a target stops doing does not go by as one more skip."""
    result = _run(pytester, LIST.partition("[skipped]")[0])
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "not as hil_tests/emulator.toml has it: *test_skips was skipped: unsupported*",
            "FAIL: 1 passed, 0 failed, 1 skipped",
        ]
    )


def test_a_listed_one_that_runs_fails_the_run(pytester: pytest.Pytester) -> None:
    """The list is true or it is mended."""
    result = _run(pytester, LIST + '"test_it.py::test_runs[1]" = "could not once"\n')
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "not as hil_tests/emulator.toml has it: *test_runs?1? is listed as skipped, and ran",
            "FAIL: 1 passed, 0 failed, 1 skipped",
        ]
    )


@pytest.mark.parametrize(
    "wrong",
    [
        '[a]\ntests = ["test_it.py::test_gone"]\n',
        '[a]\ntests = ["test_it.py::test_runs", "test_it.py::test_runs"]\n',
        '[a]\ntests = []\n[skipped]\n"test_it.py::test_runs" = "x"\n',
    ],
    ids=["a test that is not there", "one twice", "a skip of what is not chosen"],
)
def test_a_list_that_cannot_be_meant_is_an_error(pytester: pytest.Pytester, wrong: str) -> None:
    """A test that was renamed does not drop out of the run unseen."""
    assert _run(pytester, wrong).ret == pytest.ExitCode.USAGE_ERROR
