"""What a person at the bench does, step by step, through public client and abstract rig."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypedDict, Unpack

from benchpump.bench.rig import Rig
from benchpump.link.answers import Armed, Proposed, Refitted
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


@dataclass(frozen=True)
class Fitted:
    """What a pump is fitted with, nominally, as `ALLOTment:NEW` takes it."""

    container: int
    capacity_ul: int
    compliance_nl_per_kpa: int
    pressure_max_pa: int = 300_000
    inner_diameter_um: int = 0
    tubing_nl_per_revolution: int = 0
    rate_max_nl_h: int = 0


SYRINGE = Fitted(1, 10_000, 1500, inner_diameter_um=14_500)
TUBING = Fitted(501, 250_000, 1000, tubing_nl_per_revolution=220_000)
_FITTED = {"syringe": SYRINGE, "peristaltic": TUBING}


def fitted_to(rig: Rig) -> Fitted:
    """What the benches' pumps of this rig's kind are fitted with."""
    return _FITTED[rig.pump]


class HowToRun(TypedDict, total=False):
    """Keyword arguments of `start`."""

    then: str
    keep_open_rate_nl_h: int
    on_host_loss: str
    host_timeout_ms: int


def propose(pump: Pump, cap_ul: int, fitted: Fitted = SYRINGE) -> Proposed:
    """First step of an allotment; a rig's own container is `fitted_to(rig)`."""
    return pump.new_allotment(cap_ul=cap_ul, **asdict(fitted))


def allot(
    rig: Rig,
    pump: Pump,
    cap_ul: int = 10_000,
    capacity_ul: int | None = None,
    fitted: Fitted | None = None,
) -> Proposed:
    """Both steps and the button; from then on truth holds the pump to it.

    Without `fitted` for what the rig has. Where no capacity is said, a container that holds less
    than `cap_ul` is taken for a larger one.
    """
    fitted = fitted or fitted_to(rig)
    if capacity_ul is None:
        capacity_ul = max(cap_ul, fitted.capacity_ul)
    fitted = replace(fitted, capacity_ul=capacity_ul)
    proposed = propose(pump, cap_ul, fitted)
    rig.press_button()
    rig.truth.allot(proposed.cap_steps, proposed.pl_per_step)
    pump.confirm(proposed.token)
    hold_to_travel(rig, proposed.pl_per_step, fitted.capacity_ul)
    return proposed


def hold_to_travel(
    rig: Rig, pl_per_step: int, capacity_ul: int, content_ul: int | None = None
) -> None:
    """Truth holds the plunger to a syringe with so much in it (None: it is full); no tube."""
    if rig.pump == "syringe":
        full_steps = capacity_ul * 1_000_000 // pl_per_step
        left_steps = full_steps if content_ul is None else content_ul * 1_000_000 // pl_per_step
        rig.truth.fit(left_steps, full_steps)


def configure(pump: Pump, **values: int) -> None:
    """Set fields and take them into use."""
    for name, value in values.items():
        pump.config_set(FIELD[name].index, value)
    pump.config_commit()
    until(pump, State.IDLE)


def configure_in_service(rig: Rig, pump: Pump, **values: int) -> None:
    """The same for fields that the service jumper must be fitted for: they may widen a limit."""
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    pump.service(True)
    configure(pump, **values)
    rig.set_jumper(False)
    rig.clock.sleep_ms(100)


def reseat(rig: Rig, pump: Pump) -> None:
    """Take the container out, seat it again, and acknowledge the alarm of that."""
    out = rig.inject("cassette", "out")
    rig.clock.sleep_ms(200)
    out.clear()
    rig.clock.sleep_ms(200)
    pump.acknowledge()


def refit(rig: Rig, pump: Pump, content_ul: int, capacity_ul: int) -> Refitted:
    """Change the container for one that holds `content_ul`, and confirm it in both steps."""
    reseat(rig, pump)
    offered = pump.refit(content_ul)
    hold_to_travel(rig, offered.pl_per_step, capacity_ul, content_ul)
    pump.refit_confirm(offered.token)
    return offered


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
        return pump.wait(lambda status: status.state in states, timeout_s=timeout_s, poll_s=poll_s)
    except WaitTimeoutError as late:
        wanted = " or ".join(state.name for state in states)
        raise AssertionError(f"the pump did not come to {wanted}: {late}") from late


def latched(pump: Pump) -> list[str]:
    """Names of the latched alarms, the first cause first."""
    return [alarm.info.name for alarm in pump.alarms()]


def lose_sensor(
    rig: Rig,
    pump: Pump,
    channel: str,
    kind: str,
    *,
    within_s: float,
    stops_within_ms: float | None = None,
    **figures: float,
) -> list[str]:
    """Run at 10 mL/h, after 2 s make the sensor unbelievable; what is latched in the FAULT.

    That it comes within `within_s` is asserted; truth holds the last step to `stops_within_ms`.
    """
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 60)
    rig.clock.sleep_ms(2000)
    if stops_within_ms is not None:
        rig.truth.expect_stop(channel, round(rig.clock.now_ms() * 1000), stops_within_ms)
    rig.inject(channel, kind, **figures)
    until(pump, State.FAULT, timeout_s=within_s)
    return latched(pump)
