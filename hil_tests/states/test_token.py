"""The token of an allotment's first step: once, and only while nothing else happened (C2, C8)."""

from collections.abc import Callable

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpBadTokenError, State
from benchpump.testing.procedures import FIELD, allot, fitted_to, propose, until


def alarm(rig: Rig, pump: Pump) -> None:
    """An alarm that comes, goes and is acknowledged."""
    switch = rig.inject("cassette", "out")
    until(pump, State.ALARM, timeout_s=1)
    switch.clear()
    rig.clock.sleep_ms(200)
    pump.acknowledge()


def change_configuration(rig: Rig, pump: Pump) -> None:
    """A setting is changed and not even committed."""
    pump.config_set(FIELD["occlusion_pa"].index, FIELD["occlusion_pa"].min)


def stop(rig: Rig, pump: Pump) -> None:
    """STOP while nothing moves."""
    pump.stop()


def open_another_link(rig: Rig, pump: Pump) -> None:
    """HELLO."""
    pump.hello()


def propose_another(rig: Rig, pump: Pump) -> None:
    """Another first step."""
    propose(pump, 2000, fitted_to(rig))


@pytest.mark.requirement("REQ-ALLOT-1", "REQ-START-1")
def test_an_allotment_is_confirmed_once(rig: Rig, pump: Pump) -> None:
    """The token that confirmed an allotment does not confirm it again."""
    proposed = allot(rig, pump, 1000)
    with pytest.raises(PumpBadTokenError):
        pump.confirm(proposed.token)


@pytest.mark.requirement("REQ-ALLOT-1", "REQ-START-1")
@pytest.mark.parametrize(
    "happening", [alarm, change_configuration, stop, open_another_link, propose_another]
)
def test_what_voids_the_first_step_of_an_allotment(
    rig: Rig, pump: Pump, happening: Callable[[Rig, Pump], None]
) -> None:
    """After an alarm, a changed setting, a stop, another link or first step: worth nothing."""
    proposed = propose(pump, 1000, fitted_to(rig))
    happening(rig, pump)
    rig.press_button()
    with pytest.raises(PumpBadTokenError):
        pump.confirm(proposed.token)
