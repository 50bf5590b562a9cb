"""Memory is erased while the pump stands only, one sector in a tick at most."""

from pathlib import Path

import pytest

from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.testing.erases import turns_with_erases
from benchpump.testing.procedures import FIELD, ML_H, allot, start, start_constant, until
from benchpump.testing.provisioning import provision
from benchpump.testing.targets import RigMaker

RATE = 200 * ML_H
CONFIG_SECTORS = 2


@pytest.mark.requirement("REQ-STORAGE-2")
def test_one_a_tick_and_none_while_moving(make_rig: RigMaker, tmp_path: Path) -> None:
    """A pump's life: provisioned, configured, primed, run with boluses, paused, alarmed, cut off,
    and its memory going round meanwhile."""
    trace = tmp_path / "trace"
    rig = make_rig(provisioned=False, trace_path=trace)
    provision(rig)
    with rig.connect() as pump:
        for cap_ul in (40_000, 45_000):
            pump.config_set(FIELD["window_cap_ul"].index, 85_000 - cap_ul)
            pump.config_commit()
            until(pump, State.IDLE)
        allot(rig, pump)
        pump.start(pump.prime(100_000, RATE).token)
        until(pump, State.IDLE)
        for _ in range(3):
            start_constant(pump, RATE, 60)
            pump.start(pump.bolus(50_000, 50 * ML_H).token)
            rig.clock.sleep_ms(5000)
            pump.pause()
            until(pump, State.PAUSED)
            pump.start(pump.arm("REST").token)
            rig.clock.sleep_ms(5000)
            switch = rig.inject("estop", "pressed")
            until(pump, State.ALARM)
            switch.clear()
            rig.clock.sleep_ms(200)
            pump.acknowledge()
            rig.clock.sleep_ms(600_000)
        for _ in range(300):
            pump.silence(1000)
        start(pump, [Segment.bolus(100_000, RATE)])
        rig.clock.sleep_ms(500)
        rig.power_cycle()
        until(pump, State.ALARM)
    rig.close()
    turns = turns_with_erases(trace)
    assert len(turns) > 20
    assert [turn for turn in turns if len(turn.sectors) > 1] == []
    assert [turn for turn in turns if turn.moving] == []
    assert [turn for turn in turns if turn.sectors[0] < CONFIG_SECTORS] != []
