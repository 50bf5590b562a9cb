"""What ARM saw must still be so at START: an input that changed in between voids it (C8)."""

from collections.abc import Callable

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpBadTokenError, PumpRefused, PumpWrongStateError
from benchpump.link.segments import Segment
from benchpump.testing.procedures import ML_H, allot

DRY_CODE = 3000  # well above what the detector takes for air


def jumper(rig: Rig) -> None:
    """The service jumper is fitted and taken out again."""
    rig.set_jumper(True)
    rig.clock.sleep_ms(200)
    rig.set_jumper(False)
    rig.clock.sleep_ms(200)


def air(rig: Rig) -> None:
    """Air stands at the detector."""
    rig.inject("air_sensor", "stuck", code=DRY_CODE)
    rig.clock.sleep_ms(300)


def air_for_a_moment(rig: Rig) -> None:
    """Air stood at the detector and is gone again."""
    fault = rig.inject("air_sensor", "stuck", code=DRY_CODE)
    rig.clock.sleep_ms(300)
    fault.clear()
    rig.clock.sleep_ms(300)


def seat(rig: Rig) -> None:
    """The cassette is taken out and put back."""
    fault = rig.inject("cassette", "out")
    rig.clock.sleep_ms(200)
    fault.clear()
    rig.clock.sleep_ms(200)


@pytest.mark.requirement("REQ-START-1")
@pytest.mark.parametrize("change", [jumper, air, air_for_a_moment, seat])
def test_a_changed_input_voids_the_token(
    rig: Rig, pump: Pump, change: Callable[[Rig], None]
) -> None:
    """Armed, an input changes, START: refused, even when the input is again as it was."""
    allot(rig, pump)
    pump.load([Segment.constant(10 * ML_H, 1000)])
    armed = pump.arm("FRESH")
    change(rig)
    with pytest.raises((PumpBadTokenError, PumpWrongStateError)):
        pump.start(armed.token)
    rig.clock.sleep_ms(2000)
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-START-1", "REQ-PRIME-1")
def test_a_changed_input_voids_priming(rig: Rig, pump: Pump) -> None:
    """The same between PRIMe and START."""
    allot(rig, pump)
    primed = pump.prime(10_000, 10 * ML_H)
    jumper(rig)
    with pytest.raises(PumpRefused):
        pump.start(primed.token)
    rig.clock.sleep_ms(2000)
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-START-1")
def test_the_button_is_no_such_input(rig: Rig, pump: Pump) -> None:
    """Pressing the local button between the two steps voids nothing."""
    allot(rig, pump)
    pump.load([Segment.constant(10 * ML_H, 1000)])
    armed = pump.arm("FRESH")
    rig.press_button()
    pump.start(armed.token)
    rig.clock.sleep_ms(2000)
    assert rig.truth.forward_steps > 0
