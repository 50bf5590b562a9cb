"""Changing the container in mid-run: under the same cap, by evidence of the pump's own."""

from contextlib import suppress

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import (
    Flag,
    PumpAlarmLatchedError,
    PumpBadTokenError,
    PumpContainerLimitError,
    PumpNoAllotmentError,
    PumpNotRefittedError,
    PumpOverCapError,
    PumpRefused,
    PumpUnconfirmedError,
    PumpWrongStateError,
    State,
)
from benchpump.link.segments import Segment
from benchpump.testing.procedures import (
    ML_H,
    allot,
    fitted_to,
    latched,
    refit,
    reseat,
    start_constant,
    until,
)

RATE = 60 * ML_H
CONTENT_UL = 400
PRIME_NL = 20_000


@pytest.mark.requirement("REQ-REFIT-1", "REQ-CAP-2", "REQ-TRAVEL-1")
@pytest.mark.pump("syringe", reason="about a container that ends an infusion by being empty")
def test_an_infusion_from_three_syringes(rig: Rig, pump: Pump) -> None:
    """One program from three syringes, each run empty, changed, confirmed and primed: each gives
    its content to the step, all count on one allotment and none refills it; the program and the
    primes together are what came out at the line."""
    allotted = allot(rig, pump, 1200, CONTENT_UL)
    content = CONTENT_UL * 1_000_000 // allotted.pl_per_step
    primed = round(PRIME_NL * 1000 / allotted.pl_per_step)
    program = start_constant(pump, RATE, 60).raw.number("steps")
    for number in (1, 2):
        until(pump, State.ALARM)
        assert latched(pump) == ["CONTAINER_EMPTY"]
        assert rig.truth.forward_steps == number * content
        pump.acknowledge()
        assert refit(rig, pump, CONTENT_UL, CONTENT_UL).identity == allotted.identity
        pump.start(pump.prime(PRIME_NL, RATE).token)
        until(pump, State.IDLE)
        armed = pump.arm("REST")
        assert armed.container_left_steps == content - primed
        assert armed.cap_left_steps == allotted.cap_steps - number * content - primed
        assert armed.raw.number("steps") == program - number * (content - primed) - primed
        pump.start(armed.token)
    until(pump, State.FINISHED)
    given = program + 2 * primed
    assert rig.truth.forward_steps == pump.status().debited_steps == given
    assert pump.status().cap_left_steps == allotted.cap_steps - given
    assert rig.truth.delivered_nl == pytest.approx(given * allotted.pl_per_step / 1000, rel=0.06)
    left_nl = pump.status().cap_left_steps * allotted.pl_per_step // 1000
    pump.load([Segment.bolus(left_nl + 200, RATE)])
    with pytest.raises(PumpOverCapError):
        pump.arm()


@pytest.mark.requirement("REQ-REFIT-1", "REQ-CAP-2")
def test_changed_while_paused(rig: Rig, pump: Pump) -> None:
    """Paused, changed, confirmed, primed and gone on with: one program, one cap, to the step."""
    allotted = allot(rig, pump)
    program = start_constant(pump, RATE, 10).raw.number("steps")
    rig.clock.sleep_ms(4000)
    pump.pause()
    until(pump, State.PAUSED)
    half = rig.truth.forward_steps
    capacity_ul = fitted_to(rig).capacity_ul
    refit(rig, pump, capacity_ul, capacity_ul)
    assert pump.status().debited_steps == half
    pump.start(pump.prime(PRIME_NL, RATE).token)
    until(pump, State.IDLE)
    primed = rig.truth.forward_steps - half
    pump.start(pump.arm("REST").token)
    until(pump, State.FINISHED)
    assert rig.truth.forward_steps == program + primed
    assert pump.status().cap_left_steps == allotted.cap_steps - program - primed
    assert pump.allotment().number("id") == allotted.identity


@pytest.mark.requirement("REQ-REFIT-2")
@pytest.mark.parametrize("restart", [False, True])
def test_nothing_starts_before_it_was_confirmed(rig: Rig, pump: Pump, restart: bool) -> None:
    """Once the seat was open, running and priming are refused until the container was confirmed,
    after a restart too; loading is not."""
    allot(rig, pump)
    assert Flag.CONFIRMED in pump.status().flags
    reseat(rig, pump)
    if restart:
        rig.power_cycle()
        until(pump, State.IDLE)
    assert Flag.CONFIRMED not in pump.status().flags
    pump.load([Segment.constant(ML_H, 100)])
    with pytest.raises(PumpUnconfirmedError):
        pump.arm()
    with pytest.raises(PumpUnconfirmedError):
        pump.prime(PRIME_NL, RATE)
    with pytest.raises(PumpUnconfirmedError):
        pump.withdraw(PRIME_NL, RATE)
    offered = pump.refit(1000)
    with pytest.raises(PumpUnconfirmedError):
        pump.arm()
    with pytest.raises(PumpBadTokenError):  # arming made it void
        pump.refit_confirm(offered.token)
    offered = pump.refit(1000)
    with pytest.raises(PumpBadTokenError):
        pump.refit_confirm(offered.token ^ 1)
    pump.refit_confirm(offered.token)
    assert Flag.CONFIRMED in pump.status().flags
    pump.start(pump.arm().token)
    until(pump, State.FINISHED)


@pytest.mark.requirement("REQ-REFIT-2")
def test_wrong_orders_are_refused(rig: Rig, pump: Pump) -> None:
    """Without an allotment; without the seat having been open; while it is open; with its alarm
    latched; with more than the container can hold; while it runs; twice with one token."""
    with pytest.raises(PumpNoAllotmentError):
        pump.refit(1000)
    allot(rig, pump)
    with pytest.raises(PumpNotRefittedError):
        pump.refit(1000)
    out = rig.inject("cassette", "out")
    until(pump, State.ALARM)
    with pytest.raises(PumpWrongStateError):
        pump.refit(1000)
    with pytest.raises(PumpAlarmLatchedError):  # the seat is still open
        pump.acknowledge()
    out.clear()
    rig.clock.sleep_ms(100)
    pump.acknowledge()
    capacity_ul = fitted_to(rig).capacity_ul
    for over_ul in (-1, 0):
        pump.refit(capacity_ul + over_ul)
    with pytest.raises(PumpContainerLimitError):
        pump.refit(capacity_ul + 1)
    offered = pump.refit(1000)
    pump.refit_confirm(offered.token)
    with pytest.raises(PumpNotRefittedError):
        pump.refit_confirm(offered.token)
    start_constant(pump, ML_H, 10)
    with pytest.raises(PumpWrongStateError):
        pump.refit(1000)


@pytest.mark.requirement("REQ-REFIT-2", "REQ-START-1")
def test_the_seat_opened_between_the_steps(rig: Rig, pump: Pump) -> None:
    """What was said at the first step no longer holds when the seat is open at the second, nor
    when it was open in between."""
    allot(rig, pump)
    reseat(rig, pump)
    offered = pump.refit(1000)
    out = rig.inject("cassette", "out")
    with suppress(PumpRefused):  # it may be seen in the very tick of the second step
        pump.refit_confirm(offered.token)
    until(pump, State.ALARM, timeout_s=1)
    assert Flag.CONFIRMED not in pump.status().flags
    out.clear()
    rig.clock.sleep_ms(200)
    pump.acknowledge()
    with pytest.raises(PumpBadTokenError):
        pump.refit_confirm(offered.token)
    with pytest.raises(PumpUnconfirmedError):
        pump.prime(PRIME_NL, RATE)


@pytest.mark.requirement("REQ-REFIT-2")
@pytest.mark.parametrize("test", ["configuration", "power-on"])
def test_the_seat_opened_while_the_pump_tests_itself(rig: Rig, pump: Pump, test: str) -> None:
    """A container that was out for a part of the self-test only, where no alarm says so, has to
    be confirmed like any other."""
    allot(rig, pump)
    if test == "configuration":
        pump.config_commit()
    else:
        rig.power_cycle()
    rig.clock.sleep_ms(150)
    out = rig.inject("cassette", "out")
    rig.clock.sleep_ms(300)
    assert pump.status().state is State.SELFTEST
    out.clear()
    until(pump, State.IDLE)
    assert Flag.CONFIRMED not in pump.status().flags
    pump.load([Segment.constant(ML_H, 100)])
    with pytest.raises(PumpUnconfirmedError):
        pump.arm()
