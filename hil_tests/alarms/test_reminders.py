"""Reminders stop nothing: near end of infusion, callback, late ticks counted."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import (
    FIELD,
    ML_H,
    TICKS_PER_S,
    allot,
    latched,
    start,
    start_constant,
    until,
)

NEAR_END = FIELD["near_end_minutes"]
CALLBACK = FIELD["callback_minutes"]


def set_minutes(pump: Pump, field: int, minutes: int) -> None:
    """Change a time."""
    pump.config_set(field, minutes)
    pump.config_commit()
    until(pump, State.IDLE)


@pytest.mark.requirement("REQ-NEAREND-1")
@pytest.mark.parametrize("minutes", [1, NEAR_END.default])
def test_near_end_at_the_time_set(rig: Rig, pump: Pump, minutes: int) -> None:
    """Not a second and a half before that time, but a second and a half after; then the end."""
    if minutes != NEAR_END.default:
        set_minutes(pump, NEAR_END.index, minutes)
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, minutes * 60 + 20)
    rig.clock.sleep_ms(18_500)
    assert latched(pump) == []
    rig.clock.sleep_ms(3_000)
    assert latched(pump) == ["NEAR_END"]
    assert pump.alarms()[0].limit == minutes * 60 * TICKS_PER_S
    assert pump.status().state is State.RUNNING
    until(pump, State.FINISHED)
    assert latched(pump) == ["END_OF_INFUSION"]


@pytest.mark.requirement("REQ-NEAREND-1")
def test_near_end_goes_when_it_is_not_near(rig: Rig, pump: Pump) -> None:
    """Paused near its end, and armed anew from the start: the signal is recomputed."""
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 200)
    rig.clock.sleep_ms(22_000)
    assert latched(pump) == ["NEAR_END"]
    pump.pause()
    until(pump, State.PAUSED)
    pump.start(pump.arm("FRESH").token)
    rig.clock.sleep_ms(1_500)
    assert latched(pump) == []


@pytest.mark.requirement("REQ-NEAREND-1")
@pytest.mark.parametrize("longer_ticks", [-1, 0, 1])
def test_only_a_program_longer_than_the_time_is_near_its_end(
    rig: Rig, pump: Pump, longer_ticks: int
) -> None:
    """One of 3 min less a tick and of 3 min exactly say nothing; a tick more does, at once."""
    limit = NEAR_END.default * 60 * TICKS_PER_S
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, (limit + longer_ticks) / TICKS_PER_S)
    rig.clock.sleep_ms(2_000)
    assert latched(pump) == (["NEAR_END"] if longer_ticks > 0 else [])
    if longer_ticks > 0:
        alarm = pump.alarms()[0]
        assert alarm.limit - TICKS_PER_S <= alarm.value <= alarm.limit


@pytest.mark.requirement("REQ-NEAREND-1")
def test_near_end_is_computed_anew_when_the_program_changes(rig: Rig, pump: Pump) -> None:
    """A held rate brings the end near; going on puts 80 s before it; then it is near again."""
    set_minutes(pump, NEAR_END.index, 1)
    allot(rig, pump)
    start(pump, [Segment.constant(10 * ML_H, 400), Segment.constant(10 * ML_H, 1600)])
    began_ms = rig.clock.now_ms()
    rig.clock.sleep_ms(10_000)
    pump.start(pump.titrate_hold().token)
    rig.clock.sleep_ms(38_000 + began_ms - rig.clock.now_ms())
    assert latched(pump) == []
    rig.clock.sleep_ms(4_000)
    assert latched(pump) == ["NEAR_END"]
    pump.start(pump.titrate_go_on().token)
    went_on_ms = rig.clock.now_ms()
    rig.clock.sleep_ms(2_000)
    assert latched(pump) == []
    rig.clock.sleep_ms(18_000 + went_on_ms - rig.clock.now_ms())
    assert latched(pump) == []
    rig.clock.sleep_ms(4_000)
    assert latched(pump) == ["NEAR_END"]
    assert pump.status().state is State.RUNNING


@pytest.mark.requirement("REQ-NEAREND-1")
def test_near_end_disabled_is_said(rig: Rig, pump: Pump) -> None:
    """At 0 it says nothing, and that it will not is listed."""
    set_minutes(pump, NEAR_END.index, 0)
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 200)
    rig.clock.sleep_ms(100_000)
    assert latched(pump) == []
    assert "nearend" in pump.selftest().names("disabled")


@pytest.mark.requirement("REQ-CALLBACK-1")
@pytest.mark.parametrize("minutes", [1, CALLBACK.default])
def test_a_loaded_program_calls_back(rig: Rig, pump: Pump, minutes: int) -> None:
    """Loaded and left, it is signalled at the time set and not before; clearing it ends that."""
    if minutes != CALLBACK.default:
        set_minutes(pump, CALLBACK.index, minutes)
    allot(rig, pump)
    pump.load([Segment.constant(10 * ML_H, 1000)])
    rig.clock.sleep_ms(minutes * 60_000 - 1_500)
    assert latched(pump) == []
    rig.clock.sleep_ms(3_500)
    assert latched(pump) == ["PROGRAM_WAITING"]
    pump.start(pump.arm("FRESH").token)
    rig.clock.sleep_ms(1_500)
    assert latched(pump) == []


@pytest.mark.long
@pytest.mark.requirement("REQ-CALLBACK-1")
def test_a_pause_calls_back_and_an_idle_pump_does_not(rig: Rig, pump: Pump) -> None:
    """Ten minutes without a program are nothing; ten minutes of pause are signalled."""
    allot(rig, pump)
    rig.clock.sleep_ms(700_000)
    assert latched(pump) == []
    start_constant(pump, 10 * ML_H, 100)
    rig.clock.sleep_ms(1_000)
    pump.pause()
    rig.clock.sleep_ms(610_000)
    assert latched(pump) == ["PROGRAM_WAITING"]
    assert pump.status().state is State.PAUSED


@pytest.mark.requirement("REQ-TICK-1")
@pytest.mark.parametrize(("extra_ms", "late_ms"), [(50, 0), (51, 1), (99, 49)])
def test_late_ticks_are_counted(rig: Rig, pump: Pump, extra_ms: int, late_ms: int) -> None:
    """Late by less than a tick is borne, counted, and the worst kept; on time counts nothing."""
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 30)
    rig.clock.sleep_ms(2000)
    before = pump.selftest().number("late_ticks")
    rig.inject("clock", "slow", extra_ms=extra_ms, ticks=1)
    rig.clock.sleep_ms(1000)
    said = pump.selftest()
    assert said.number("late_ticks") == before + (late_ms > 0)
    if late_ms:
        assert said.number("late_most_ms") >= late_ms
    assert pump.status().state is State.RUNNING
