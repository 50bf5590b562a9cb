"""The kinds of line in a run's record; each line carries pump time and host time."""

from __future__ import annotations

from dataclasses import dataclass, field

SCHEMA = 1

Corner = tuple[float, float, float]


@dataclass(frozen=True)
class Header:
    """What the run was meant to be: the first line of a record.

    `curve` is the expected curve as (s, nL/h, nL); `cap_nl` of the allotment; `expected_nl` the
    volume of the program. `pump` is the answer to `*IDN?`. `profile` is the one that was active,
    `limit_nl_h` the rate limit in force and `limit_binds` what bound it; empty in old records.
    """

    recipe: str
    container: str
    cap_nl: float
    expected_nl: float
    duration_s: float
    curve: list[tuple[float, float, float]] = field(
        default_factory=list[tuple[float, float, float]]
    )
    pump: str = ""
    profile: str = ""
    limit_nl_h: float = 0
    limit_binds: str = ""
    schema: int = SCHEMA


@dataclass(frozen=True)
class Sample:
    """One answer to `STATus?`.

    `tick` of 50 ms since the pump's boot; `alarm` the name of the one signalled, or empty;
    `volume_nl` debited from the allotment so far; `cap_left_nl` what is left in it; `pressure_pa`
    above ambient, None without a reading; `segment` None outside a program; `flags` as in
    protocol.toml [flag].
    """

    tick: int
    state: str
    alarm: str
    rate_nl_h: float
    volume_nl: float
    cap_left_nl: float
    pressure_pa: float | None
    segment: int | None
    flags: int = 0


@dataclass(frozen=True)
class Alarm:
    """An alarm as it was first seen; `value` and `limit` in `unit`, None where it has none."""

    tick: int
    name: str
    priority: str
    value: float | None = None
    limit: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Command:
    """What the operator did, and how the pump answered: "done" or the error."""

    tick: int
    name: str
    answer: str = "done"


@dataclass(frozen=True)
class BenchSample:
    """What the bench measured, where there is one: steps at the pin and true outflow, nL.

    `step_volume_nl` is that of forward less reverse steps, `drawn_back_nl` of reverse ones.
    """

    tick: float
    forward_steps: int
    step_volume_nl: float
    outflow_nl: float
    drawn_back_nl: float = 0.0


@dataclass(frozen=True)
class End:
    """How the run ended; `outcome`: done, alarm, refused, lost or interrupted."""

    tick: int
    outcome: str
    message: str = ""


Entry = Header | Sample | Alarm | Command | BenchSample | End

KINDS: dict[str, type[Header | Sample | Alarm | Command | BenchSample | End]] = {
    "header": Header,
    "status": Sample,
    "alarm": Alarm,
    "command": Command,
    "bench": BenchSample,
    "end": End,
}
