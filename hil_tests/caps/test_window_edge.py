"""When volume leaves the rolling window: after the whole of it, at most a minute later (C2)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpOverWindowError, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import FIELD, ML_H, allot, start, until

FAST = 200 * ML_H
MINUTES = 60


@pytest.mark.long
@pytest.mark.requirement("REQ-WINDOW-1")
def test_nothing_leaves_before_the_whole_window_has_passed(rig: Rig, pump: Pump) -> None:
    """Given in the middle of a powered minute: still counted 10 s before the hour is over."""
    rig.set_jumper(True)
    pump.service(True)
    pump.config_set(FIELD["window_minutes"].index, MINUTES)
    pump.config_set(FIELD["window_cap_ul"].index, 50)
    pump.config_commit()
    rig.set_jumper(False)
    until(pump, State.IDLE)
    allot(rig, pump)
    minute = pump.limits().number("minute")
    while pump.limits().number("minute") == minute:
        rig.clock.sleep_ms(200)
    rig.clock.sleep_ms(30_000)
    began_ms = rig.clock.now_ms()
    start(pump, [Segment.bolus(40_000, FAST)])
    until(pump, State.FINISHED)
    pump.load([Segment.bolus(40_000, FAST)])
    rig.clock.sleep_ms(MINUTES * 60_000 - 10_000 - (rig.clock.now_ms() - began_ms))
    with pytest.raises(PumpOverWindowError):
        pump.arm("FRESH")
    rig.clock.sleep_ms(70_000)
    pump.arm("FRESH")
