"""What a power cut leaves behind: never less debited than done, never motion by itself (C3)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.answers import Proposed
from benchpump.link.client import Pump
from benchpump.link.messages import PumpAlarmLatchedError, PumpWrongStateError, State
from benchpump.link.segments import Segment
from benchpump.testing.powerloss.reference import reservation_steps
from benchpump.testing.procedures import ML_H, allot, latched, start, start_constant, until

CAP_UL = 2000
RATE = 100 * ML_H


def infuse(rig: Rig, pump: Pump) -> tuple[Proposed, int]:
    """Start a minute's infusion; what was allotted, and the reservation in steps."""
    proposed = allot(rig, pump, CAP_UL)
    start_constant(pump, RATE, 60)
    return proposed, reservation_steps(pump)


@pytest.mark.requirement("REQ-LEDGER-2", "REQ-RESTART-1")
@pytest.mark.parametrize(("mode", "nth"), [("before", 1), ("torn", 1), ("torn", 2), ("after", 1)])
def test_a_cut_at_a_record_stays_within_its_bounds(
    rig: Rig, pump: Pump, mode: str, nth: int
) -> None:
    """Power lost at a write of a running pump: POWER_LOST, standing, debit within the bounds."""
    allotted, reservation = infuse(rig, pump)
    rig.clock.sleep_ms(1000)
    rig.inject("store", mode, nth=nth)
    rig.clock.sleep_ms(20_000)
    done = rig.truth.forward_steps
    rig.power_cycle()
    status = until(pump, State.ALARM, State.IDLE, timeout_s=5)
    assert status.state is State.ALARM
    assert latched(pump) == ["POWER_LOST"]
    assert done > 0
    bound = 2 * reservation if mode == "torn" else reservation
    assert done <= status.debited_steps <= done + bound
    assert status.cap_left_steps == allotted.cap_steps - status.debited_steps
    rig.clock.sleep_ms(5000)
    assert rig.truth.forward_steps == done


@pytest.mark.requirement("REQ-RESTART-1", "REQ-START-2")
def test_power_lost_is_kept_until_it_is_acknowledged(rig: Rig, pump: Pump) -> None:
    """Further cuts do not take the alarm away, acknowledging does, and then it stays away."""
    infuse(rig, pump)
    rig.clock.sleep_ms(3000)
    for off_ms in (100, 5000, 100):
        rig.power_cycle(off_ms)
        until(pump, State.ALARM, timeout_s=5)
        rig.clock.sleep_ms(1000)
        assert latched(pump) == ["POWER_LOST"]
    debited = pump.status().debited_steps
    pump.acknowledge()
    rig.clock.sleep_ms(200)
    rig.power_cycle()
    status = until(pump, State.IDLE, timeout_s=5)
    assert latched(pump) == []
    assert status.debited_steps == debited


@pytest.mark.requirement("REQ-RESTART-1")
def test_a_fault_at_the_restart_does_not_hide_it(rig: Rig, pump: Pump) -> None:
    """A sensor that is dead when power returns is a fault, and POWER_LOST is told beside it."""
    infuse(rig, pump)
    rig.clock.sleep_ms(3000)
    sensor = rig.inject("pressure_sensor", "stuck", code=500)
    rig.power_cycle()
    until(pump, State.FAULT, timeout_s=5)
    assert latched(pump) == ["PRESSURE_STUCK", "POWER_LOST"]
    sensor.clear()
    rig.power_cycle()
    until(pump, State.ALARM, timeout_s=5)
    assert latched(pump) == ["POWER_LOST"]


@pytest.mark.requirement("REQ-RESTART-1", "REQ-START-1")
def test_nothing_said_before_a_cut_starts_it_after(rig: Rig, pump: Pump) -> None:
    """The token of before is worth nothing; going on takes acknowledging and both steps."""
    allot(rig, pump, CAP_UL)
    pump.load([Segment.constant(RATE, 1200)])
    token = pump.arm("FRESH").token
    pump.start(token)
    rig.clock.sleep_ms(2000)
    rig.power_cycle()
    until(pump, State.ALARM, timeout_s=5)
    done = rig.truth.forward_steps
    with pytest.raises(PumpWrongStateError):
        pump.start(token)
    with pytest.raises((PumpWrongStateError, PumpAlarmLatchedError)):
        pump.arm("REST")
    assert rig.truth.forward_steps == done
    pump.acknowledge()
    start_constant(pump, RATE, 5)
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps > done


@pytest.mark.requirement("REQ-LEDGER-2", "REQ-CAP-2")
@pytest.mark.parametrize("way", ["stop", "pause", "finish"])
def test_an_orderly_stop_leaves_the_exact_figure(rig: Rig, pump: Pump, way: str) -> None:
    """Stopped, paused or finished, then off and on: debit and window are the steps at the pin."""
    allot(rig, pump, CAP_UL)
    start(pump, [Segment.bolus(50_000, RATE)])
    rig.clock.sleep_ms(900)
    if way == "stop":
        pump.stop()
    elif way == "pause":
        pump.pause()
    until(pump, State.IDLE, State.PAUSED, State.FINISHED)
    rig.clock.sleep_ms(500)
    done = rig.truth.forward_steps
    rig.power_cycle()
    status = until(pump, State.IDLE, timeout_s=5)
    assert latched(pump) == []
    assert done > 0
    assert status.debited_steps == done
    window = pump.limits().parts[2]
    assert int(window["window_steps"]) - int(window["left_steps"]) == done


@pytest.mark.requirement("REQ-LEDGER-2", "REQ-CAP-2", "REQ-STOP-1")
@pytest.mark.parametrize("after_ms", [1000, 1023])
def test_the_way_out_leaves_the_exact_figure(rig: Rig, pump: Pump, after_ms: int) -> None:
    """As an attaching tool ends the firmware in mid-run: a start after it knows every step, and
    has nothing to tell."""
    allot(rig, pump, CAP_UL)
    start_constant(pump, RATE, 60)
    rig.clock.sleep_ms(after_ms)
    rig.truth.expect_stop("way out", round(rig.clock.now_ms() * 1000), 110)
    rig.link.write(b"\r\x03")
    rig.link.write(b"\r\x01")
    rig.clock.sleep_ms(1000)
    done = rig.truth.forward_steps
    rig.power_cycle()
    status = until(pump, State.IDLE, State.ALARM, timeout_s=5)
    assert latched(pump) == []
    assert status.debited_steps == rig.truth.forward_steps == done > 0


@pytest.mark.requirement("REQ-STOP-1")
def test_the_way_out_cuts_a_driver_that_holds(rig: Rig, pump: Pump) -> None:
    """In an alarm the plunger is held; with nobody left to look after it, it is not."""
    infuse(rig, pump)
    rig.inject("downstream", "occluded")
    until(pump, State.ALARM, timeout_s=60)
    assert rig.truth.enabled
    rig.link.write(b"\r\x03")
    rig.link.write(b"\r\x01")
    rig.clock.sleep_ms(500)
    assert not rig.truth.enabled


@pytest.mark.requirement("REQ-LEDGER-1")
@pytest.mark.parametrize("kind", ["off", "stuck"])
def test_a_memory_that_fails_in_mid_run_ends_the_motion(rig: Rig, pump: Pump, kind: str) -> None:
    """A refusing and a forgetful memory are a fault; what moved is covered by the last record."""
    _, reservation = infuse(rig, pump)
    rig.clock.sleep_ms(1000)
    memory = rig.inject("store", kind)
    at_most = rig.truth.forward_steps + reservation
    until(pump, State.FAULT, timeout_s=20)
    assert latched(pump)[0] == "STORAGE_FAILED"
    rig.clock.sleep_ms(500)
    done = rig.truth.forward_steps
    assert done <= at_most
    rig.clock.sleep_ms(5000)
    assert rig.truth.forward_steps == done
    memory.clear()
    rig.power_cycle()
    status = until(pump, State.ALARM, timeout_s=5)
    assert done <= status.debited_steps <= done + reservation
