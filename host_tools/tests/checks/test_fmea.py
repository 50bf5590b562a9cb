"""The FMEA check goes red for an empty cell and for a name that nothing has."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from checks import fmea

Write = Callable[[str, str], None]
Findings = Callable[[str], list[str]]
FAULT = """
[[fault]]
part = "e-stop"
failure = "welded"
latent = true
hazard = "hardware"
effect = "does not stop"
detector = "the other contact"
alarms = ["ESTOP"]
requirements = ["REQ-ESTOP-1"]
time = "0"
released = "nothing"
"""


@pytest.fixture(name="findings")
def _findings(tmp_path: Path, write: Write) -> Findings:
    def check(faults: str) -> list[str]:
        write(
            "host_tools/protocol.toml",
            '[[alarm]]\nname = "ESTOP"\nreaction = "stop"\n'
            '[[alarm]]\nname = "NEAR_END"\nreaction = "flag"\n',
        )
        write(
            "docs/requirements.toml",
            '[[requirement]]\nid = "REQ-ESTOP-1"\n'
            '[[requirement]]\nid = "REQ-ESTOP-2"\nopen = "on a board"\n',
        )
        write("docs/safety/fmea.toml", faults)
        return fmea.check(tmp_path)

    return check


def test_whole_fault_is_clean(findings: Findings) -> None:
    """A fault that names what there is passes; no alarm at all may be said of another, too."""
    assert findings(FAULT) == []
    silent = FAULT.replace("e-stop", "button").replace('["ESTOP"]', "[]")
    assert findings(FAULT + silent) == []


def test_alarm_that_stops_without_a_fault_is_red(findings: Findings) -> None:
    """Every alarm that stops has a fault behind it; one that only tells something need not."""
    silent = FAULT.replace('["ESTOP"]', "[]")
    assert findings(silent) == ["docs/safety/fmea.toml: no fault for the alarm ESTOP"]


def test_no_fault_at_all_is_red(findings: Findings) -> None:
    """An empty table is no analysis."""
    assert findings("") == ["docs/safety/fmea.toml: no fault at all"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        *((f'{key} = "', f'{key} = "" #', f"{key} is missing") for key in fmea.TEXTS),
        ("latent = true", "", "latent is true or false"),
        ('alarms = ["ESTOP"]', "", "alarms is missing"),
        ('["ESTOP"]', '["ESTOPP"]', "no alarm ESTOPP"),
        ('["REQ-ESTOP-1"]', '["REQ-ESTOP-9"]', "no row REQ-ESTOP-9"),
        ('["REQ-ESTOP-1"]', "[]", "no requirement controls it"),
        ('["REQ-ESTOP-1"]', '["REQ-ESTOP-2"]', "say what is open"),
        ('time = "0"', 'time = "0"\nopen = ""', "open is empty"),
        ('time = "0"', 'time = "0"\nnote = "x"', "note is not a field"),
    ],
)
def test_bad_fault_is_red(findings: Findings, old: str, new: str, said: str) -> None:
    """A cell that is missing, empty or unknown, and a name that is nowhere, are reported."""
    assert any(said in finding for finding in findings(FAULT.replace(old, new)))


def test_fault_there_twice_is_red(findings: Findings) -> None:
    """A fault is analysed in one row."""
    (finding,) = findings(FAULT + FAULT)
    assert "is there twice" in finding
