"""Why the board restarted is told, and after none of the causes does anything go on by itself."""

from collections.abc import Callable

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Event, State
from benchpump.testing.procedures import ML_H, allot, latched, start_constant, until

POWER_ON, WATCHDOG, SOFT = 1, 2, 3
RATE = 100 * ML_H


def power(rig: Rig) -> None:
    """Off and on: what a brown-out looks like too."""
    rig.power_cycle()


def watchdog(rig: Rig) -> None:
    """A hang that the watchdog ends."""
    hang = rig.inject("clock", "hang")
    rig.clock.sleep_ms(2500)
    hang.clear()


def soft(rig: Rig) -> None:
    """A soft reset, as from the REPL."""
    rig.inject("clock", "soft_reset")


CAUSES: list[tuple[Callable[[Rig], None], int, str]] = [
    (power, POWER_ON, "POWER_LOST"),
    (watchdog, WATCHDOG, "WATCHDOG"),
    (soft, SOFT, "POWER_LOST"),
]


@pytest.mark.requirement("REQ-RESET-1", "REQ-RESTART-1")
@pytest.mark.parametrize(("restart", "cause", "alarm"), CAUSES, ids=["power", "watchdog", "soft"])
def test_in_mid_run(
    rig: Rig, pump: Pump, restart: Callable[[Rig], None], cause: int, alarm: str
) -> None:
    """The cause stands in the self-test, the alarm and the journal; the pump stands until it was
    acknowledged and armed again."""
    allot(rig, pump)
    start_constant(pump, RATE, 60)
    rig.clock.sleep_ms(2000)
    assert pump.selftest().number("reset") == POWER_ON
    restart(rig)
    done = rig.truth.forward_steps
    until(pump, State.ALARM, timeout_s=5)
    assert pump.selftest().number("reset") == cause
    assert latched(pump) == [alarm]
    assert pump.alarms()[0].value == cause
    boots = [record.value for record in pump.log() if record.code == Event.BOOT]
    assert boots[-1] == cause
    rig.clock.sleep_ms(10_000)
    assert rig.truth.forward_steps == done > 0
    pump.acknowledge()
    rig.clock.sleep_ms(10_000)
    assert pump.status().state is State.IDLE
    assert rig.truth.forward_steps == done


@pytest.mark.requirement("REQ-RESET-1")
def test_a_soft_reset_at_rest_is_no_alarm(rig: Rig, pump: Pump) -> None:
    """Nothing was interrupted: the cause is told, and that is all."""
    allot(rig, pump)
    rig.inject("clock", "soft_reset")
    until(pump, State.IDLE, timeout_s=5)
    assert latched(pump) == []
    assert pump.selftest().number("reset") == SOFT
