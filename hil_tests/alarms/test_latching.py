"""What stays latched, what is told first, and that stopping drops what is queued."""

from contextlib import suppress

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpFaultLatchedError, PumpStorageError, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import ML_H, allot, latched, start_constant, until

CAUSES = {"CASSETTE_OUT": ("cassette", "out"), "ESTOP": ("estop", "pressed")}


@pytest.mark.requirement("REQ-ALARM-1")
@pytest.mark.parametrize("order", [("CASSETTE_OUT", "ESTOP"), ("ESTOP", "CASSETTE_OUT")])
def test_the_first_cause_is_told_first(rig: Rig, pump: Pump, order: tuple[str, str]) -> None:
    """Of two alarms the one that came first leads, whatever their codes."""
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 60)
    for alarm in order:
        rig.inject(*CAUSES[alarm])
        rig.clock.sleep_ms(200)
    assert latched(pump) == list(order)


@pytest.mark.requirement("REQ-ALARM-1", "REQ-SENSOR-2")
@pytest.mark.parametrize(
    ("channel", "kind", "alarm"),
    [("pressure_sensor", "stuck", "PRESSURE_STUCK"), ("store", "off", "STORAGE_FAILED")],
)
def test_a_fault_stays_until_the_board_restarts(
    rig: Rig, pump: Pump, channel: str, kind: str, alarm: str
) -> None:
    """With its cause gone a fault cannot be acknowledged, not even twice; a restart ends it."""
    allot(rig, pump)
    pump.load([Segment.constant(10 * ML_H, 1000)])
    token = pump.arm("FRESH").token
    cause = rig.inject(channel, kind)
    with suppress(PumpStorageError):  # START is where the memory is first written
        pump.start(token)
    until(pump, State.FAULT, timeout_s=5)
    cause.clear()
    rig.clock.sleep_ms(5000)
    for _ in range(2):
        with pytest.raises(PumpFaultLatchedError):
            pump.acknowledge()
    assert pump.status().state is State.FAULT
    assert latched(pump) == [alarm]
    rig.power_cycle()
    until(pump, State.IDLE, State.ALARM, timeout_s=5)
    assert alarm not in latched(pump)


@pytest.mark.requirement("REQ-ALARM-1")
def test_the_end_of_an_infusion_is_told_and_stops_nothing(rig: Rig, pump: Pump) -> None:
    """The end is latched as a flag: it needs no acknowledging before the next ARM."""
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 1)
    until(pump, State.FINISHED)
    assert latched(pump) == ["END_OF_INFUSION"]
    start_constant(pump, 10 * ML_H, 1)
    assert pump.status().state is State.RUNNING
    assert latched(pump) == []


@pytest.mark.requirement("REQ-CASSETTE-1", "REQ-LEASE-2")
@pytest.mark.parametrize("offset_ms", [0, 17, 34])
def test_an_alarm_stops_in_mid_burst(rig: Rig, pump: Pump, offset_ms: int) -> None:
    """After a late tick most of a second lease is queued: the next tick drops it, unfinished."""
    allot(rig, pump)
    start_constant(pump, 100 * ML_H, 60)
    rig.clock.sleep_ms(2000)
    rig.inject("clock", "slow", extra_ms=99, ticks=1)
    rig.clock.sleep_ms(500 + offset_ms)
    rig.truth.expect_stop("cassette out", round(rig.clock.now_ms() * 1000), 52)
    rig.inject("cassette", "out")
    status = until(pump, State.ALARM)
    rig.clock.sleep_ms(500)
    assert status.debited_steps == rig.truth.forward_steps
