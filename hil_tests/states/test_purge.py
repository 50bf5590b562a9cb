"""Nothing that a person does once makes liquid come out (GIP 2.1.1, IEC 54.3)."""

from collections.abc import Callable

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.link.tables import PumpError
from benchpump.testing.procedures import ML_H, allot, latched, until

RATE = 100 * ML_H
VOLUME_NL = 50_000


def by_button(rig: Rig, _pump: Pump) -> None:
    rig.press_button()


def by_held_button(rig: Rig, _pump: Pump) -> None:
    rig.inject("button", "held")


def by_prime(_rig: Rig, pump: Pump) -> None:
    pump.prime(VOLUME_NL, RATE)


def by_start(_rig: Rig, pump: Pump) -> None:
    with pytest.raises(PumpError):
        pump.start(0)


def by_arm(_rig: Rig, pump: Pump) -> None:
    pump.arm("FRESH")


def by_line(rig: Rig, _pump: Pump) -> None:
    rig.link.write(b"PRIMe 50000 100000000\nSTARt 0\n")


def by_seat(rig: Rig, _pump: Pump) -> None:
    rig.inject("cassette", "out").clear()


def by_restart(rig: Rig, _pump: Pump) -> None:
    rig.power_cycle()


@pytest.mark.requirement("REQ-PURGE-1", "REQ-PRIME-1")
@pytest.mark.parametrize(
    "act", [by_button, by_held_button, by_prime, by_start, by_arm, by_line, by_seat, by_restart]
)
def test_no_single_action_purges(rig: Rig, pump: Pump, act: Callable[[Rig, Pump], None]) -> None:
    """With an allotment, a loaded program and a full line, each single action moves nothing."""
    allot(rig, pump)
    pump.load([Segment.constant(RATE, 200)])
    act(rig, pump)
    rig.clock.sleep_ms(5000)
    assert rig.truth.forward_steps == rig.truth.reverse_steps == 0
    assert pump.status().debited_steps == 0


@pytest.mark.requirement("REQ-PURGE-1", "REQ-PRIME-1")
def test_two_steps_purge_and_count(rig: Rig, pump: Pump) -> None:
    """The second step moves what the first one said, and all of it is debited."""
    allot(rig, pump)
    offered = pump.prime(VOLUME_NL, RATE)
    pump.start(offered.token)
    until(pump, State.IDLE)
    assert latched(pump) == []
    assert 0 < rig.truth.forward_steps == offered.raw.number("steps")
    assert pump.status().debited_steps == rig.truth.forward_steps
