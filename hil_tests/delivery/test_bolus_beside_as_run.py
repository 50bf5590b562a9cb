"""Boluses on demand are no part of the program as it was run: they are told beside it."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, State
from benchpump.link.on_demand import OnDemand, last_run_with_boluses
from benchpump.testing.procedures import (
    ML_H,
    TICKS_PER_S,
    allot,
    configure_in_service,
    start_constant,
    until,
)

BASAL = 6 * ML_H
FAST = 60 * ML_H
SHORT_NL = 100_000  # 6 s at that rate
LONG_NL = 500_000  # 30 s
RECORDS_MOST = 14 * 15 * 8  # that the journal's sectors could hold


def give(pump: Pump, volume_nl: int) -> int:
    """Start a bolus; the steps that it is to have."""
    offered = pump.bolus(volume_nl, FAST)
    pump.start(offered.token)
    return offered.raw.number("steps")


@pytest.mark.requirement("REQ-TITRATION-5", "REQ-BOLUS-1")
def test_told_with_time_and_steps(rig: Rig, pump: Pump) -> None:
    """One given whole, a pause, one cut short by a stop: with the program they make the total."""
    configure_in_service(rig, pump, bolus_lockout_minutes=1)
    allotted = allot(rig, pump)
    start_constant(pump, BASAL, 300)
    began_ms = rig.clock.now_ms()
    rig.clock.sleep_ms(10_000)
    asked = [give(pump, SHORT_NL)]
    at_ms = [rig.clock.now_ms() - began_ms]
    rig.clock.sleep_ms(20_000)
    pump.pause()
    until(pump, State.PAUSED)
    paused_ms = rig.clock.now_ms()
    rig.clock.sleep_ms(40_000)
    pump.start(pump.arm("REST", "STOP", 255_000).token)
    began_ms += rig.clock.now_ms() - paused_ms
    rig.clock.sleep_ms(30_000)
    asked.append(give(pump, LONG_NL))
    at_ms.append(rig.clock.now_ms() - began_ms)
    beside = last_run_with_boluses(pump)[1]
    assert [bolus.given_steps for bolus in beside.boluses] == [asked[0], None]
    pump.stop()
    run, beside = last_run_with_boluses(pump)
    assert beside.complete
    assert beside.same_allotment
    whole, part = beside.boluses
    assert [whole.asked_steps, part.asked_steps] == asked
    assert (whole.given_steps, whole.rate_nl_h) == (asked[0], FAST)
    assert part.given_steps is not None
    assert 0 < part.given_steps < asked[1]
    at_ticks = [ms * TICKS_PER_S / 1000 for ms in at_ms]
    assert [whole.at_tick, part.at_tick] == pytest.approx(at_ticks, abs=3)
    program_steps = run.ticks * BASAL * 1000 / 72_000 / allotted.pl_per_step
    per_tick = (BASAL + FAST) * 1000 / 72_000 / allotted.pl_per_step
    left_out = rig.truth.forward_steps - program_steps
    assert left_out == pytest.approx(beside.given_steps, abs=2 * per_tick + 2)


@pytest.mark.requirement("REQ-TITRATION-5", "REQ-BOLUS-1")
@pytest.mark.parametrize("how", ["anew", "loaded", "restarted"])
def test_those_of_a_run_before_are_not_of_this_one(rig: Rig, pump: Pump, how: str) -> None:
    """The same program begun anew, or loaded again; after a restart nothing was run."""
    allot(rig, pump)
    start_constant(pump, BASAL, 120)
    rig.clock.sleep_ms(5_000)
    give(pump, SHORT_NL)
    pump.wait(lambda status: Flag.BOLUS not in status.flags, timeout_s=60)
    rig.clock.sleep_ms(15_000)
    pump.stop()
    assert len(last_run_with_boluses(pump)[1].boluses) == 1
    if how == "anew":
        pump.start(pump.arm("FRESH", "STOP", 255_000).token)
    elif how == "loaded":
        start_constant(pump, BASAL, 120)
    else:
        rig.power_cycle()
        until(pump, State.IDLE)
    rig.clock.sleep_ms(10_000)
    run, beside = last_run_with_boluses(pump)
    assert beside == OnDemand()
    assert (run.ticks > 0) is (how != "restarted")


@pytest.mark.long
@pytest.mark.requirement("REQ-TITRATION-5", "REQ-LOG-3")
def test_a_journal_without_the_beginning_is_told(rig: Rig, pump: Pump) -> None:
    """When so many commands followed that the journal has dropped its records: what was given is
    not known, and that is said."""
    allot(rig, pump)
    start_constant(pump, BASAL, 3600)
    rig.clock.sleep_ms(1_000)
    give(pump, SHORT_NL)
    rig.clock.sleep_ms(1_000)
    pump.stop()
    for _ in range(RECORDS_MOST):
        pump.silence(1000)
    beside = last_run_with_boluses(pump)[1]
    assert not beside.complete
    assert beside.boluses == ()
