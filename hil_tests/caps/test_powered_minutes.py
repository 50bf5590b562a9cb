"""The rolling window counts powered minutes, and no command turns them back (C2)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpOverWindowError, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import FIELD, ML_H, allot, start, until

WINDOW_MINUTES = 60
WINDOW_UL = 50
FAST = 200 * ML_H


@pytest.mark.long
@pytest.mark.requirement("REQ-WINDOW-1")
def test_committing_does_not_set_them_back(rig: Rig, pump: Pump) -> None:
    """With a commit every 45 minutes the minutes count on, and a window is over in its time."""
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    pump.service(True)
    pump.config_set(FIELD["window_minutes"].index, WINDOW_MINUTES)
    pump.config_set(FIELD["window_cap_ul"].index, WINDOW_UL)
    pump.config_commit()
    rig.set_jumper(False)
    until(pump, State.IDLE)
    allot(rig, pump)
    bolus = [Segment.bolus(40_000, FAST)]
    start(pump, bolus)
    until(pump, State.FINISHED)
    with pytest.raises(PumpOverWindowError):
        pump.arm("FRESH")
    for _ in range(3):
        rig.clock.sleep_ms(45 * 60_000)
        before = pump.limits().number("minute")
        pump.config_commit()
        until(pump, State.IDLE)
        after = pump.limits().number("minute")
        assert before <= after <= before + 1
    assert after >= 3 * 45
    pump.load(bolus)
    pump.start(pump.arm("FRESH").token)
    until(pump, State.FINISHED)
