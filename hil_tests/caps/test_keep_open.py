"""The keep-open rate exists only inside the cap (C2)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpKeepOpenError, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import FIELD, ML_H, allot, until


@pytest.mark.requirement("REQ-CAP-3")
def test_an_hour_of_it_must_fit_the_cap(rig: Rig, pump: Pump) -> None:
    """ARM takes a rate of one step an hour less than the infusion leaves, and just that; not one
    more."""
    allotted = allot(rig, pump, 1000)
    program = [Segment.constant(20 * ML_H, 100)]
    pump.load(program)
    left = allotted.cap_steps - pump.arm("FRESH").raw.number("steps")
    for steps_h, fits in ((left - 1, True), (left, True), (left + 1, False)):
        rate_nl_h = -(-steps_h * allotted.pl_per_step // 1000)
        pump.load(program, "KEEPOPEN", rate_nl_h)
        if fits:
            pump.arm("FRESH")
            continue
        with pytest.raises(PumpKeepOpenError) as refused:
            pump.arm("FRESH")
        assert refused.value.detail == left * allotted.pl_per_step // 1000
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-KEEPOPEN-1", "REQ-WINDOW-1")
def test_an_hour_of_it_must_fit_the_window(rig: Rig, pump: Pump) -> None:
    """The same against what the infusion leaves of the rolling window, with the cap far off."""
    pump.config_set(FIELD["window_cap_ul"].index, 1000)
    pump.config_commit()
    until(pump, State.IDLE)
    allotted = allot(rig, pump, 10_000)
    program = [Segment.constant(20 * ML_H, 100)]
    pump.load(program)
    in_window = int(pump.limits().parts[2]["left_steps"])
    left = in_window - pump.arm("FRESH").raw.number("steps")
    for steps_h, fits in ((left - 1, True), (left, True), (left + 1, False)):
        rate_nl_h = -(-steps_h * allotted.pl_per_step // 1000)
        pump.load(program, "KEEPOPEN", rate_nl_h)
        if fits:
            pump.arm("FRESH")
            continue
        with pytest.raises(PumpKeepOpenError) as refused:
            pump.arm("FRESH")
        assert refused.value.detail == left * allotted.pl_per_step // 1000
    assert rig.truth.forward_steps == 0
