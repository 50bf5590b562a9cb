"""The record of `STATus?`."""

from __future__ import annotations

from dataclasses import dataclass

from benchpump.link.errors import ProtocolAnswerError
from benchpump.link.messages import STATUS_FIELDS, Flag, State

_PRESSURE_OFFSET_PA = 100_000
_NO_PRESSURE = 0xFFFFF
_NO_SEGMENT = 0xFF
TICK_S = 0.05


@dataclass(frozen=True)
class Status:
    """What the pump says of itself at one tick.

    `alarm` is the code of the latched alarm of highest priority, 0 for none; volumes are forward
    steps of the allotment; `pressure_pa` is relative to ambient, None without a reading; `segment`
    is None outside a program; `tick` counts 50 ms since boot.
    """

    state: State
    alarm: int
    flags: Flag
    debited_steps: int
    cap_left_steps: int
    rate_nl_h: int
    pressure_pa: int | None
    segment: int | None
    tick: int

    @property
    def is_delivering(self) -> bool:
        """Whether the motor may be moving forward."""
        return self.state in (State.RUNNING, State.PRIMING)

    @property
    def uptime_s(self) -> float:
        """Seconds since the board booted."""
        return self.tick * TICK_S


def parse_status(record: str) -> Status:
    """Take the fixed record apart. Raises ProtocolAnswerError."""
    fields: dict[str, int] = {}
    at = 0
    try:
        for name, digits in STATUS_FIELDS:
            fields[name] = int(record[at : at + digits], 16)
            at += digits
        if at != len(record):
            raise ValueError(record)
        state, flags = State(fields["state"]), Flag(fields["flags"])
    except ValueError as error:
        raise ProtocolAnswerError(f"no status record: {record!r}") from error
    pressure, segment = fields["pressure"], fields["segment"]
    return Status(
        state=state,
        alarm=fields["alarm"],
        flags=flags,
        debited_steps=fields["debited"],
        cap_left_steps=fields["cap_left"],
        rate_nl_h=fields["rate"],
        pressure_pa=None if pressure == _NO_PRESSURE else pressure - _PRESSURE_OFFSET_PA,
        segment=None if segment == _NO_SEGMENT else segment,
        tick=fields["tick"],
    )
