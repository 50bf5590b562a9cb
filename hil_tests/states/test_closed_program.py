"""A program that is closed is changed by loading it anew, and in no other way (C8)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, PumpSegmentOrderError, State
from benchpump.testing.procedures import ML_H, allot, start_constant, until
from benchpump.testing.raw_host import RawHost

KEEP_OPEN_NL_H = 4 * ML_H
SECONDS = 2


@pytest.mark.requirement("REQ-KEEPOPEN-1", "REQ-START-1")
@pytest.mark.parametrize("end", ["KEEPOPEN 1000", "KEEPOPEN 20000000", "STOP 0"])
def test_a_closed_program_is_not_closed_again(rig: Rig, pump: Pump, end: str) -> None:
    """Paused, PROGram:END with another end is refused; the keep-open rate of the rest is the one
    armed, told and delivered."""
    allotted = allot(rig, pump)
    start_constant(pump, 20 * ML_H, SECONDS, then="KEEPOPEN", keep_open_rate_nl_h=KEEP_OPEN_NL_H)
    rig.clock.sleep_ms(1000)
    pump.pause()
    until(pump, State.PAUSED)
    host = RawHost(rig)
    with pytest.raises(PumpSegmentOrderError):
        host.ask(f"PROGram:END {end}")
    pump.hello()
    rest = pump.arm("REST", "STANDALONE")
    assert rest.raw.number("keep_open_nl_h") == KEEP_OPEN_NL_H
    pump.start(rest.token)
    rig.clock.sleep_ms(1000 * SECONDS)
    status = pump.status()
    assert Flag.KEEP_OPEN in status.flags
    assert status.rate_nl_h == KEEP_OPEN_NL_H
    before = rig.truth.forward_steps
    rig.clock.sleep_ms(60_000)
    delivered_nl = (rig.truth.forward_steps - before) * allotted.pl_per_step / 1000
    assert delivered_nl == pytest.approx(KEEP_OPEN_NL_H / 60, abs=2 * allotted.pl_per_step / 1000)


@pytest.mark.requirement("REQ-START-1")
@pytest.mark.parametrize("second", ["PROGram:END STOP 0", "SEGMent 1 HOLD 0 0 0 20"])
def test_nothing_is_added_to_a_closed_program(rig: Rig, pump: Pump, second: str) -> None:
    """Before its first run, too, a closed program takes no second end and no further segment."""
    allot(rig, pump)
    host = RawHost(rig)
    host.load("CONST 1000000 1000000 0 20")
    with pytest.raises(PumpSegmentOrderError):
        host.ask(second)
    assert host.arm()
    assert rig.truth.forward_steps == 0
