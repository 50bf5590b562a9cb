"""Hours and days of virtual time."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.testing.procedures import ML_H, allot, latched, start_constant, until


@pytest.mark.requirement("REQ-DELIVERY-1")
@pytest.mark.bench(start_ticks_ms=2**30 - 90_000)
def test_across_the_wrap_of_the_tick_counter(rig: Rig, pump: Pump) -> None:
    """An infusion that runs while the millisecond counter wraps delivers every step on time."""
    allot(rig, pump)
    armed = start_constant(pump, 20 * ML_H, 180, on_host_loss="STANDALONE")
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == armed.raw.number("steps")
    assert latched(pump) == ["END_OF_INFUSION"]


@pytest.mark.long
@pytest.mark.requirement("REQ-DELIVERY-1", "REQ-CAP-1")
def test_a_day_at_the_minimum_of_a_titration(rig: Rig, pump: Pump) -> None:
    """24 h at 0.4 mL/h: at every quarter of an hour within a step, no alarm from noise."""
    allotted = allot(rig, pump)
    start_constant(pump, 400_000, 24 * 3600, on_host_loss="STANDALONE")
    began_ms = rig.clock.now_ms()
    for _ in range(24 * 4):
        rig.clock.sleep_ms(900_000)
        due = (rig.clock.now_ms() - began_ms) / 3.6e6 * 400_000 * 1000 / allotted.pl_per_step
        assert abs(rig.truth.forward_steps - due) <= 1.5
    until(pump, State.FINISHED)
    assert latched(pump) == ["END_OF_INFUSION"]
