"""A serial URL as target: what it asks for, and what it says where that is not there."""

from __future__ import annotations

from typing import Any

import pytest

from benchpump.bench.rig import Unsupported
from benchpump.testing.hardware_target import HardwareRigMaker
from benchpump.testing.targets import Target

pytest_plugins = "pytester"
pytestmark = pytest.mark.requirement("REQ-RIG-3")
NOWHERE = "socket://127.0.0.1:1"
WITH_RIG = "def test_one(rig):\n    rig.clock.sleep_ms(1)\n"


def test_a_board_without_a_rig_board(pytester: pytest.Pytester) -> None:
    """Said before any test is run, with the option that is missing."""
    pytester.makepyfile(WITH_RIG)
    result = pytester.runpytest_inprocess(f"--target={NOWHERE}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*needs a rig board: --rig=<its serial URL>*"])


def test_a_rig_board_that_is_not_there(pytester: pytest.Pytester) -> None:
    """Nothing was tested: no pass, and the port is named."""
    pytester.makepyfile(WITH_RIG)
    result = pytester.runpytest_inprocess(f"--target={NOWHERE}", f"--rig={NOWHERE}", "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines([f"*rig board: {NOWHERE}: nobody listens there*"])
    assert "PASS:" not in result.stdout.str()


@pytest.mark.parametrize(
    "changes",
    [
        {"provisioned": False},
        {"worst_flash": True},
        {"pump": "peristaltic"},
        {"instrumented": True},
        {"start_ticks_ms": 7},
    ],
)
def test_what_a_real_board_cannot_be_given(changes: dict[str, Any]) -> None:
    """Memory, clock and mechanism are as they are: a counted skip."""
    maker = HardwareRigMaker(Target(NOWHERE, "auto", 0, None, rig_url=NOWHERE), NOWHERE)
    with pytest.raises(Unsupported):
        maker(**changes)
