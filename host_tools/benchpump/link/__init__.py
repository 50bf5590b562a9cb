"""The link to a pump: transports, the client and the generated language."""

from __future__ import annotations

from benchpump.link.client import Pump
from benchpump.link.errors import (
    PortBusyError,
    PortDeniedError,
    PortError,
    PortMissingError,
    ProtocolAnswerError,
    PumpLost,
    WaitTimeoutError,
)
from benchpump.link.messages import Alarm, ArmFrom, ArmOnHostLoss, Flag, State
from benchpump.link.segments import Segment
from benchpump.link.status import Status
from benchpump.link.tables import PumpError, PumpRefused

__all__ = [
    "Alarm",
    "ArmFrom",
    "ArmOnHostLoss",
    "Flag",
    "PortBusyError",
    "PortDeniedError",
    "PortError",
    "PortMissingError",
    "ProtocolAnswerError",
    "Pump",
    "PumpError",
    "PumpLost",
    "PumpRefused",
    "Segment",
    "State",
    "Status",
    "WaitTimeoutError",
]
