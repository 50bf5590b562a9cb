"""Nothing moves that is not on record (C3)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpLedgerFullError, PumpStorageError, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import FIELD, ML_H, allot, latched, start_constant, until

LONGEST_TICKS = 24_192_000  # 14 days


def start_with_a_bad_memory(rig: Rig, pump: Pump, kind: str) -> None:
    """Arm with a memory that works, start with one that does not."""
    allot(rig, pump)
    pump.load([Segment.constant(100 * ML_H, 1000)])
    armed = pump.arm("FRESH")
    rig.inject("store", kind)
    with pytest.raises(PumpStorageError):
        pump.start(armed.token)
    until(pump, State.FAULT, timeout_s=5)


@pytest.mark.requirement("REQ-LEDGER-1")
def test_a_memory_that_refuses_lets_nothing_move(rig: Rig, pump: Pump) -> None:
    """When the first record cannot be written not a single step is made."""
    start_with_a_bad_memory(rig, pump, "off")
    assert latched(pump)[0] == "STORAGE_FAILED"
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-LEDGER-1")
def test_a_memory_that_forgets_lets_nothing_move(rig: Rig, pump: Pump) -> None:
    """A memory that says it stored a record and did not is found out by reading back."""
    start_with_a_bad_memory(rig, pump, "stuck")
    assert latched(pump)[0] == "STORAGE_FAILED"
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-LEDGER-1")
@pytest.mark.parametrize("kind", ["off", "stuck"])
def test_a_memory_that_fails_in_mid_run_stops_the_pump(rig: Rig, pump: Pump, kind: str) -> None:
    """What the last good record covers is delivered and no step more, then the fault stands."""
    allotted = allot(rig, pump)
    start_constant(pump, 100 * ML_H, 60)
    rig.clock.sleep_ms(2000)
    rig.inject("store", kind)
    before = rig.truth.forward_steps
    until(pump, State.FAULT, timeout_s=5)
    assert latched(pump)[0] == "STORAGE_FAILED"
    limit_steps_h = pump.limits().number("rate_nl_h") * 1000 // allotted.pl_per_step
    reservation = max(-(-limit_steps_h * 3 // 72_000) + 1, allotted.cap_steps // 1000)
    assert rig.truth.forward_steps - before <= reservation


@pytest.mark.requirement("REQ-LEDGER-2", "REQ-RESTART-1")
@pytest.mark.parametrize("after_ms", [500, 2310, 5035])
def test_a_cut_while_running_recovers_at_least_the_truth(
    rig: Rig, pump: Pump, after_ms: int
) -> None:
    """Power lost in mid-run: back in an alarm, standing, with no less debited than was done."""
    allotted = allot(rig, pump)
    limit_steps_h = pump.limits().number("rate_nl_h") * 1000 // allotted.pl_per_step
    start_constant(pump, 100 * ML_H, 60)
    rig.clock.sleep_ms(after_ms)
    rig.power_cycle()
    done = rig.truth.forward_steps
    assert done > 0
    status = until(pump, State.ALARM, timeout_s=5)
    assert latched(pump) == ["POWER_LOST"]
    reservation = max(-(-limit_steps_h * 3 // 72_000) + 1, allotted.cap_steps // 1000)
    assert done <= status.debited_steps <= done + reservation
    rig.clock.sleep_ms(10_000)
    assert rig.truth.forward_steps == done


@pytest.mark.requirement("REQ-LEDGER-3")
def test_arm_refuses_what_the_ledger_cannot_hold(rig: Rig, pump: Pump) -> None:
    """Two weeks of tiny reservations need more records than there is memory: refused at ARM."""
    rig.set_jumper(True)
    pump.service(True)
    pump.config_set(FIELD["window_minutes"].index, 60)
    pump.config_set(FIELD["window_cap_ul"].index, 10)
    pump.config_set(FIELD["max_rate_nl_h"].index, 9000)
    pump.config_commit()
    rig.set_jumper(False)
    until(pump, State.IDLE)
    allot(rig, pump)
    pump.load([Segment.constant(9000, LONGEST_TICKS // 14)])
    pump.arm("FRESH")
    pump.disarm()
    pump.load([Segment.constant(9000, LONGEST_TICKS)])
    with pytest.raises(PumpLedgerFullError):
        pump.arm("FRESH")
    assert rig.truth.forward_steps == 0
