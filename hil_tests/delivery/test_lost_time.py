"""Time that a late tick lost is lost: program time shifts (C4)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, State
from benchpump.testing.procedures import ML_H, TICKS_PER_H, allot, latched, start_constant, until

RATE = 20 * ML_H


@pytest.mark.requirement("REQ-DELIVERY-2")
def test_what_a_late_tick_lost_is_not_caught_up(rig: Rig, pump: Pump) -> None:
    """After a second without a tick the rest runs at its own rate, from its first tick on."""
    allotted = allot(rig, pump)
    armed = start_constant(pump, RATE, 10)
    rig.clock.sleep_ms(2000)
    rig.inject("clock", "slow", extra_ms=1050, ticks=1)
    status = until(pump, State.ALARM)
    assert latched(pump) == ["DRIVE_STARVED"]
    assert Flag.SHIFTED in status.flags
    pump.acknowledge()
    token = pump.arm("REST").token
    before = rig.truth.forward_steps
    began_ms = rig.clock.now_ms()
    pump.start(token)
    rig.clock.sleep_ms(200)
    ticks = (rig.clock.now_ms() - began_ms) / 50
    per_tick = RATE * 1000 / allotted.pl_per_step / TICKS_PER_H
    # One tick's deficit may be made up; leases last a tick.
    assert rig.truth.forward_steps - before <= (ticks + 2) * per_tick + 1
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == armed.raw.number("steps")
