"""The fault vocabulary of the bench: channels, kinds and figures, the same on every target.

A rig offers `inject(channel, kind, **parameters)` and checks them here. The words are the field's
where those of the design's list say too little (an occluded line, a pressed e-stop).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

CODE_MAX = 4095  # 12-bit converters


@dataclass(frozen=True)
class Parameter:
    """One figure of a fault. Without a default it must be given unless it is `optional`."""

    minimum: float
    maximum: float
    text: str
    default: float | None = None
    optional: bool = False


@dataclass(frozen=True)
class FaultKind:
    """What a kind means on its channel and which figures it takes."""

    text: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict[str, Parameter])


_NTH = {"nth": Parameter(1, 1e9, "which program or erase from now", default=1)}
_EVERY = {"every": Parameter(1, 1e9, "each n-th byte", default=1)}
SENSOR_KINDS = {
    "off": FaultKind("does not answer"),
    "stuck": FaultKind(
        "one code for ever",
        {"code": Parameter(0, CODE_MAX, "12-bit code; absent: the first read", optional=True)},
    ),
    "drift": FaultKind(
        "walks away, or back and forth",
        {
            "codes_per_s": Parameter(-100_000, 100_000, "12-bit codes per second, at the fastest"),
            "period_s": Parameter(1, inf, "of one back and forth; infinite: away", default=inf),
        },
    ),
    "garbage": FaultKind("codes from all over the range"),
    "slow": FaultKind("first-order lag", {"time_constant_ms": Parameter(1, 1e7, "ms")}),
    "intermittent": FaultKind(
        "no answer for the first part of each period",
        {"period_ms": Parameter(1, 1e7, "ms"), "off_ms": Parameter(1, 1e7, "ms")},
    ),
}

_COUNTER = {name: SENSOR_KINDS[name] for name in ("off", "stuck", "garbage", "intermittent")}

VOCABULARY: Mapping[str, Mapping[str, FaultKind]] = {
    "downstream": {
        "occluded": FaultKind(
            "line shut, or narrowed",
            {
                "resistance_factor": Parameter(
                    1, inf, "times the open line's resistance; infinite: shut", default=inf
                )
            },
        ),
        "back_pressure": FaultKind(
            "outlet raised (positive) or lowered", {"pa": Parameter(-100_000, 100_000, "Pa")}
        ),
    },
    "upstream": {
        "occluded": FaultKind("nothing leaves the container"),
        "suction": FaultKind(
            "container hung below the pump", {"pa": Parameter(-100_000, 100_000, "Pa")}
        ),
        "empty": FaultKind(
            "container holds less than thought", {"left_nl": Parameter(0, 1e9, "nL", default=0)}
        ),
    },
    "air": {
        "bubble": FaultKind(
            "bubbles in the line; clearing takes out what has not passed the detector",
            {
                "volume_nl": Parameter(1, 1e8, "nL of each"),
                "upstream_nl": Parameter(
                    0,
                    1e8,
                    "line volume from the first to the detector; pump outlet if absent",
                    optional=True,
                ),
                "count": Parameter(1, 10_000, "number of bubbles", default=1),
                "gap_nl": Parameter(0, 1e8, "nL of fluid between two", default=0),
            },
        ),
    },
    "pressure_sensor": SENSOR_KINDS,
    "air_sensor": {
        **SENSOR_KINDS,
        "blind": FaultKind("reads as wet with live noise, whatever is there"),
    },
    "upstream_sensor": SENSOR_KINDS,
    "drive": {
        "counter_stuck": FaultKind("the hardware step counter does not count"),
        "counter_noise": FaultKind(
            "the hardware step counter counts edges that were no steps",
            {"edges": Parameter(1, 1e6, "how many, at once", default=1)},
        ),
        "stall": FaultKind("pulses at the step pin, but the motor does not turn"),
    },
    "encoder": _COUNTER,
    "flow_sensor": {
        **_COUNTER,
        "gain": FaultKind("counts too much", {"ppm": Parameter(-1e6, 1e6, "ppm, added")}),
        "zero": FaultKind("counts at rest", {"nl_h": Parameter(-1e9, 1e9, "nL/h, added")}),
    },
    "supply": {
        **SENSOR_KINDS,
        "sag": FaultKind("supply voltage falls", {"mv": Parameter(0, 20_000, "mV")}),
        "cut": FaultKind(
            "no power until cleared", {"after_ms": Parameter(0, 1e9, "ms from now", default=0)}
        ),
    },
    "link": {
        "off": FaultKind("nothing passes, either way"),
        "lost": FaultKind("bytes vanish", _EVERY),
        "corrupted": FaultKind("bytes change", _EVERY),
        "delayed": FaultKind("bytes come late", {"delay_ms": Parameter(1, 1e6, "ms")}),
        "garbage": FaultKind(
            "random bytes towards the pump", {"bytes": Parameter(1, 1e6, "how many", default=256)}
        ),
    },
    "store": {
        "off": FaultKind("every program and erase is refused"),
        "stuck": FaultKind("programs and erases silently do nothing"),
        "slow": FaultKind("worst-case duration of each operation"),
        "before": FaultKind("power cut just before an operation", _NTH),
        "torn": FaultKind("power cut inside an operation", _NTH),
        "after": FaultKind("power cut just after an operation", _NTH),
    },
    "clock": {
        "hang": FaultKind(
            "the firmware stops running",
            {"duration_ms": Parameter(1, inf, "ms; infinite: until cleared", default=inf)},
        ),
        "slow": FaultKind(
            "each tick takes longer",
            {
                "extra_ms": Parameter(1, 1e6, "ms in each tick"),
                "ticks": Parameter(1, 1e9, "how many; absent: until cleared", optional=True),
            },
        ),
        "kill": FaultKind("the firmware's process is killed"),
        "soft_reset": FaultKind("the interpreter starts again, as from the REPL"),
    },
    "host": {"off": FaultKind("the host program falls silent")},
    "estop": {
        "pressed": FaultKind("pressed: switch and hardware cut"),
        "switch_only": FaultKind("pressed, but the hardware cut fails"),
        "cut_only": FaultKind("pressed, but the firmware's contact fails"),
    },
    "cassette": {
        "out": FaultKind("cassette or syringe not seated"),
        "lets_go": FaultKind(
            "rollers lifted, or a plunger that nothing holds, unseen by the switch: free flow",
            {"head_pa": Parameter(-100_000, 100_000, "Pa of liquid; 50 cm", default=4900)},
        ),
    },
    "button": {"held": FaultKind("the local button is held down, or its contact is welded")},
}


def validate(channel: str, kind: str, parameters: Mapping[str, float]) -> dict[str, float]:
    """Return the figures with defaults filled in.

    Raises ValueError for an unknown channel, kind or figure (naming those that there are), for a
    figure that is missing, and for one outside its range.
    """
    if channel not in VOCABULARY:
        raise ValueError(f"no fault channel {channel!r}; there are: {', '.join(VOCABULARY)}")
    kinds = VOCABULARY[channel]
    if kind not in kinds:
        raise ValueError(f"no fault {kind!r} on {channel}; there are: {', '.join(kinds)}")
    known = kinds[kind].parameters
    for name in parameters:
        if name not in known:
            there_are = ", ".join(known) or "none"
            raise ValueError(f"{channel} {kind} takes no {name!r}; there are: {there_are}")
    checked: dict[str, float] = {}
    for name, parameter in known.items():
        value = parameters.get(name, parameter.default)
        if value is None:
            if parameter.optional:
                continue
            raise ValueError(f"{channel} {kind} needs {name} ({parameter.text})")
        if not parameter.minimum <= value <= parameter.maximum:
            raise ValueError(
                f"{channel} {kind}: {name} {value} is outside"
                f" {parameter.minimum:g}..{parameter.maximum:g} ({parameter.text})"
            )
        checked[name] = value
    return checked
