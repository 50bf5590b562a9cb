"""A program left for its keep-open rate, because its host was lost, and gone on with (C8)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, State
from benchpump.testing.procedures import ML_H, allot, start_constant, until

KEEP_OPEN_NL_H = 4 * ML_H


@pytest.mark.requirement("REQ-KEEPOPEN-1", "REQ-HOST-1", "REQ-START-1")
@pytest.mark.parametrize("pauses", [True, False], ids=["paused", "stopped"])
def test_its_rest_is_the_keep_open_rate(rig: Rig, pump: Pump, pauses: bool) -> None:
    """ARM REST tells no steps and the keep-open rate, and that is what is delivered."""
    allotted = allot(rig, pump)
    start_constant(
        pump,
        200 * ML_H,
        10,
        then="KEEPOPEN",
        keep_open_rate_nl_h=KEEP_OPEN_NL_H,
        on_host_loss="KEEPOPEN",
        host_timeout_ms=1000,
    )
    host = rig.inject("host", "off")
    rig.clock.sleep_ms(4000)
    host.clear()
    assert Flag.KEEP_OPEN in pump.status().flags
    if pauses:
        pump.pause()
        until(pump, State.PAUSED)
    else:
        pump.stop()
    rest = pump.arm("REST", "STANDALONE")
    undone = rest.raw.number("steps")
    assert undone <= 1  # a step that STOP dropped from its burst
    assert rest.duration_ticks == 0
    assert rest.raw.number("keep_open_nl_h") == KEEP_OPEN_NL_H
    before = rig.truth.forward_steps
    pump.start(rest.token)
    rig.clock.sleep_ms(60_000)
    status = pump.status()
    assert status.rate_nl_h == KEEP_OPEN_NL_H
    assert Flag.KEEP_OPEN in status.flags
    expected = KEEP_OPEN_NL_H / 60 * 1000 / allotted.pl_per_step
    assert rig.truth.forward_steps - before == pytest.approx(expected, abs=2)
