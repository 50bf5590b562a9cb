"""The record of `SENSors?`: what the sensors read, before any conversion or filter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import ClassVar

from benchpump.link.errors import ProtocolAnswerError
from benchpump.link.messages import SENSOR_FIELDS

COUNT_MODULUS = 1 << 30


class Switch(IntFlag):
    """Switches as firmware/pump/hal.py numbers them: set in the unsafe or active state."""

    ESTOP = 1
    CASSETTE_OUT = 2
    BUTTON = 4
    JUMPER = 8


@dataclass(frozen=True)
class Sensed:
    """Codes (12 bit) and counts (modulo 2**30) at one tick; None: not fitted, -2: no answer.

    `steps` are the pulses at the step pin as the hardware counted them, in either direction.
    """

    pressure: int | None
    air: int | None
    supply: int | None
    upstream: int | None
    encoder: int | None
    flow: int | None
    switches: Switch
    steps: int

    NO_ANSWER: ClassVar[int] = -2


def parse_sensed(record: str) -> Sensed:
    """Take the fixed record apart. Raises ProtocolAnswerError."""
    values: dict[str, int] = {}
    channels: list[int | None] = []
    at = 0
    try:
        for name, digits in SENSOR_FIELDS:
            value = values[name] = int(record[at : at + digits], 16)
            at += digits
            if name not in ("switches", "steps"):
                not_fitted = (1 << 4 * digits) - 1
                no_answer = value == not_fitted - 1
                known = Sensed.NO_ANSWER if no_answer else value
                channels.append(None if value == not_fitted else known)
        if at != len(record):
            raise ValueError(record)
    except ValueError as error:
        raise ProtocolAnswerError(f"no record of the sensors: {record!r}") from error
    return Sensed(*channels, switches=Switch(values["switches"]), steps=values["steps"])
