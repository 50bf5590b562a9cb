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


class JournalGapError(PumpError):
    """Journal records that were asked for are not kept any more, or cannot be read.

    `first` and `last` are their numbers; reading can go on with the record after `last`.
    """

    def __init__(self, first: int, last: int) -> None:
        super().__init__(f"journal records {first} to {last} are lost; go on with {last + 1}")
        self.first = first
        self.last = last


class ProtocolAnswerError(PumpError):
    """The pump answered something that this host cannot read."""
