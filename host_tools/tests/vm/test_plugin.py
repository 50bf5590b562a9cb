"""The plugin judges: truth inside the test, skips counted, nothing green by doing nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest_plugins = "pytester"

GOOD = "def test_good(rig):\n    rig.clock.sleep_ms(3600000 / 36)\n"
SKIPS = "def test_skips(rig):\n    rig.inject('encoder', 'off')\n"
UNTRUE = """
from benchpump.bench.reference import start_infusion
def test_untrue(rig):
    start_infusion(rig, 1)
    rig.truth.allot(1, 100000.0)
    rig.clock.sleep_ms(60000)
"""


def _run(pytester: pytest.Pytester, source: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(source)
    return pytester.runpytest_inprocess("--vm=cpython", *options)


def test_a_pass_says_target_and_virtual_time(pytester: pytest.Pytester) -> None:
    """C9: the verdict comes with what it rests on."""
    result = _run(pytester, GOOD, "--rig-seed=5")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "target emulator, syringe, vm cpython, seed 5",
            "0.03 virtual hours, * exchanges",
            "* s of wall time: firmware *%, plant and truth *%, exchange *%, tests and set-up *%",
            "PASS: 1 passed*",
        ]
    )


def test_the_parts_of_wall_time_make_the_whole(pytester: pytest.Pytester) -> None:
    """Issue 3, wall time split: every part is there, none below nothing, together 100 %."""
    line = next(one for one in _run(pytester, GOOD).outlines if "wall time" in one)
    shares = [int(share) for share in re.findall(r"(-?\d+)%", line)]
    assert len(shares) == 4
    assert min(shares) >= 0
    assert abs(sum(shares) - 100) <= 2  # each is rounded


def test_truth_turns_a_test_red_by_an_assertion(pytester: pytest.Pytester) -> None:
    """C9: more forward steps than the allotment fail a test that asserts nothing itself."""
    result = _run(pytester, UNTRUE)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*AssertionError: the bench saw*",
            "*forward steps in an allotment of 1*",
            "replay: python -m pytest *test_untrue* --target=emulator --pump=syringe --vm=*=0",
            "rig 0: seed 0, * ms, exchange *, trace *",
            "FAIL: 0 passed, 1 failed*",
        ]
    )


def test_what_a_target_cannot_do_is_counted(pytester: pytest.Pytester) -> None:
    """A skip shows in the verdict, with its reason."""
    result = _run(pytester, GOOD + SKIPS)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["1 skipped, unsupported*no encoder is fitted*", "PASS WITH SKIPS: 1 passed*"]
    )


def test_a_suite_that_only_skips_fails(pytester: pytest.Pytester) -> None:
    """Never green by skipping: exit status 1 and FAIL."""
    result = _run(pytester, SKIPS)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["FAIL: 0 passed, 0 failed, 1 skipped"])


@pytest.fixture
def no_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any image of a Pico."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PICO_UF2", raising=False)


@pytest.mark.usefixtures("no_image")
def test_without_an_image_the_suite_says_what_to_set(pytester: pytest.Pytester) -> None:
    """No device is no word about the pump: neither FAIL nor PASS, counted, with what to do."""
    result = _run(pytester, GOOD, "--target=pico")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "target pico, syringe, seed 0",
            "1 skipped, nothing to test with: no MicroPython image: set PICO_UF2 *",
            "PASS WITH SKIPS: 0 passed, 0 failed, 1 skipped",
        ]
    )


@pytest.mark.usefixtures("no_image")
def test_a_wanting_image_hides_no_other_skip(pytester: pytest.Pytester) -> None:
    """What the target cannot do would be skipped with an image too: then nothing was shown."""
    other = "def test_other(make_rig):\n    make_rig(pump='peristaltic')\n"
    result = _run(pytester, GOOD + other, "--target=pico")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["FAIL: 0 passed, 0 failed, 2 skipped"])


def test_a_requirement_mark_without_an_identifier_is_an_error(pytester: pytest.Pytester) -> None:
    """A test cannot claim to verify something without saying what."""
    marked = "import pytest\n@pytest.mark.requirement()\ndef test_x(): pass\n"
    result = _run(pytester, marked)
    assert result.ret == pytest.ExitCode.USAGE_ERROR


PUMPS = """
import pytest
@pytest.mark.pump("syringe", reason="about the plunger")
def test_syringe(rig): pass
@pytest.mark.pump("peristaltic", reason="about the rollers")
def test_peristaltic(rig):
    assert rig.plant.parameters.head
"""


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_what_is_for_the_other_pump_is_counted_with_its_reason(
    pytester: pytest.Pytester, workers: str
) -> None:
    """Not a skip, and not silent: deselected, with its number and reason, on workers too."""
    result = _run(pytester, PUMPS, "--pump=peristaltic", workers)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "target emulator, peristaltic, vm cpython, seed 0",
            "1 deselected, syringe only: about the plunger",
            "PASS: 1 passed, 0 failed, 0 skipped",
        ]
    )


LONG = """
import pytest
def test_short(rig): pass
@pytest.mark.long
def test_long(rig): pass
"""


def test_what_is_long_is_counted(pytester: pytest.Pytester) -> None:
    """Left out by `make test`: not silent, and said where it runs."""
    result = _run(pytester, LONG, "-m", "not long")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["1 deselected, long: *", "PASS: 1 passed, 0 failed, 0 skipped"])


@pytest.mark.parametrize("arguments", ['"syringe"', '"gear", reason="x"', 'reason="x"'])
def test_a_pump_mark_needs_a_kind_and_a_reason(pytester: pytest.Pytester, arguments: str) -> None:
    """A test cannot be taken out without saying why."""
    marked = f"import pytest\n@pytest.mark.pump({arguments})\ndef test_x(): pass\n"
    assert _run(pytester, marked).ret == pytest.ExitCode.USAGE_ERROR
