"""A board's serial port, which goes away and comes back when the board is reset."""

from __future__ import annotations

from contextlib import closing

from serial.tools import list_ports

from benchpump.flashing.prompt import BoardAtPrompt
from benchpump.flashing.who import Found, Nobody, who_is_there
from benchpump.link.errors import PortError, PumpLost
from benchpump.link.serial_transport import SerialTransport
from benchpump.link.transport import Clock, RealClock

_REOPEN_S = 0.25
_ASK_S = 3.0


class BoardPort:
    """One board, by its port's URL; told apart by its USB serial number where it has one."""

    def __init__(self, url: str, clock: Clock | None = None) -> None:
        self._url = url
        self.clock: Clock = clock or RealClock()
        self._serial_number = next(
            (port.serial_number for port in list_ports.comports() if port.device == url), None
        )

    @property
    def url(self) -> str:
        """Where it is now: after a reset a system may give the port another name."""
        if self._serial_number:
            for port in list_ports.comports():
                if port.serial_number == self._serial_number:
                    return port.device
        return self._url

    def link(self) -> SerialTransport:
        """Open it for the pump's link. Raises PortError."""
        return SerialTransport(self.url, self.clock)

    def prompt(self, *, soft_reset: bool = True) -> BoardAtPrompt:
        """Open it and bring the board to its prompt. Raises NoPrompt, BoardGone, PortError."""
        self.link().close()  # for mpremote does not say why a port cannot be opened
        return BoardAtPrompt(self.url, soft_reset=soft_reset)

    def ask(self, patience_s: float) -> Found:
        """Who is there, asked for so long. Raises PortError, PumpLost."""
        with closing(self.link()) as transport:
            return who_is_there(transport, patience_s)

    def ask_after_reset(self, patience_s: float) -> Found:
        """Who is there once the board is back. Nobody: nobody in all that time."""
        end_s = self.clock.now_s() + patience_s
        while (left_s := end_s - self.clock.now_s()) > 0:
            self.clock.sleep_s(min(_REOPEN_S, left_s))
            try:
                found = self.ask(min(_ASK_S, left_s))
            except (PortError, PumpLost):
                continue
            if not isinstance(found, Nobody):
                return found
        return Nobody(b"")
