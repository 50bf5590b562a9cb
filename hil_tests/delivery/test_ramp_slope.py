"""How steep a ramp may be."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpNeedsJumperError, PumpRampSlopeError, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import FIELD, ML_H, TICKS_PER_S, allot, until

SLOPE = FIELD["ramp_slope_nl_h_min"].index
STEEPEST = 6 * ML_H  # in a minute
MINUTE = 60 * TICKS_PER_S


def limit(pump: Pump, slope_nl_h_min: int) -> None:
    """Set the limit and take it into use."""
    pump.config_set(SLOPE, slope_nl_h_min)
    pump.config_commit()
    until(pump, State.IDLE)


@pytest.mark.requirement("REQ-SLOPE-1")
@pytest.mark.parametrize("low", [0, ML_H])
def test_as_steep_as_the_limit_and_no_steeper(rig: Rig, pump: Pump, low: int) -> None:
    """Up and down: the limit less 1 nL/h, the limit, and 1 nL/h more, which is refused with it."""
    limit(pump, STEEPEST)
    allot(rig, pump)
    for change, fits in ((STEEPEST - 1, True), (STEEPEST, True), (STEEPEST + 1, False)):
        for rates in ((low, low + change), (low + change, low)):
            pump.load([Segment.constant(ML_H, 20), Segment.ramp(*rates, MINUTE)])
            if fits:
                pump.arm("FRESH")
                continue
            with pytest.raises(PumpRampSlopeError) as refused:
                pump.arm("FRESH")
            assert refused.value.detail == STEEPEST
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-SLOPE-1")
def test_it_binds_at_arm_whenever_it_was_set(rig: Rig, pump: Pump) -> None:
    """A program that was loaded, run and stopped before the limit was set is not run on after."""
    allot(rig, pump)
    pump.load([Segment.ramp(0, 20 * ML_H, MINUTE)])
    pump.start(pump.arm("FRESH").token)
    rig.clock.sleep_ms(3_000)
    pump.stop()
    until(pump, State.IDLE)
    limit(pump, STEEPEST)
    for start in ("REST", "FRESH"):
        with pytest.raises(PumpRampSlopeError):
            pump.arm(start)


@pytest.mark.requirement("REQ-SLOPE-1", "REQ-PROVISION-2")
def test_it_widens_with_the_jumper_only(rig: Rig, pump: Pump) -> None:
    """Off as delivered; set and lowered freely; raised or switched off with the jumper."""
    limit(pump, STEEPEST)
    for wider in (STEEPEST + 1, 0):
        with pytest.raises(PumpNeedsJumperError):
            pump.config_set(SLOPE, wider)
    pump.config_set(SLOPE, STEEPEST - 1)
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    pump.service(True)
    pump.config_set(SLOPE, 0)
    pump.config_commit()
    rig.set_jumper(False)
    until(pump, State.IDLE)
    allot(rig, pump)
    pump.load([Segment.ramp(0, 60 * ML_H, TICKS_PER_S)])
    pump.arm("FRESH")
