"""The local button: pressed after the first step, not held down since before it (C2)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, PumpNeedsButtonError
from benchpump.testing.procedures import fitted_to, propose


@pytest.mark.requirement("REQ-ALLOT-1")
@pytest.mark.parametrize("held_ms", [100, 5000])
def test_a_button_held_down_confirms_nothing(rig: Rig, pump: Pump, held_ms: int) -> None:
    """Down since before the first step: refused however long, and for the next proposal too;
    let go: refused; pressed again: done."""
    button = rig.inject("button", "held")
    rig.clock.sleep_ms(held_ms)
    for cap_ul in (100, 200):
        proposed = propose(pump, cap_ul, fitted_to(rig))
        rig.clock.sleep_ms(1000)
        with pytest.raises(PumpNeedsButtonError):
            pump.confirm(proposed.token)
    button.clear()
    rig.clock.sleep_ms(200)
    with pytest.raises(PumpNeedsButtonError):
        pump.confirm(proposed.token)
    assert Flag.ALLOTTED not in pump.status().flags
    rig.press_button()
    rig.truth.allot(proposed.cap_steps, proposed.pl_per_step)
    pump.confirm(proposed.token)
    assert Flag.ALLOTTED in pump.status().flags


@pytest.mark.requirement("REQ-ALLOT-1")
def test_a_button_down_at_power_on_confirms_nothing(rig: Rig, pump: Pump) -> None:
    """A welded contact is no press, also not in the pump's first tick."""
    rig.inject("button", "held")
    rig.power_cycle()
    rig.clock.sleep_ms(3000)
    pump.hello()
    proposed = propose(pump, 100, fitted_to(rig))
    rig.clock.sleep_ms(1000)
    with pytest.raises(PumpNeedsButtonError):
        pump.confirm(proposed.token)


@pytest.mark.requirement("REQ-ALLOT-1")
def test_still_down_when_it_is_confirmed(rig: Rig, pump: Pump) -> None:
    """Pressed after the first step counts, released or not."""
    proposed = propose(pump, 100, fitted_to(rig))
    rig.inject("button", "held")
    rig.clock.sleep_ms(100)
    pump.confirm(proposed.token)
    assert Flag.ALLOTTED in pump.status().flags
