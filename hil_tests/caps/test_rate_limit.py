"""The rate limit in force, at its edge (C2)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import PumpConfigRangeError, PumpRateLimitError, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import FIELD, ML_H, TICKS_PER_S, allot, start_constant, until


def narrow(pump: Pump, rate_nl_h: int) -> None:
    """Lower the configured limit."""
    pump.config_set(FIELD["max_rate_nl_h"].index, rate_nl_h)
    pump.config_commit()
    until(pump, State.IDLE)


@pytest.mark.requirement("REQ-RATE-1")
def test_arm_accepts_up_to_the_limit(rig: Rig, pump: Pump) -> None:
    """Limit - 1 and limit are taken, limit + 1 nL/h is refused, and the limit's name is told."""
    narrow(pump, 7 * ML_H)
    allot(rig, pump)
    limits = pump.limits()
    assert limits.number("rate_nl_h") == 7 * ML_H
    assert limits.text("binds") == "config"
    for rate in (7 * ML_H - 1, 7 * ML_H):
        pump.load([Segment.constant(rate, 100)])
        pump.arm("FRESH")
    pump.load([Segment.constant(7 * ML_H + 1, 100)])
    with pytest.raises(PumpRateLimitError) as refused:
        pump.arm("FRESH")
    assert refused.value.detail == 7 * ML_H


@pytest.mark.requirement("REQ-RATE-1")
def test_every_part_of_a_program_is_held_to_it(rig: Rig, pump: Pump) -> None:
    """A bolus, either end of a ramp, priming: one too fast is enough to refuse."""
    narrow(pump, 7 * ML_H)
    allot(rig, pump)
    fast = 7 * ML_H + 1
    for segment in (
        Segment.bolus(1000, fast),
        Segment.ramp(fast, ML_H, 100),
        Segment.ramp(ML_H, fast, 100),
    ):
        pump.load([Segment.constant(ML_H, 100), segment])
        with pytest.raises(PumpRateLimitError):
            pump.arm("FRESH")
    with pytest.raises(PumpRateLimitError):
        pump.prime(1000, fast)


@pytest.mark.requirement("REQ-RATE-1", "REQ-RATE-2")
def test_steps_at_the_pin_stay_below_it(rig: Rig, pump: Pump) -> None:
    """At the highest rate the pin sees no more steps in a second than the limit and a bucket."""
    allotted = allot(rig, pump)
    limit = pump.limits().number("rate_nl_h")
    start_constant(pump, limit, 60)
    until(pump, State.FINISHED)
    per_s = limit * 1000 / allotted.pl_per_step / 3600
    assert rig.truth.max_rate_steps_per_s <= per_s * (1 + 3 / TICKS_PER_S) + 1


@pytest.mark.requirement("REQ-RATE-1")
def test_the_ceiling_is_above_no_setting(rig: Rig, pump: Pump) -> None:
    """A configured limit above its range is refused even with the jumper."""
    field = FIELD["max_rate_nl_h"]
    rig.set_jumper(True)
    pump.service(True)
    pump.config_set(field.index, field.max)
    with pytest.raises(PumpConfigRangeError):
        pump.config_set(field.index, field.max + 1)
    with pytest.raises(PumpConfigRangeError):
        pump.config_set(field.index, field.min - 1)
