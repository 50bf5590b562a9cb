"""Starts that are cut off in a row: the pump comes up all the same, with what it had (C3)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.testing.powerloss.reference import reservation_steps
from benchpump.testing.procedures import ML_H, allot, latched, start_constant, until

RATE = 100 * ML_H


@pytest.mark.requirement("REQ-LEDGER-4", "REQ-LEDGER-2", "REQ-RESTART-1")
@pytest.mark.parametrize(
    ("mode", "cuts"),
    [
        pytest.param("torn", 24, marks=pytest.mark.long),
        ("torn", 8),
        pytest.param("before", 60, marks=pytest.mark.long),
        pytest.param("torn", 60, marks=pytest.mark.long),
        pytest.param("after", 60, marks=pytest.mark.long),
    ],
)
def test_a_row_of_cut_starts(rig: Rig, pump: Pump, mode: str, cuts: int) -> None:
    """Power lost in mid-run, then within one start after another, at one operation or the other:
    standing with POWER_LOST, debit within its bounds, and able to go on."""
    allotted = allot(rig, pump, 2000)
    start_constant(pump, RATE, 60)
    reservation = reservation_steps(pump)
    rig.clock.sleep_ms(2000)
    rig.power_cycle()
    done = rig.truth.forward_steps
    for number in range(cuts):
        cut = rig.inject("store", mode, nth=3 + number % 9)
        rig.power_cycle(100)
        rig.clock.sleep_ms(1000)
        cut.clear()
    rig.power_cycle()
    status = until(pump, State.ALARM, State.IDLE, State.FAULT, timeout_s=5)
    assert status.state is State.ALARM
    assert latched(pump) == ["POWER_LOST"]
    assert done <= status.debited_steps <= done + 2 * (cuts + 1) * reservation
    assert rig.truth.forward_steps == done > 0
    if status.debited_steps < allotted.cap_steps - 1000:
        pump.acknowledge()
        start_constant(pump, RATE, 1)
        until(pump, State.FINISHED)
