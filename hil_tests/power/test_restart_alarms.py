"""Which restarts are told: any cut once it was running, any bite of the watchdog (C3)."""

from collections.abc import Callable

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import ML_H, allot, latched, start, start_constant, until

HOLD = [Segment.hold(1200), Segment.constant(ML_H, 72_000)]
SLOW = [Segment.constant(ML_H // 10, 72_000)]  # a step every 3.7 s


@pytest.mark.requirement("REQ-RESTART-1")
@pytest.mark.parametrize(
    ("segments", "after_ms"),
    [
        pytest.param(segments, after_ms, id=f"{name}-{after_ms}", marks=marks)
        for segments, name in ((HOLD, "hold"), (SLOW, "slow"))
        for after_ms, marks in (
            (0, ()),
            (100, () if name == "hold" else pytest.mark.long),
            (1000, pytest.mark.long),
            (10_000, ()),
        )
    ],
)
def test_a_cut_before_the_first_step_is_told(
    rig: Rig, pump: Pump, segments: list[Segment], after_ms: int
) -> None:
    """Power lost while it was running, though nothing was delivered yet: POWER_LOST."""
    allot(rig, pump)
    start(pump, segments)
    rig.clock.sleep_ms(after_ms)
    done = rig.truth.forward_steps
    rig.power_cycle()
    assert until(pump, State.IDLE, State.ALARM, timeout_s=5).state is State.ALARM
    assert latched(pump) == ["POWER_LOST"]
    rig.clock.sleep_ms(5000)
    assert rig.truth.forward_steps == done


@pytest.mark.requirement("REQ-RESTART-1")
def test_a_cut_in_order_is_not_told(rig: Rig, pump: Pump) -> None:
    """Stopped in that hold, or only armed: the cut interrupted nothing."""
    allot(rig, pump)
    start(pump, HOLD)
    pump.stop()
    rig.clock.sleep_ms(500)
    rig.power_cycle()
    until(pump, State.IDLE, timeout_s=5)
    assert latched(pump) == []
    pump.hello()
    pump.load(HOLD)
    pump.arm("FRESH")
    rig.power_cycle()
    until(pump, State.IDLE, timeout_s=5)
    assert latched(pump) == []


def idle(rig: Rig, pump: Pump) -> None:
    """Stopped."""
    start_constant(pump, ML_H, 100)
    rig.clock.sleep_ms(1000)
    pump.stop()


def armed(rig: Rig, pump: Pump) -> None:
    """Armed for the rest."""
    idle(rig, pump)
    pump.arm("REST")


def paused(rig: Rig, pump: Pump) -> None:
    """Paused."""
    start_constant(pump, 100 * ML_H, 100)
    rig.clock.sleep_ms(1000)
    pump.pause()
    until(pump, State.PAUSED)


def finished(rig: Rig, pump: Pump) -> None:
    """At the end of its program."""
    start_constant(pump, 100 * ML_H, 1)
    until(pump, State.FINISHED)


def alarmed(rig: Rig, pump: Pump) -> None:
    """In alarm."""
    start_constant(pump, 100 * ML_H, 100)
    switch = rig.inject("cassette", "out")
    until(pump, State.ALARM)
    switch.clear()


def in_hold(rig: Rig, pump: Pump) -> None:
    """Running, nothing delivered yet."""
    start(pump, HOLD)


@pytest.mark.requirement("REQ-RESTART-1")
@pytest.mark.parametrize("bring", [idle, armed, paused, finished, alarmed, in_hold])
def test_a_bite_of_the_watchdog_is_told_in_every_state(
    rig: Rig, pump: Pump, bring: Callable[[Rig, Pump], None]
) -> None:
    """Since the first START the watchdog runs: a hang in any state ends in WATCHDOG."""
    allot(rig, pump)
    bring(rig, pump)
    rig.clock.sleep_ms(1000)
    hang = rig.inject("clock", "hang")
    rig.clock.sleep_ms(2500)
    hang.clear()
    until(pump, State.ALARM, timeout_s=5)
    assert "WATCHDOG" in latched(pump)
    done = rig.truth.forward_steps
    rig.clock.sleep_ms(5000)
    assert rig.truth.forward_steps == done
    pump.acknowledge()
    assert pump.status().state is State.IDLE
