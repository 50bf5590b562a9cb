"""SENSors?: what every sensor and switch reads, raw, in any state, for who checks the wiring."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.link.sensed import Sensed, Switch
from benchpump.testing.procedures import ML_H, allot, start_constant, until

READ_MS = 100  # two ticks: what was changed has been sensed by then


@pytest.mark.requirement("REQ-SENSORS-1")
def test_a_blank_board_tells_its_switches(blank_rig: Rig) -> None:
    """Never provisioned: each switch is told by itself."""
    blank_rig.clock.sleep_ms(blank_rig.silent_at_start_s * 1000)
    with blank_rig.connect() as pump:
        until(pump, State.FAULT)
        assert pump.sensors().switches == Switch(0)
        for channel, kind, switch in (
            ("estop", "switch_only", Switch.ESTOP),
            ("cassette", "out", Switch.CASSETTE_OUT),
            ("button", "held", Switch.BUTTON),
        ):
            fault = blank_rig.inject(channel, kind)
            blank_rig.clock.sleep_ms(READ_MS)
            assert pump.sensors().switches == switch
            fault.clear()
            blank_rig.clock.sleep_ms(READ_MS)
            assert pump.sensors().switches == Switch(0)
        blank_rig.set_jumper(True)
        blank_rig.clock.sleep_ms(READ_MS)
        assert pump.sensors().switches == Switch.JUMPER


@pytest.mark.requirement("REQ-SENSORS-1")
def test_silence_is_not_zero(rig: Rig, pump: Pump) -> None:
    """A sensor that does not answer is told as that (one at a converter reads a rail instead)."""
    before = pump.sensors().air
    assert before is not None
    assert before > 0
    rig.inject("air_sensor", "off")
    rig.clock.sleep_ms(READ_MS)
    assert pump.sensors().air == Sensed.NO_ANSWER


@pytest.mark.requirement("REQ-SENSORS-1")
def test_codes_counts_and_steps(rig: Rig, pump: Pump) -> None:
    """The code at a channel is told as it is, what is not fitted as that, and steps as counted
    at the pin; reading as often as one likes moves nothing and voids nothing."""
    at_rest = pump.sensors()
    assert at_rest.encoder is None
    assert at_rest.flow is None
    assert (at_rest.upstream is None) == (rig.pump == "syringe")
    for code in (300, 700):
        stuck = rig.inject("pressure_sensor", "stuck", code=code)
        rig.clock.sleep_ms(READ_MS)
        assert pump.sensors().pressure == code
        stuck.clear()
    rig.clock.sleep_ms(READ_MS)
    allot(rig, pump)
    start_constant(pump, 100 * ML_H, 2)
    while pump.status().state is State.RUNNING:
        pump.sensors()
        rig.clock.sleep_ms(READ_MS)
    assert pump.status().state is State.FINISHED
    counted = pump.sensors().steps - at_rest.steps
    assert counted == rig.truth.forward_steps > 0


@pytest.mark.requirement("REQ-SENSORS-1")
@pytest.mark.bench(instrumented=True)
def test_the_counts_of_instruments(rig: Rig, pump: Pump) -> None:
    """Encoder and flow meter are told where they are fitted, and count with what moves."""
    before = pump.sensors()
    allot(rig, pump)
    start_constant(pump, 100 * ML_H, 4)
    until(pump, State.FINISHED)
    after = pump.sensors()
    assert before.encoder is not None
    assert after.encoder is not None
    assert after.encoder - before.encoder == pytest.approx(rig.truth.forward_steps, abs=1)
    assert before.flow is not None
    assert after.flow is not None
    assert (after.flow - before.flow) % (1 << 30) == pytest.approx(11_000, rel=0.05)
