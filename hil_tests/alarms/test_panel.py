"""Light and sounder: by state and by the highest priority, as protocol.toml has them."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, PumpOutOfRangeError, State
from benchpump.testing.procedures import ML_H, allot, latched, start_constant, until

WARN_MV = 10_500  # between the two thresholds of the supply
SILENCE_MAX_MS = 120_000


def shown(rig: Rig) -> tuple[str, str]:
    """Light and sound once what has just happened is shown."""
    rig.clock.sleep_ms(150)
    return rig.panel


@pytest.mark.requirement("REQ-ALARM-5", "REQ-ALARM-2")
def test_each_priority_and_the_next_when_it_clears(rig: Rig, pump: Pump) -> None:
    """Running: green; medium joins it; high takes over; cleared, medium follows, then nothing."""
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 600)
    assert shown(rig) == ("steady_green", "off")
    sag = rig.inject("supply", "sag", mv=WARN_MV)
    rig.clock.sleep_ms(2_000)
    assert latched(pump) == ["SUPPLY_LOW"]
    assert shown(rig) == ("green_and_yellow", "medium")
    switch = rig.inject("cassette", "out")
    until(pump, State.ALARM)
    assert shown(rig) == ("blink_red", "high")
    switch.clear()
    rig.clock.sleep_ms(500)
    assert shown(rig) == ("blink_red", "high")
    pump.acknowledge()
    assert shown(rig) == ("steady_yellow", "medium")
    sag.clear()
    rig.clock.sleep_ms(2_000)
    pump.acknowledge()
    assert shown(rig) == ("off", "off")


@pytest.mark.requirement("REQ-ALARM-5", "REQ-CALLBACK-1")
def test_low_and_medium_that_stop(rig: Rig, pump: Pump) -> None:
    """The end is told low beside its light; a host that is lost stops the pump at medium."""
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 2)
    until(pump, State.FINISHED)
    assert shown(rig) == ("steady_yellow", "low")
    pump.acknowledge()
    assert shown(rig) == ("off", "off")
    start_constant(pump, 10 * ML_H, 60, host_timeout_ms=500)
    rig.clock.sleep_ms(2_000)
    assert pump.status().state is State.ALARM
    assert shown(rig) == ("steady_yellow", "medium")


@pytest.mark.requirement("REQ-ALARM-3", "REQ-ALARM-5")
def test_silence_is_short_and_leaves_the_light(rig: Rig, pump: Pump) -> None:
    """Two minutes without the sound, to the tick; the light never goes; 1 ms more is refused."""
    allot(rig, pump)
    switch = rig.inject("cassette", "out")
    until(pump, State.ALARM)
    with pytest.raises(PumpOutOfRangeError):
        pump.silence(SILENCE_MAX_MS + 1)
    pump.silence(SILENCE_MAX_MS)
    start_ms = rig.clock.now_ms()
    assert shown(rig) == ("blink_red", "off")
    assert Flag.SILENCED in pump.status().flags
    rig.clock.sleep_ms(start_ms + SILENCE_MAX_MS - 200 - rig.clock.now_ms())
    assert rig.panel == ("blink_red", "off")
    rig.clock.sleep_ms(300)
    assert rig.panel == ("blink_red", "high")
    assert Flag.SILENCED not in pump.status().flags
    switch.clear()


@pytest.mark.requirement("REQ-ALARM-3")
def test_a_new_alarm_is_never_born_silent(rig: Rig, pump: Pump) -> None:
    """Silenced for a warning, the sounder sounds for the alarm that comes on top of it."""
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 600)
    rig.inject("supply", "sag", mv=WARN_MV)
    rig.clock.sleep_ms(2_000)
    pump.silence(SILENCE_MAX_MS)
    assert shown(rig) == ("green_and_yellow", "off")
    rig.inject("cassette", "out")
    until(pump, State.ALARM)
    assert shown(rig) == ("blink_red", "high")
