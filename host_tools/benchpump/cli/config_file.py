"""A configuration as a file: its fields by name, in TOML; and putting such values into a pump."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchpump.cli.exits import Refused, Unusable
from benchpump.cli.provision import SELFTEST_S, past_selftest
from benchpump.link.client import Pump
from benchpump.link.messages import CONFIG, Flag, State
from benchpump.link.status import Status
from benchpump.link.tables import ConfigField, PumpRefused

Values = Mapping[ConfigField, int]

BY_PROVISION = "ledger_generation"


@dataclass(frozen=True)
class Change:
    """One field that is to have another value than the pump's."""

    field: ConfigField
    now: int
    value: int

    def __str__(self) -> str:
        return f"{self.field.name}: {self.now} → {self.value} {self.field.unit}"

    @property
    def widens(self) -> bool:
        """Whether a limit gets wider by it, which takes the service jumper."""
        if self.field.widen == "down":
            return self.value < self.now
        if self.field.widen == "up_or_off":
            return self.now > 0 and (self.value == 0 or self.value > self.now)
        return self.field.widen == "up" and self.value > self.now


def read(path: Path) -> dict[ConfigField, int]:
    """The file's fields. Raises Unusable unless each of them can be written as it is."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}", "name a file that is there") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unusable(f"{path} is not TOML: {error}", "one line a field: name = number") from None
    if not raw:
        raise Unusable(f"{path} names no field", "one line a field: name = number")
    values: dict[ConfigField, int] = {}
    for name, value in raw.items():
        field = field_named(name)
        if name == BY_PROVISION:
            raise Unusable(f"{path}: {name} is the pump's own", "take that line out")
        if type(value) is not int:
            raise Unusable(f"{path}: {name} takes a whole number of {field.unit}", field.text)
        in_range(field, value)
        values[field] = value
    return values


def field_named(name: str) -> ConfigField:
    """The field of that name. Raises Unusable with all names."""
    for field in CONFIG:
        if field.name == name:
            return field
    names = ", ".join(field.name for field in CONFIG)
    raise Unusable(f"{name} is no configuration field", f"one of: {names}")


def in_range(field: ConfigField, value: int) -> None:
    """Let a value pass that the field can have. Raises Unusable for any other."""
    if not field.min <= value <= field.max:
        happened = f"{field.name}: {value} is outside {field.min}..{field.max} {field.unit}"
        raise Unusable(happened, field.text)


def changes(pump: Pump, values: Values) -> list[Change]:
    """What has to be written so that the pump has those values."""
    now = {field: pump.config_get(field.index) for field in values}
    return [Change(field, now[field], to) for field, to in values.items() if now[field] != to]


def obstacle(status: Status, wanted: list[Change]) -> str:
    """Why those changes take the service jumper, which is not fitted; empty: they do not."""
    wider = ", ".join(str(change) for change in wanted if change.widens)
    if not wanted or status.flags & Flag.JUMPER:
        return ""
    if status.flags & Flag.UNPROVISIONED:
        return "the board is not provisioned"
    return f"this makes a limit wider: {wider}" if wider else ""


def write(pump: Pump, values: Values, todo: str = "run the command again") -> list[Change]:
    """Put those values in force, all of them or none; what has changed.

    Raises Refused where it takes the service jumper, with `todo` as what to do with that fitted;
    PumpRefused.
    """
    status = pump.wait(past_selftest, timeout_s=SELFTEST_S)
    todos = changes(pump, values)
    why = obstacle(status, todos)
    if why:
        first = "benchpump provision, " if status.flags & Flag.UNPROVISIONED else ""
        raise Refused(
            f"no configuration was written: {why}",
            f"fit the service jumper while the board runs, {first}then: {todo}",
        )
    if not todos:
        return todos
    if status.state is State.FAULT and status.flags & Flag.JUMPER:
        pump.service(True)
    done: list[Change] = []
    try:
        for change in todos:
            pump.config_set(change.field.index, change.value)
            done.append(change)
        pump.config_commit()
    except PumpRefused:
        for change in done:  # of the working copy, which the next commit would put in force
            pump.config_set(change.field.index, change.now)
        raise
    pump.wait(past_selftest, timeout_s=SELFTEST_S)
    odd = changes(pump, values)
    if odd:
        names = ", ".join(change.field.name for change in odd)
        raise Refused(f"did not stay as it was written: {names}", "benchpump log says more")
    return todos
