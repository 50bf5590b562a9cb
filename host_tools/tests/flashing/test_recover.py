"""Recovering where there is no port to be had: told as what it is. The rest takes the image."""

from __future__ import annotations

import pytest

from benchpump.bench.clock import VirtualClock
from benchpump.flashing.port import BoardPort
from benchpump.flashing.recover import recover
from benchpump.link.errors import PortBusyError, PortError, PortMissingError
from benchpump.link.serial_transport import SerialTransport

pytestmark = pytest.mark.requirement("REQ-FLASH-4")


class NoPort(BoardPort):
    """A port that cannot be opened, in a time of its own."""

    def __init__(self, error: PortError) -> None:
        self.now_us = 0
        super().__init__("/dev/ttyACM0", VirtualClock(lambda: self.now_us, self._pass))
        self._error = error

    def _pass(self, until_us: int) -> None:
        self.now_us = until_us

    def link(self) -> SerialTransport:
        raise self._error


def test_no_such_port() -> None:
    """A person may still plug the board in: said once, waited for, then the missing port is what
    it ends with, and no jumper is spoken of."""
    port = NoPort(PortMissingError("x: there is no such port; check the cable"))
    said: list[str] = []
    with pytest.raises(PortMissingError):
        recover(port, 30, said.append)
    assert said == ["There is no port /dev/ttyACM0. Plug the board in, or end this: Ctrl-C."]
    assert 30 <= port.now_us / 1e6 < 31


def test_somebody_has_the_port() -> None:
    """Nothing that a jumper could help: ended at once."""
    port = NoPort(PortBusyError("x: another program holds the port"))
    said: list[str] = []
    with pytest.raises(PortBusyError):
        recover(port, 30, said.append)
    assert (port.now_us, said) == (0, [])
