"""The rolling window of powered time (C2)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpOverWindowError, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import FIELD, ML_H, allot, latched, start, start_constant, until

FAST = 200 * ML_H


def set_window(pump: Pump, cap_ul: int) -> None:
    """Narrow the window's cap, which needs no jumper."""
    pump.config_set(FIELD["window_cap_ul"].index, cap_ul)
    pump.config_commit()
    until(pump, State.IDLE)


@pytest.mark.requirement("REQ-WINDOW-1")
def test_arm_accepts_up_to_the_window(rig: Rig, pump: Pump) -> None:
    """ARM takes what the window can give, one step less, and refuses one step more."""
    set_window(pump, 50)
    allotted = allot(rig, pump)
    left = pump.limits().number("window_steps")
    for steps in (left - 1, left):
        pump.load([Segment.bolus(steps * allotted.pl_per_step // 1000, FAST)])
        pump.arm("FRESH")
    pump.load([Segment.bolus((left + 1) * allotted.pl_per_step // 1000, FAST)])
    with pytest.raises(PumpOverWindowError):
        pump.arm("FRESH")
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-WINDOW-1")
@pytest.mark.parametrize("over", [-1, 0, 1])
def test_the_rest_asks_for_no_more_than_is_left(rig: Rig, pump: Pump, over: int) -> None:
    """A program longer than the window, paused after its large dose: the window is asked for
    what is left, not once more for the dose; to the step, by priming the room away."""
    set_window(pump, 100)
    allotted = allot(rig, pump)
    start(pump, [Segment.bolus(60_000, FAST), Segment.constant(400, 26 * 72_000)])
    rig.clock.sleep_ms(3000)
    pump.pause()
    until(pump, State.PAUSED)
    try:
        left = pump.arm("REST").raw.number("steps")
    except PumpOverWindowError:
        left = -1
    assert left > 0
    pump.disarm()
    room = int(pump.limits().parts[2]["left_steps"]) - left
    pump.start(pump.prime((room + over) * allotted.pl_per_step // 1000, FAST).token)
    until(pump, State.IDLE)
    if over > 0:
        with pytest.raises(PumpOverWindowError):
            pump.arm("REST")
        return
    armed = pump.arm("REST")
    pump.start(armed.token)
    assert until(pump, State.RUNNING).alarm == 0


@pytest.mark.requirement("REQ-WINDOW-1", "REQ-PRIME-1")
def test_priming_counts_in_the_window(rig: Rig, pump: Pump) -> None:
    """What was primed is no longer there for an infusion."""
    set_window(pump, 50)
    allotted = allot(rig, pump)
    pump.start(pump.prime(30_000, FAST).token)
    until(pump, State.IDLE)
    used = rig.truth.forward_steps
    left = pump.limits().parts[2]
    assert int(left["left_steps"]) == int(left["window_steps"]) - used
    pump.load([Segment.bolus(30_000, FAST)])
    with pytest.raises(PumpOverWindowError):
        pump.arm("FRESH")
    assert used == pytest.approx(30_000_000 / allotted.pl_per_step, abs=1)


@pytest.mark.long
@pytest.mark.requirement("REQ-WINDOW-1", "REQ-KEEPOPEN-1")
def test_keep_open_rate_ends_at_the_window(rig: Rig, pump: Pump) -> None:
    """A keep-open rate that outlasts the window's cap is stopped by it, to the step."""
    set_window(pump, 50)
    allot(rig, pump)
    window = pump.limits().number("window_steps")
    start_constant(pump, 20 * ML_H, 5, then="KEEPOPEN", keep_open_rate_nl_h=20_000)
    until(pump, State.ALARM, timeout_s=20_000, poll_s=60)
    rig.clock.sleep_ms(500)
    assert rig.truth.forward_steps == window
    assert latched(pump)[0] == "WINDOW_REACHED"


@pytest.mark.requirement("REQ-WINDOW-2", "REQ-WINDOW-3")
def test_a_new_allotment_does_not_clear_it(rig: Rig, pump: Pump) -> None:
    """The window remembers what an allotment before this one took, across a power cut too."""
    set_window(pump, 50)
    allot(rig, pump)
    start(pump, [Segment.bolus(40_000, FAST)])
    until(pump, State.FINISHED)
    allot(rig, pump)
    pump.load([Segment.bolus(20_000, FAST)])
    with pytest.raises(PumpOverWindowError):
        pump.arm("FRESH")
    rig.power_cycle()
    until(pump, State.IDLE)
    pump.load([Segment.bolus(20_000, FAST)])
    with pytest.raises(PumpOverWindowError):
        pump.arm("FRESH")


@pytest.mark.requirement("REQ-WINDOW-1")
def test_volume_leaves_after_the_window(rig: Rig, pump: Pump) -> None:
    """After a window of an hour what was taken before it may be taken again, not earlier."""
    rig.set_jumper(True)
    pump.service(True)
    pump.config_set(FIELD["window_minutes"].index, 60)
    pump.config_set(FIELD["window_cap_ul"].index, 50)
    pump.config_commit()
    rig.set_jumper(False)
    until(pump, State.IDLE)
    allot(rig, pump)
    start(pump, [Segment.bolus(40_000, FAST)])
    until(pump, State.FINISHED)
    pump.load([Segment.bolus(40_000, FAST)])
    rig.clock.sleep_ms(58 * 60_000)
    with pytest.raises(PumpOverWindowError):
        pump.arm("FRESH")
    rig.clock.sleep_ms(4 * 60_000)
    pump.arm("FRESH")
