"""Late ticks, hangs and kills: motion ends by itself, lost time is never made up (C1, C4)."""

from pathlib import Path

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, State
from benchpump.link.segments import Segment
from benchpump.testing.altered_firmware import altering
from benchpump.testing.images import memory_of
from benchpump.testing.procedures import ML_H, allot, latched, start_constant, until
from benchpump.testing.targets import RigMaker

ENDS_WITHIN_MS = 120
WATCHDOG_S = 2
READ_S = 0.8  # the parts of what ARM answers come before START


@pytest.mark.requirement("REQ-LEASE-3", "REQ-RESTART-1")
@pytest.mark.parametrize(
    ("kind", "after_ms"),
    [
        pytest.param(kind, after_ms, marks=pytest.mark.long if after_ms in others else ())
        for kind, others in (("hang", (2027, 2041)), ("kill", (2013, 2041)))
        for after_ms in (2000, 2013, 2027, 2041, 2049)
    ],
)
def test_hang_and_kill_end_motion(rig: Rig, pump: Pump, kind: str, after_ms: int) -> None:
    """Whenever in a tick the interpreter stops, the pin is quiet 120 ms later and stays so."""
    allotted = allot(rig, pump)
    start_constant(pump, 200 * ML_H, 60)
    rig.clock.sleep_ms(after_ms)
    rig.inject("clock", kind)
    rig.truth.expect_stop(kind, round(rig.clock.now_ms() * 1000), ENDS_WITHIN_MS)
    before = rig.truth.forward_steps
    rig.clock.sleep_ms(1500)
    # Bounded by the leases that were handed over, too: two ticks at 200 mL/h.
    assert rig.truth.forward_steps - before <= 2 * (200 * ML_H // 72 // allotted.pl_per_step + 1)


@pytest.mark.requirement("REQ-RESTART-1")
def test_watchdog_restarts_into_an_alarm(rig: Rig, pump: Pump) -> None:
    """A hang of 2 s is ended by the watchdog; the pump comes back stopped and says so."""
    allot(rig, pump)
    start_constant(pump, 20 * ML_H, 600)
    rig.clock.sleep_ms(2000)
    hang = rig.inject("clock", "hang")
    rig.clock.sleep_ms(2500)
    hang.clear()
    until(pump, State.ALARM, timeout_s=5)
    assert latched(pump) == ["WATCHDOG"]
    pump.acknowledge()
    assert pump.status().state is State.IDLE


@pytest.mark.requirement("REQ-WATCHDOG-1")
@pytest.mark.parametrize("armed_for", ["infusion", "priming"])
def test_the_watchdog_runs_from_arming_on(rig: Rig, pump: Pump, armed_for: str) -> None:
    """Armed, the driver holds and nothing moves: a hang cuts it, and is told."""
    allot(rig, pump)
    if armed_for == "infusion":
        pump.load([Segment.constant(20 * ML_H, 1200)])
        pump.arm()
    else:
        pump.prime(100_000, 20 * ML_H)
    rig.clock.sleep_ms(500)
    assert rig.truth.enabled
    hang = rig.inject("clock", "hang")
    rig.clock.sleep_ms(2500)
    assert not rig.truth.enabled
    hang.clear()
    until(pump, State.ALARM, timeout_s=5)
    assert latched(pump) == ["WATCHDOG"]


@pytest.mark.requirement("REQ-WATCHDOG-2")
@pytest.mark.parametrize("step", ["SENSED", "DETECTED", "DECIDED", "DELIVERED"])
def test_a_step_that_does_not_run_starves_the_watchdog(
    make_rig: RigMaker, tmp_path: Path, step: str
) -> None:
    """Ticks go on, and pump, but one step of each leaves no mark: the watchdog is not fed, and
    2 s after arming, somewhat less after the start, the pump is reset into the alarm."""
    assign = "=" if step == "SENSED" else "|="
    old = f"        self.steps_ran {assign} _{step}\n"
    firmware = altering(make_rig, tmp_path)("pump/app.py", old, "        pass\n")
    rig = make_rig(firmware=firmware, image=memory_of(make_rig()))
    with rig.connect() as pump:
        until(pump, State.IDLE)
        allotted = allot(rig, pump)
        start_constant(pump, 100 * ML_H, 60)
        until(pump, State.ALARM, timeout_s=5)
        assert latched(pump) == ["WATCHDOG"]
    ran_s = rig.truth.forward_steps * allotted.pl_per_step / (100 * ML_H * 1000 / 3600)
    assert WATCHDOG_S - READ_S <= ran_s <= WATCHDOG_S + ENDS_WITHIN_MS / 1000


@pytest.mark.requirement("REQ-DELIVERY-2")
@pytest.mark.parametrize(
    ("late_ms", "alarms"), [(10, False), (99, False), (100, True), (101, True), (200, True)]
)
def test_late_tick(rig: Rig, pump: Pump, late_ms: int, alarms: bool) -> None:
    """The next tick begins 49 ms late: borne; 50 ms or more, the drive has starved: an alarm."""
    allotted = allot(rig, pump)
    start_constant(pump, 100 * ML_H, 5)
    rig.clock.sleep_ms(2000)
    rig.inject("clock", "slow", extra_ms=late_ms, ticks=1)
    status = until(pump, State.FINISHED, State.ALARM, timeout_s=20)
    assert (status.state is State.ALARM) == alarms
    if alarms:
        assert latched(pump)[0] == "DRIVE_STARVED"
        assert Flag.SHIFTED in status.flags
    else:
        due = 100 * ML_H * 5 / 3600 * 1000 / allotted.pl_per_step
        assert rig.truth.forward_steps == round(due)
