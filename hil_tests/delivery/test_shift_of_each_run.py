"""Each run tells how much its program time was shifted, whatever the run before told (C4)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Event, State
from benchpump.testing.procedures import ML_H, allot, start_constant, until


@pytest.mark.requirement("REQ-DELIVERY-2")
@pytest.mark.parametrize("lateness_ms", [(200, 1050), (1050, 200), (500, 500)])
def test_each_run_tells_its_own_shift(rig: Rig, pump: Pump, lateness_ms: tuple[int, int]) -> None:
    """Two fresh runs with a late tick in each: two records, each with the ticks of its own run."""
    allot(rig, pump)
    for late_ms in lateness_ms:
        start_constant(pump, 100 * ML_H, 5)
        rig.clock.sleep_ms(1000)
        rig.inject("clock", "slow", extra_ms=late_ms, ticks=1)
        until(pump, State.ALARM, timeout_s=5)
        pump.acknowledge()
    told = [record.value for record in pump.log(0) if record.code == Event.TIME_SHIFT]
    assert len(told) == len(lateness_ms)
    for shift, late_ms in zip(told, lateness_ms, strict=True):
        assert late_ms // 50 - 1 <= shift <= late_ms // 50
