"""Row types of the generated tables, and the base of all refusals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class CommandInfo:
    """One command: the form it is sent in, its kind (read, stop, safe) and its arguments."""

    form: str
    kind: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class AlarmInfo:
    """One alarm: what trips it and what to do. `unit` is that of the measured value."""

    code: int
    name: str
    priority: int
    reaction: int
    channel: str
    unit: str
    cause: str
    todo: str


@dataclass(frozen=True)
class ConfigField:
    """One configuration field.

    `widen` is the direction (none, up, down, up_or_off) that needs the jumper.
    """

    index: int
    name: str
    unit: str
    min: int
    max: int
    default: int
    text: str
    widen: str


@dataclass(frozen=True)
class ErrorInfo:
    """One error of the protocol: what it says and what to do."""

    code: int
    name: str
    text: str
    todo: str


class PumpError(Exception):
    """Base of everything that goes wrong between host and pump."""


class PumpRefused(PumpError):
    """The pump answered `ERR code detail`; there is one subclass for each code."""

    info: ClassVar[ErrorInfo]

    def __init__(self, detail: int = 0) -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def code(self) -> int:
        """Number of the error."""
        return self.info.code

    @property
    def text(self) -> str:
        """What is wrong."""
        return self.info.text

    @property
    def todo(self) -> str:
        """What to do about it; says what `detail` means."""
        return self.info.todo

    def __str__(self) -> str:
        """All of it in one line."""
        return f"{self.info.name} ({self.code}, detail {self.detail}): {self.text}; {self.todo}"
