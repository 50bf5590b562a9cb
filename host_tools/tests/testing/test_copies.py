"""Tests in copies of the process: what was made ready is each one's own, and nothing gets lost."""

from __future__ import annotations

import pytest

pytest_plugins = "pytester"

IN_COPIES = """
from benchpump.testing.copies import EachTestInACopy
ready = []
def pytest_configure(config):
    plugin = EachTestInACopy(lambda item: ready.append(item.name))
    config.pluginmanager.register(plugin)
"""
TESTS = """
import os, signal, sys, pytest, conftest
mine = []
@pytest.fixture
def torn():
    yield
    assert False, "in the teardown"
def test_first(record_property):
    mine.append(1)
    record_property("figure", 7)
    assert conftest.ready == ["test_first"]
def test_second():
    assert mine == []
    assert conftest.ready == ["test_first", "test_second"]
def test_skips():
    pytest.skip("for a reason")
def test_fails():
    print("said before")
    assert 1 == 2
def test_teardown(torn): pass
def test_dies():
    os.kill(os.getpid(), signal.SIGKILL)
def test_leaves():
    os._exit(3)
"""


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_each_has_its_own_and_all_is_reported(pytester: pytest.Pytester, workers: str) -> None:
    """Issue 4, one start for many tests: what one did another does not see; skips, failures, their
    output and properties arrive, a copy that dies is a failure, and the rest goes on."""
    pytester.makeconftest(IN_COPIES)
    pytester.makepyfile(TESTS)
    report = pytester.path / "report.xml"
    options = ("-rs", workers, "-p", "no:benchpump", f"--junitxml={report}")
    result = pytester.runpytest_inprocess(*options)
    result.assert_outcomes(passed=3, failed=3, skipped=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*assert 1 == 2*",
            "*said before*",
            "*ended with SIGKILL*",
            "*ended with status 3*",
            "SKIPPED*for a reason",
        ]
    )
    assert '<property name="figure" value="7"' in report.read_text(encoding="utf-8")
