"""What goes wrong before or beside a refusal: ports, silence, time."""

from __future__ import annotations

from benchpump.link.tables import PumpError


class PortError(PumpError):
    """A port that cannot be used; the message says what to do."""


class PortMissingError(PortError):
    """There is no such port."""


class PortBusyError(PortError):
    """Another program holds the port."""


class PortDeniedError(PortError):
    """No permission to open the port."""


class PumpLost(PumpError):
    """The pump does not answer, or the connection to it is gone."""


class WaitTimeoutError(PumpError):
    """What was waited for did not come in time; the pump goes on as it was."""


class ProtocolAnswerError(PumpError):
    """The pump answered something that this host cannot read."""
