"""Longer answers, read part by part as `key=value` pairs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from benchpump.link.errors import ProtocolAnswerError
from benchpump.link.messages import ALARMS, Soft
from benchpump.link.tables import AlarmInfo


@dataclass(frozen=True)
class Parts:
    """Pairs of an answer, one dictionary a part; a key may come again in another part."""

    parts: tuple[dict[str, str], ...]

    def text(self, key: str, default: str | None = None) -> str:
        """Value of the first pair of that name. Raises ProtocolAnswerError if there is none."""
        for part in self.parts:
            if key in part:
                return part[key]
        if default is None:
            raise ProtocolAnswerError(f"the answer has no {key!r}: {self.parts}")
        return default

    def number(self, key: str, default: int | None = None) -> int:
        """The same as a number. Raises ProtocolAnswerError."""
        value = self.text(key, None if default is None else str(default))
        try:
            return int(value)
        except ValueError as error:
            raise ProtocolAnswerError(f"{key}={value} is no number") from error

    def number_if_known(self, key: str) -> int | None:
        """The same, None where the pump gives no such figure. Raises ProtocolAnswerError."""
        return self.number(key) if any(key in part for part in self.parts) else None

    def names(self, key: str) -> tuple[str, ...]:
        """Names separated by commas, of all pairs of that name; `none` and nothing are none."""
        values = ",".join(part[key] for part in self.parts if key in part)
        return tuple(name for name in values.split(",") if name not in ("", "none", "-"))


def parse_pairs(text: str) -> dict[str, str]:
    """`a=1 b=2` → pairs; a word without `=` continues the value before it."""
    pairs: dict[str, str] = {}
    last = ""
    for word in text.split():
        key, sign, value = word.partition("=")
        if sign:
            pairs[key] = value
            last = key
        elif last:
            pairs[last] = f"{pairs[last]},{word}" if pairs[last] else word
    return pairs


def soft_limits(names: tuple[str, ...]) -> Soft:
    """Soft limits by their names, in any case. Raises ProtocolAnswerError for an unknown one."""
    found = Soft(0)
    for name in names:
        if name.upper() not in Soft.__members__:
            raise ProtocolAnswerError(f"unknown soft limit {name!r}")
        found |= Soft[name.upper()]
    return found


@dataclass(frozen=True)
class Armed:
    """What was armed, as the pump understood it, and the token that starts it.

    The token is single-use and expires 30 s after the first step. `soft` are the soft limits that
    are exceeded: with any, `Pump.start` is refused until `Pump.confirm_soft` named them all.
    `profile` is the number of the active profile, 0 for none.
    """

    container: int
    identity: int
    volume_nl: int
    peak_nl_h: int
    duration_ticks: int
    cap_left_steps: int
    pl_per_step: int
    program_hash: str
    not_fitted: tuple[str, ...]
    degraded: tuple[str, ...]
    """Detectors that cannot judge all of the program: too slow for the flow sensor."""
    disabled: tuple[str, ...]
    profile: int
    soft: Soft
    container_left_steps: int | None
    """Until the plunger is at the end of its travel; None: this pump cannot know."""
    token: int
    raw: Parts

    @classmethod
    def of(cls, raw: Parts) -> Armed:
        """Read the answer to ARM or PRIMe. Raises ProtocolAnswerError."""
        small = raw.number_if_known("volume_nl")
        return cls(
            container=raw.number("container"),
            identity=raw.number("id"),
            volume_nl=raw.number("volume_ul") * 1000 if small is None else small,
            peak_nl_h=raw.number("peak_nl_h"),
            duration_ticks=raw.number("duration_ticks"),
            cap_left_steps=raw.number("cap_left_steps"),
            pl_per_step=raw.number("pl_per_step"),
            program_hash=raw.text("hash"),
            not_fitted=raw.names("notfitted"),
            degraded=raw.names("degraded"),
            disabled=raw.names("disabled"),
            profile=sum(int(number) for number in raw.names("profile")),
            soft=soft_limits(raw.names("soft")),
            container_left_steps=raw.number_if_known("container_left_steps"),
            token=raw.number("token"),
            raw=raw,
        )

    @property
    def cap_left_nl(self) -> float:
        """What the allotment has left, nL."""
        return self.cap_left_steps * self.pl_per_step / 1000


@dataclass(frozen=True)
class Proposed:
    """A new allotment as the pump understood it; it takes effect by button and `confirm`.

    `rate_max_nl_h` is the container's rate limit, 0 where it names none.
    """

    container: int
    identity: int
    cap_steps: int
    pl_per_step: int
    rate_max_nl_h: int
    token: int
    raw: Parts

    @classmethod
    def of(cls, raw: Parts) -> Proposed:
        """Read the answer to ALLOTment:NEW. Raises ProtocolAnswerError."""
        return cls(
            container=raw.number("container"),
            identity=raw.number("id"),
            cap_steps=raw.number("cap_steps"),
            pl_per_step=raw.number("pl_per_step"),
            rate_max_nl_h=raw.number("rate_max_nl_h"),
            token=raw.number("token"),
            raw=raw,
        )


@dataclass(frozen=True)
class Refitted:
    """A container as it is about to be confirmed by `refit_confirm`."""

    container: int
    identity: int
    container_left_steps: int | None
    """Until the plunger is at the end of its travel; None: this pump cannot know."""
    pl_per_step: int
    token: int
    raw: Parts

    @classmethod
    def of(cls, raw: Parts) -> Refitted:
        """Read the answer to REFit. Raises ProtocolAnswerError."""
        return cls(
            container=raw.number("container"),
            identity=raw.number("id"),
            container_left_steps=raw.number_if_known("container_left_steps"),
            pl_per_step=raw.number("pl_per_step"),
            token=raw.number("token"),
            raw=raw,
        )


@dataclass(frozen=True)
class Withdrawable:
    """What is about to be drawn back, and what there is budget and room for."""

    steps: int
    pl_per_step: int
    budget_left_steps: int
    room_steps: int | None
    """How far the plunger may go back; None: this pump cannot know."""
    token: int
    raw: Parts

    @classmethod
    def of(cls, raw: Parts) -> Withdrawable:
        """Read the answer to WITHdraw. Raises ProtocolAnswerError."""
        return cls(
            steps=raw.number("steps"),
            pl_per_step=raw.number("pl_per_step"),
            budget_left_steps=raw.number("budget_left_steps"),
            room_steps=raw.number_if_known("room_steps"),
            token=raw.number("token"),
            raw=raw,
        )


@dataclass(frozen=True)
class Offered:
    """A change in mid-run as the pump understood it; its token carries it out.

    `soft` as with `Armed`: what the change would exceed.
    """

    soft: Soft
    token: int
    raw: Parts

    @classmethod
    def of(cls, raw: Parts) -> Offered:
        """Read the answer to a first step. Raises ProtocolAnswerError."""
        return cls(soft_limits(raw.names("soft")), raw.number("token"), raw)


class By(IntEnum):
    """Why a stretch of a run began, as firmware/pump/as_run.py says it."""

    PROGRAM = 0
    TITRATION = 1
    HOLD = 2
    KEEP_OPEN = 3
    RAMP_END = 4
    REPEAT = 5


@dataclass(frozen=True)
class Stretch:
    """A part of a run with one rate (a ramp: its rate at the start), from a tick of the program.

    By RAMP_END: where, and at what rate, the ramp before it was to end. By REPEAT: from here on
    its segment and those after it ran again as they did since the latest stretch of that segment,
    pass after pass, until the next stretch begins.
    """

    segment: int
    start_tick: int
    rate_nl_h: int
    by: int

    @classmethod
    def of(cls, pairs: dict[str, str]) -> Stretch:
        """Read one part of ASRun?. Raises ProtocolAnswerError."""
        part = Parts((pairs,))
        numbers = [part.number(key) for key in ("seg", "tick", "nl_h", "by")]
        return cls(*numbers)


@dataclass(frozen=True)
class AsRun:
    """A program as it was run: the stretches kept, `count` of all there were, ticks run.

    `first_record`: the first journal record that can be of this run.
    """

    stretches: tuple[Stretch, ...]
    count: int
    ticks: int
    first_record: int


@dataclass(frozen=True)
class ActiveAlarm:
    """A latched alarm with the value measured and the limit in force, in the alarm's unit."""

    info: AlarmInfo
    value: int
    limit: int

    @classmethod
    def of(cls, pairs: dict[str, str]) -> ActiveAlarm:
        """Read one part of ALARms?. Raises ProtocolAnswerError."""
        part = Parts((pairs,))
        info = ALARMS.get(part.number("code"))
        if info is None:
            raise ProtocolAnswerError(f"unknown alarm {part.number('code')}")
        return cls(info, part.number("value", 0), part.number("limit", 0))


@dataclass(frozen=True)
class LogRecord:
    """One journal record; what `value` and `limit` mean depends on `code` (alarm or event)."""

    record: int
    boot: int
    tick: int
    code: int
    value: int
    limit: int
    debited_steps: int
    newest: int

    @classmethod
    def of(cls, text: str) -> LogRecord:
        """Read the answer to LOG?. Raises ProtocolAnswerError."""
        try:
            return cls(*[int(word) for word in text.split()])
        except (TypeError, ValueError) as error:
            raise ProtocolAnswerError(f"no journal record: {text!r}") from error
