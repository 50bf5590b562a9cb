"""STOP as a line: whatever its number was used for, and whatever comes with it (C8, C3)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.testing.procedures import allot, latched, until
from benchpump.testing.raw_host import RawHost

LONG = "CONST 200000000 200000000 0 1000"
STOPS_WITHIN_MS = 120


def running(rig: Rig, pump: Pump) -> tuple[RawHost, int]:
    """A raw host whose infusion has been running for a second, and the number of its START."""
    allot(rig, pump)
    host = RawHost(rig)
    host.load(LONG)
    token = host.arm()
    number = host.sequence
    host.ask(f"STARt {token}")
    rig.clock.sleep_ms(710)
    assert rig.truth.forward_steps > 0
    return host, number


@pytest.mark.requirement("REQ-STOP-1", "REQ-LINK-2")
@pytest.mark.parametrize(
    ("offset", "body"),
    [
        pytest.param(offset, body, id=f"{name}-{body}", marks=pytest.mark.long if other else ())
        for offset, name in ((-1, "before_the_last"), (0, "the_last"), (5, "skipped"))
        for body, other in (("STOP", False), ("stop", offset != 0), ("STOP 1", offset != 0))
    ],
)
def test_it_stops_whatever_its_sequence_number(
    rig: Rig, pump: Pump, body: str, offset: int
) -> None:
    """A frame whose body is STOP, with a number used for something else, or out of order."""
    host, number = running(rig, pump)
    at_us = round(rig.clock.now_ms() * 1000)
    host.write(host.line(body, number + offset), 60)
    rig.truth.expect_stop("STOP", at_us, STOPS_WITHIN_MS)
    rig.clock.sleep_ms(1000)
    rig.link.read(0)
    assert pump.status().state is State.IDLE


@pytest.mark.requirement("REQ-STOP-1", "REQ-LEDGER-2")
@pytest.mark.parametrize(
    ("stop", "after_ms"),
    [
        pytest.param(stop, after_ms, id=f"{name}-{after_ms}", marks=marks)
        for stop, name in ((b"STOP\n", "line"), (b"\x03", "byte"))
        for after_ms, marks in (
            (0, ()),
            (13, () if name == "byte" else pytest.mark.long),
            (26, pytest.mark.long),
            (39, ()),
        )
    ],
)
def test_committing_in_the_same_breath_keeps_the_debit_exact(
    rig: Rig, pump: Pump, stop: bytes, after_ms: int
) -> None:
    """STOP and CONFig:COMMit in one poll: nothing interrupted, debited is what was done; and
    neither changes over a power cut."""
    host, _ = running(rig, pump)
    rig.clock.sleep_ms(after_ms)
    host.write(stop + host.line("CONFig:COMMit"), 5000)
    until(pump, State.IDLE, State.ALARM, State.FAULT, timeout_s=10)
    assert latched(pump) == []
    assert pump.status().debited_steps == rig.truth.forward_steps
    rig.power_cycle()
    status = until(pump, State.IDLE, State.ALARM, State.FAULT, timeout_s=10)
    assert latched(pump) == []
    assert status.debited_steps == rig.truth.forward_steps
