"""A first step that is refused leaves nothing behind that START could take (C8)."""

from collections.abc import Callable

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import (
    PumpBadTokenError,
    PumpKeepOpenError,
    PumpNothingLeftError,
    PumpOverCapError,
    PumpRateLimitError,
    PumpRefused,
    PumpWrongStateError,
    State,
)
from benchpump.link.segments import Segment
from benchpump.testing.procedures import ML_H, allot, start_constant, until

FAST = 200 * ML_H


def prime_above_the_cap(pump: Pump) -> None:
    """More than is left."""
    with pytest.raises(PumpOverCapError):
        pump.prime(600_000, FAST)


def prime_too_fast(pump: Pump) -> None:
    """Above the limit in force."""
    with pytest.raises(PumpRateLimitError):
        pump.prime(400_000, 500 * ML_H)


def arm_without_keep_open(pump: Pump) -> None:
    """Keep-open asked for on host loss, and the program has none."""
    with pytest.raises(PumpKeepOpenError):
        pump.arm("FRESH", "KEEPOPEN")


def arm_a_rest_that_is_not(pump: Pump) -> None:
    """The rest of a program that never started."""
    with pytest.raises(PumpNothingLeftError):
        pump.arm("REST")


REFUSED = [prime_above_the_cap, prime_too_fast, arm_without_keep_open, arm_a_rest_that_is_not]


def stays_where_it_is(rig: Rig, pump: Pump, token: int, state: State) -> None:
    """Neither the token nor anything else is left of the first step before."""
    before = rig.truth.forward_steps
    assert pump.status().state is state
    with pytest.raises((PumpWrongStateError, PumpBadTokenError)):
        pump.start(token)
    rig.clock.sleep_ms(5000)
    assert rig.truth.forward_steps == before
    assert pump.status().state is state


@pytest.mark.requirement("REQ-START-1")
@pytest.mark.parametrize("refused", REFUSED)
def test_it_voids_what_was_armed(rig: Rig, pump: Pump, refused: Callable[[Pump], None]) -> None:
    """Armed to infuse; then a first step is refused: not armed any more, the token worthless."""
    allot(rig, pump, 500)
    pump.load([Segment.constant(10 * ML_H, 1000)])
    armed = pump.arm("FRESH")
    refused(pump)
    stays_where_it_is(rig, pump, armed.token, State.IDLE)


@pytest.mark.requirement("REQ-START-1", "REQ-PRIME-1")
@pytest.mark.parametrize("refused", REFUSED)
def test_it_voids_what_was_to_be_primed(
    rig: Rig, pump: Pump, refused: Callable[[Pump], None]
) -> None:
    """A microlitre to prime; then more of it, or faster, is refused: none of the two is primed."""
    allot(rig, pump, 500)
    pump.load([Segment.constant(10 * ML_H, 1000)])
    primed = pump.prime(1000, FAST)
    refused(pump)
    stays_where_it_is(rig, pump, primed.token, State.IDLE)


@pytest.mark.requirement("REQ-START-1", "REQ-STATE-1")
def test_it_voids_the_rest(rig: Rig, pump: Pump) -> None:
    """The rest is armed, all of it anew is refused for the cap: the token starts neither, and the
    rest armed again is just the rest."""
    allot(rig, pump, 600)
    armed = start_constant(pump, FAST, 10)
    rig.clock.sleep_ms(8000)
    pump.pause()
    until(pump, State.PAUSED)
    rest = pump.arm("REST")
    with pytest.raises(PumpOverCapError):
        pump.arm("FRESH")
    before = rig.truth.forward_steps
    with pytest.raises(PumpRefused):
        pump.start(rest.token)
    rig.clock.sleep_ms(5000)
    assert rig.truth.forward_steps == before
    again = pump.arm("REST")
    assert again.raw.number("steps") == rest.raw.number("steps")
    pump.start(again.token)
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == armed.raw.number("steps")


@pytest.mark.requirement("REQ-STATE-1", "REQ-START-1")
def test_it_does_not_rewind(rig: Rig, pump: Pump) -> None:
    """Paused; ARM FRESH refused; then the rest is what was left, and the sum is the program."""
    allot(rig, pump)
    armed = start_constant(pump, FAST, 10)
    rig.clock.sleep_ms(8000)
    pump.pause()
    until(pump, State.PAUSED)
    with pytest.raises(PumpKeepOpenError):
        pump.arm("FRESH", "KEEPOPEN")
    rest = pump.arm("REST")
    total = armed.raw.number("steps")
    assert rest.raw.number("steps") == total - rig.truth.forward_steps
    pump.start(rest.token)
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == total


@pytest.mark.requirement("REQ-STATE-1", "REQ-START-1")
def test_arming_anew_without_starting_does_not_rewind(rig: Rig, pump: Pump) -> None:
    """Paused; ARM FRESH accepted, but given back: the rest is still what was left."""
    allot(rig, pump)
    armed = start_constant(pump, FAST, 10)
    rig.clock.sleep_ms(8000)
    pump.pause()
    until(pump, State.PAUSED)
    total = armed.raw.number("steps")
    assert pump.arm("FRESH").raw.number("steps") == total
    pump.disarm()
    rest = pump.arm("REST")
    assert rest.raw.number("steps") == total - rig.truth.forward_steps
    pump.start(rest.token)
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == total


@pytest.mark.requirement("REQ-STATE-1")
def test_no_rest_before_a_start_and_after_the_end(rig: Rig, pump: Pump) -> None:
    """A program never started, and one that has ended, have nothing left."""
    allot(rig, pump)
    pump.load([Segment.constant(10 * ML_H, 20)])
    with pytest.raises(PumpNothingLeftError):
        pump.arm("REST")
    pump.start(pump.arm("FRESH").token)
    until(pump, State.FINISHED)
    with pytest.raises(PumpNothingLeftError):
        pump.arm("REST")
