"""A debit recovered above the cap: nothing is left, and nothing less than that (C3)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpOverCapError, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import ML_H, allot, start, until

FAST = 200 * ML_H


@pytest.mark.requirement("REQ-LEDGER-2", "REQ-CAP-1")
def test_nothing_is_left(rig: Rig, pump: Pump) -> None:
    """The record that settles the end is torn: recovery adds a reservation. Then 0 is left,
    priming and arming are refused for the cap, and nothing moves."""
    allotted = allot(rig, pump, 100)
    start(pump, [Segment.bolus((allotted.cap_steps - 5) * allotted.pl_per_step // 1000, FAST)])
    until(pump, State.RUNNING)
    while pump.status().cap_left_steps >= 60:
        rig.clock.sleep_ms(10)
    rig.inject("store", "torn", nth=3)
    rig.clock.sleep_ms(1000)
    rig.power_cycle()
    status = until(pump, State.ALARM, timeout_s=5)
    assert status.debited_steps > allotted.cap_steps
    assert status.cap_left_steps == 0
    assert pump.limits().parts[1]["left_steps"] == "0"
    pump.acknowledge()
    done = rig.truth.forward_steps
    with pytest.raises(PumpOverCapError) as refused:
        pump.prime(1000, FAST)
    assert refused.value.detail == 0
    pump.load([Segment.constant(ML_H, 1000)])
    with pytest.raises(PumpOverCapError):
        pump.arm("FRESH")
    rig.clock.sleep_ms(2000)
    assert rig.truth.forward_steps == done
