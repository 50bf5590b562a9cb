"""Pressure with live noise that is not the line's: implausible, or unmoved by a start."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpFaultLatchedError, PumpNeedsJumperError, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import FIELD, ML_H, allot, latched, start_constant, until

FROM = FIELD["unmoved_from_nl_h"]
BELOW_PA = 20_000
CODE_PA = 60
NEAR_PA = 8 * CODE_PA  # what is filtered of 2 codes of noise stays well inside
STUCK_MS = 9_000_000  # a lag of hours: the reading has noise and does not follow
FOUND_S = 2.0


@pytest.mark.requirement("REQ-SENSOR-4")
@pytest.mark.parametrize(("beside_pa", "trips"), [(-NEAR_PA, False), (NEAR_PA, True)])
def test_below_what_an_outlet_can_hang(rig: Rig, pump: Pump, beside_pa: int, trips: bool) -> None:
    """Just less than 20 kPa below ambient is borne while infusing; just more is a fault."""
    allot(rig, pump)
    start_constant(pump, 5 * ML_H, 20)
    rig.inject("downstream", "back_pressure", pa=-BELOW_PA - beside_pa)
    until(pump, State.FAULT, State.FINISHED)
    assert latched(pump) == (["PRESSURE_IMPLAUSIBLE"] if trips else ["END_OF_INFUSION"])
    if trips:
        alarm = pump.alarms()[0]
        assert alarm.limit == BELOW_PA <= alarm.value <= BELOW_PA + 2 * NEAR_PA
        with pytest.raises(PumpFaultLatchedError):
            pump.acknowledge()


@pytest.mark.requirement("REQ-SENSOR-3")
@pytest.mark.parametrize("rate_ml_h", [51, 100, 300])
def test_stuck_with_live_noise_is_found_by_the_next_start(
    rig: Rig, pump: Pump, rate_ml_h: int
) -> None:
    """A run in a good line passes; then the sensor sticks, noise and all: the next faults."""
    allot(rig, pump)
    rate_nl_h = rate_ml_h * ML_H
    start_constant(pump, rate_nl_h, 6)
    until(pump, State.FINISHED)
    assert latched(pump) == ["END_OF_INFUSION"]
    pump.acknowledge()
    rig.clock.sleep_ms(3000)
    rig.inject("pressure_sensor", "slow", time_constant_ms=STUCK_MS)
    rig.clock.sleep_ms(5000)
    start_constant(pump, rate_nl_h, 30)
    began_ms = rig.clock.now_ms()
    until(pump, State.FAULT, timeout_s=10)
    assert latched(pump) == ["PRESSURE_UNMOVED"]
    assert pump.alarms()[0].value < pump.alarms()[0].limit == 300
    assert rig.clock.now_ms() - began_ms <= (5 if rate_ml_h < 100 else FOUND_S) * 1000


@pytest.mark.requirement("REQ-SENSOR-3", "REQ-FITTED-1")
@pytest.mark.parametrize("beside_nl_h", [-1, 0, 1])
def test_a_program_too_slow_for_it_says_so(rig: Rig, pump: Pump, beside_nl_h: int) -> None:
    """Below the rate from which it is judged ARM calls it degraded; at and above it does not."""
    allot(rig, pump)
    pump.load([Segment.constant(FROM.default + beside_nl_h, 200)])
    assert pump.arm("FRESH").degraded == (("unmoved",) if beside_nl_h < 0 else ())


@pytest.mark.requirement("REQ-SENSOR-3")
def test_starts_at_any_rate_in_a_good_line_do_not_trip(rig: Rig, pump: Pump) -> None:
    """Lowest and intermediate rate, the limit and the highest, and each again from a pause."""
    allot(rig, pump)
    for rate_nl_h in (ML_H // 10, 5 * ML_H, FROM.default - 1, FROM.default, 300 * ML_H):
        start_constant(pump, rate_nl_h, 12)
        rig.clock.sleep_ms(4000)
        assert latched(pump) == []
        pump.pause()
        until(pump, State.PAUSED)
        pump.start(pump.arm("REST").token)
        until(pump, State.FINISHED, State.FAULT, State.ALARM)
        assert latched(pump) == ["END_OF_INFUSION"]
        pump.acknowledge()


@pytest.mark.requirement("REQ-SENSOR-3", "REQ-FITTED-1")
def test_disabling_takes_the_jumper_and_is_said(rig: Rig, pump: Pump) -> None:
    """Off, or from a higher rate only: refused without the service jumper; lower is not."""
    for value in (0, FROM.default + 1):
        with pytest.raises(PumpNeedsJumperError):
            pump.config_set(FROM.index, value)
    pump.config_set(FROM.index, FROM.default - 1)
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    pump.config_set(FROM.index, 0)
    pump.config_commit()
    until(pump, State.IDLE, State.SERVICE)
    assert "unmoved" in pump.selftest().names("disabled")
