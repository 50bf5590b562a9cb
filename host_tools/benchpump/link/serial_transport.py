"""A pump behind a serial port or one of pyserial's URLs (`socket://`, `rfc2217://`)."""

from __future__ import annotations

import errno
import re

import serial

from benchpump.link.errors import (
    PortBusyError,
    PortDeniedError,
    PortError,
    PortMissingError,
    PumpLost,
)
from benchpump.link.transport import Clock, RealClock

BAUD_RATE = 115200  # without meaning over USB; what a UART board is set to


class SerialTransport:
    """A port opened for this program alone."""

    def __init__(self, url: str, clock: Clock | None = None) -> None:
        """Open `url`; `clock`: of the bench, where the port is one of its own.

        Raises PortMissingError, PortBusyError, PortDeniedError, PortError.
        """
        self.url = url
        self.clock: Clock = clock or RealClock()
        try:
            port = serial.serial_for_url(url, BAUD_RATE, timeout=0, do_not_open=True)
            if "://" not in url:
                port.exclusive = True
            port.open()
        except (serial.SerialException, ValueError, OSError) as error:
            raise _port_error(url, error) from error
        self._port = port

    def write(self, data: bytes) -> None:
        """Send all of it. Raises PumpLost."""
        try:
            self._port.write(data)
        except (serial.SerialException, OSError, TypeError) as error:
            raise PumpLost(
                f"{self.url}: connection lost ({error}); check cable and supply"
            ) from error

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, waiting at most `timeout_s` for the first byte. Raises PumpLost."""
        try:
            self._port.timeout = timeout_s
            first = self._port.read(1)
            if not first:
                return b""
            waiting = self._port.in_waiting
            return first + self._port.read(min(waiting, 4096)) if waiting else first
        except (serial.SerialException, OSError, TypeError) as error:
            raise PumpLost(
                f"{self.url}: connection lost ({error}); check cable and supply"
            ) from error

    def close(self) -> None:
        """Give the port back."""
        self._port.close()


def _port_error(url: str, error: Exception) -> PortError:
    number = getattr(error, "errno", None)
    if number is None:  # pyserial keeps the system's number only in the text for some back ends
        found = re.search(r"\[Errno (\d+)\]", str(error))
        number = int(found.group(1)) if found else None
    text = str(error)
    if number == errno.ENOENT or "FileNotFoundError" in text:
        return PortMissingError(
            f"{url}: there is no such port; check the cable and the name; benchpump doctor says"
            " which boards are plugged in"
        )
    if number in (errno.EBUSY, errno.EAGAIN) or "exclusively lock" in text:
        return PortBusyError(
            f"{url}: another program holds the port; end it: another of benchpump's"
            " commands, mpremote, a terminal"
        )
    if number in (errno.EACCES, errno.EPERM) or "PermissionError" in text:
        return PortDeniedError(
            f"{url}: no permission; on Linux join the port's group (often `dialout`) and log in "
            "again; on Windows close the program that holds it"
        )
    if number == errno.ECONNREFUSED:
        return PortMissingError(f"{url}: nobody listens there; start the emulator or server first")
    if "Could not configure port" in text:  # pyserial's, of a file that is no terminal
        return PortError(f"{url}: that is no serial port; benchpump doctor says which there are")
    return PortError(f"{url}: cannot be opened: {error}")
