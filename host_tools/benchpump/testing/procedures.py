"""What a person at the bench does, step by step, through public client and abstract rig."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict, Unpack

from benchpump.bench.rig import Rig
from benchpump.link.answers import Armed, Proposed
from benchpump.link.client import Pump
from benchpump.link.errors import WaitTimeoutError
from benchpump.link.messages import CONFIG, State
from benchpump.link.segments import Segment
from benchpump.link.status import Status
from benchpump.link.tables import ConfigField

FIELD: dict[str, ConfigField] = {field.name: field for field in CONFIG}
"""Configuration fields by name."""

TICKS_PER_S = 20
TICKS_PER_H = 72_000
ML_H = 1_000_000  # nL/h

SYRINGE_UM = 14_500
SYRINGE_UL = 10_000
SYRINGE_COMPLIANCE_NL_PER_KPA = 1500
SYRINGE_PRESSURE_PA = 300_000


class HowToRun(TypedDict, total=False):
    """Keyword arguments of `start`."""

    then: str
    keep_open_rate_nl_h: int
    on_host_loss: str
    host_timeout_ms: int


def propose(pump: Pump, cap_ul: int, capacity_ul: int = SYRINGE_UL) -> Proposed:
    """First step of an allotment on a 10 mL syringe."""
    return pump.new_allotment(
        container=1,
        cap_ul=cap_ul,
        capacity_ul=capacity_ul,
        compliance_nl_per_kpa=SYRINGE_COMPLIANCE_NL_PER_KPA,
        pressure_max_pa=SYRINGE_PRESSURE_PA,
        inner_diameter_um=SYRINGE_UM,
    )


def allot(rig: Rig, pump: Pump, cap_ul: int = SYRINGE_UL) -> Proposed:
    """Both steps and the button; from then on truth holds the pump to it."""
    proposed = propose(pump, cap_ul, max(cap_ul, SYRINGE_UL))
    rig.press_button()
    rig.truth.allot(proposed.cap_steps, proposed.pl_per_step)
    pump.confirm(proposed.token)
    return proposed


def start(
    pump: Pump,
    segments: Sequence[Segment],
    *,
    then: str = "STOP",
    keep_open_rate_nl_h: int = 0,
    on_host_loss: str = "STOP",
    host_timeout_ms: int = 255_000,
) -> Armed:
    """Load, arm and start."""
    pump.load(segments, then, keep_open_rate_nl_h)
    armed = pump.arm("FRESH", on_host_loss, host_timeout_ms)
    pump.start(armed.token)
    return armed


def start_constant(
    pump: Pump, rate_nl_h: int, seconds: float, **options: Unpack[HowToRun]
) -> Armed:
    """A single constant segment."""
    segment = Segment.constant(rate_nl_h, round(seconds * TICKS_PER_S))
    return start(pump, [segment], **options)


def until(pump: Pump, *states: State, timeout_s: float = 600, poll_s: float = 0.05) -> Status:
    """Wait for one of the states; that the pump gets there in time is asserted."""
    try:
        return pump.wait(
            lambda status: status.state in states, timeout_s=timeout_s, poll_s=poll_s
        )
    except WaitTimeoutError as late:
        wanted = " or ".join(state.name for state in states)
        raise AssertionError(f"the pump did not come to {wanted}: {late}") from late


def latched(pump: Pump) -> list[str]:
    """Names of the latched alarms, the first cause first."""
    return [alarm.info.name for alarm in pump.alarms()]
