"""The governor alone: bursts that would pass a limit, where ARM had to let them through (C2)."""

from dataclasses import replace

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import (
    FIELD,
    ML_H,
    SYRINGE,
    TUBING,
    allot,
    latched,
    propose,
    start,
    start_constant,
    until,
)

# 1.96 nL/step: 1 mL/h is seven steps a tick, so a limit falls inside a burst.
FINE_FITTED = {
    "syringe": replace(SYRINGE, inner_diameter_um=2000),
    "peristaltic": replace(TUBING, tubing_nl_per_revolution=6283),
}
FINE = pytest.mark.bench(
    syringe={"inner_diameter_mm": 2.0}, peristaltic={"nl_per_revolution": 6283.0}
)
LIMIT_UL = 1013
RATE_NL_H = 977_321  # ARM asks for room for an hour of it; of the last burst some steps fit


def allot_fine(rig: Rig, pump: Pump, cap_ul: int) -> int:
    """An allotment on a syringe or tubing of small bore; its cap in steps."""
    proposed = propose(pump, cap_ul, FINE_FITTED[rig.pump])
    rig.press_button()
    rig.truth.allot(proposed.cap_steps, proposed.pl_per_step)
    pump.confirm(proposed.token)
    return proposed.cap_steps


def run_to_the_limit(rig: Rig, pump: Pump) -> str:
    """A keep-open rate of several steps a tick until an alarm; its name."""
    start_constant(
        pump,
        RATE_NL_H,
        1,
        then="KEEPOPEN",
        keep_open_rate_nl_h=RATE_NL_H,
        on_host_loss="STANDALONE",
    )
    until(pump, State.ALARM, State.FAULT, timeout_s=2 * 3600, poll_s=60)
    rig.clock.sleep_ms(500)
    return latched(pump)[0]


@pytest.mark.long
@pytest.mark.requirement("REQ-CAP-1")
@FINE
def test_the_burst_that_would_pass_the_cap_is_cut(rig: Rig, pump: Pump) -> None:
    """Seven steps are due where fewer are left: what is left is given, and nothing more."""
    cap_steps = allot_fine(rig, pump, LIMIT_UL)
    assert run_to_the_limit(rig, pump) == "CAP_REACHED"
    assert rig.truth.forward_steps == cap_steps


@pytest.mark.long
@pytest.mark.requirement("REQ-WINDOW-1")
@FINE
def test_the_burst_that_would_pass_the_window_is_cut(rig: Rig, pump: Pump) -> None:
    """The same at the end of the rolling window, far below the cap."""
    pump.config_set(FIELD["window_cap_ul"].index, LIMIT_UL)
    pump.config_commit()
    until(pump, State.IDLE)
    allot_fine(rig, pump, 5000)
    window_steps = pump.limits().number("window_steps")
    assert run_to_the_limit(rig, pump) == "WINDOW_REACHED"
    assert rig.truth.forward_steps == window_steps


@pytest.mark.requirement("REQ-RATE-1", "REQ-DELIVERY-1")
def test_a_deficit_is_made_up_within_the_rate_limit(rig: Rig, pump: Pump) -> None:
    """Steps that stops dropped come back no faster than limit x 100 ms + 1 step (GIP 1.4.3).

    At the limit, stopped again and again with a full queue, and armed again for the rest.
    """
    limit_nl_h = 100 * ML_H
    pump.config_set(FIELD["max_rate_nl_h"].index, limit_nl_h)
    pump.config_commit()
    until(pump, State.IDLE)
    allotted = allot(rig, pump)
    per_tick = limit_nl_h * 1000 / allotted.pl_per_step / 72_000
    start(pump, [Segment.constant(limit_nl_h, 6000)])
    for delay_ms in range(60, 160, 10):
        rig.inject("clock", "slow", extra_ms=99, ticks=1)
        rig.clock.sleep_ms(delay_ms)
        rig.link.write(b"\x03")
        rig.clock.sleep_ms(200)
        token = pump.arm("REST").token
        before = rig.truth.forward_steps
        pump.start(token)
        counts = [before]
        for _ in range(20):
            rig.clock.sleep_ms(10)
            counts.append(rig.truth.forward_steps)
        # Any 100 ms see at most one full bucket and what flows in meanwhile.
        most = max(later - earlier for earlier, later in zip(counts, counts[10:], strict=False))
        assert most <= 3 * per_tick + 2
