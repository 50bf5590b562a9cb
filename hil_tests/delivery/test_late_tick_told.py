"""A late tick is told: how much program time it shifted stands in the journal (C4)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Event, State
from benchpump.testing.procedures import ML_H, TICKS_PER_S, allot, start_constant, until

RATE = 100 * ML_H
SECONDS = 5


def shifted_ticks(pump: Pump) -> list[int]:
    """What the journal says of shifts of program time, in ticks, oldest first."""
    return [record.value for record in pump.log(0) if record.code == Event.TIME_SHIFT]


@pytest.mark.requirement("REQ-DELIVERY-2")
@pytest.mark.parametrize("late_ms", [150, 500, 1050])
def test_the_shift_is_in_the_journal(rig: Rig, pump: Pump, late_ms: int) -> None:
    """A tick that takes so much longer: what came too late is recorded, to the tick, once; the
    rest takes all the program time that was not run, at the program's rate."""
    allotted = allot(rig, pump)
    assert shifted_ticks(pump) == []
    armed = start_constant(pump, RATE, SECONDS)
    total = armed.raw.number("steps")
    rig.clock.sleep_ms(2000)
    rig.inject("clock", "slow", extra_ms=late_ms, ticks=1)
    until(pump, State.ALARM, timeout_s=5)
    told = shifted_ticks(pump)
    assert len(told) == 1
    # A tick leaves little of its 50 ms unused, and the deadline it missed is the next one.
    assert late_ms // 50 - 1 <= told[0] <= late_ms // 50
    pump.acknowledge()
    rest = pump.arm("REST")
    left = rest.raw.number("steps")
    assert left == total - rig.truth.forward_steps
    per_tick = RATE * 1000 / allotted.pl_per_step / 72_000
    # Of a burst that was cut off a tick's steps at most are still to be made up.
    assert left <= rest.duration_ticks * per_tick + per_tick + 1
    began_ms = rig.clock.now_ms()
    pump.start(rest.token)
    status = until(pump, State.FINISHED)
    assert rig.clock.now_ms() - began_ms >= (rest.duration_ticks - 1) * 1000 / TICKS_PER_S
    assert rig.truth.forward_steps == total == status.debited_steps
    assert rig.truth.max_rate_steps_per_s <= (TICKS_PER_S + 2) * (per_tick + 1)
    assert shifted_ticks(pump) == told


@pytest.mark.requirement("REQ-DELIVERY-2")
def test_a_tick_in_time_shifts_nothing(rig: Rig, pump: Pump) -> None:
    """Late by less than a tick: no shift is recorded, and the total is delivered on time."""
    allot(rig, pump)
    armed = start_constant(pump, RATE, SECONDS)
    rig.clock.sleep_ms(2000)
    rig.inject("clock", "slow", extra_ms=90, ticks=1)
    until(pump, State.FINISHED, timeout_s=SECONDS)
    assert shifted_ticks(pump) == []
    assert rig.truth.forward_steps == armed.raw.number("steps")
