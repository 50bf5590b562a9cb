"""The calibration of an allotment is the one committed (C2)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.testing.procedures import FIELD, fitted_to, propose, until

CALIBRATION = FIELD["calibration_ppm"]


@pytest.mark.requirement("REQ-CAL-1", "REQ-ALLOT-1")
@pytest.mark.parametrize("ppm", [CALIBRATION.min, CALIBRATION.max])
def test_what_was_only_set_is_not_used(rig: Rig, pump: Pump, ppm: int) -> None:
    """Set, the volume per step of a new allotment is as before; committed, it is the new one."""
    before = propose(pump, 100, fitted_to(rig)).pl_per_step
    pump.config_set(CALIBRATION.index, ppm)
    assert propose(pump, 100, fitted_to(rig)).pl_per_step == before
    pump.config_commit()
    until(pump, State.IDLE)
    after = propose(pump, 100, fitted_to(rig)).pl_per_step
    assert after == pytest.approx(before * ppm / 1e6, abs=1)
