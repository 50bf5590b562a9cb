"""The calibration of an allotment is the one committed (C2)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import (
    FIELD,
    ML_H,
    allot,
    configure_in_service,
    fitted_to,
    propose,
    until,
)

CALIBRATION = FIELD["calibration_ppm"]


@pytest.mark.requirement("REQ-CAL-1", "REQ-ALLOT-1")
@pytest.mark.parametrize("ppm", [CALIBRATION.min, CALIBRATION.max])
def test_what_was_only_set_is_not_used(rig: Rig, pump: Pump, ppm: int) -> None:
    """Set, the volume per step of a new allotment is as before; committed, it is the new one."""
    before = propose(pump, 100, fitted_to(rig)).pl_per_step
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    pump.config_set(CALIBRATION.index, ppm)
    assert propose(pump, 100, fitted_to(rig)).pl_per_step == before
    pump.config_commit()
    until(pump, State.IDLE)
    after = propose(pump, 100, fitted_to(rig)).pl_per_step
    assert after == pytest.approx(before * ppm / 1e6, abs=1)


@pytest.mark.requirement("REQ-CAL-2")
@pytest.mark.parametrize("ppm", [CALIBRATION.min, CALIBRATION.max])
def test_an_allotment_keeps_the_one_it_was_made_with(rig: Rig, pump: Pump, ppm: int) -> None:
    """Changed and committed in mid-allotment, through a restart too, volume per step, cap and the
    steps of a program stay as they were; the next allotment has the new one."""
    allotted = allot(rig, pump, 1000)
    segments = [Segment.constant(100 * ML_H, 200)]
    pump.load(segments)
    before = pump.arm("FRESH")
    steps = before.raw.number("steps")
    pump.start(before.token)
    until(pump, State.FINISHED)
    pump.acknowledge()
    assert rig.truth.forward_steps == steps
    configure_in_service(rig, pump, calibration_ppm=ppm)
    for restart in (False, True):
        if restart:
            rig.power_cycle()
            until(pump, State.IDLE)
        assert pump.allotment().number("pl_per_step") == allotted.pl_per_step
        assert pump.status().cap_left_steps == allotted.cap_steps - rig.truth.forward_steps
        pump.load(segments)
        again = pump.arm("FRESH")
        assert again.raw.number("steps") == steps
        pump.start(again.token)
        until(pump, State.FINISHED)
        pump.acknowledge()
    assert rig.truth.forward_steps == 3 * steps
    renewed = allot(rig, pump, 1000)
    assert renewed.pl_per_step == pytest.approx(allotted.pl_per_step * ppm / 1e6, abs=1)
