"""Which serial ports have a pump behind them."""

from __future__ import annotations

from dataclasses import dataclass

from serial.tools import list_ports

from benchpump.link.client import Pump
from benchpump.link.errors import PortError
from benchpump.link.serial_transport import SerialTransport
from benchpump.link.tables import PumpError

PICO_VENDOR_ID = 0x2E8A  # Raspberry Pi, as MicroPython's RP2 images report it
_ASK_TIMEOUT_S = 0.3


@dataclass(frozen=True)
class FoundPort:
    """A port that may have a pump: its identity where it answered, else why it did not."""

    url: str
    description: str
    identity: str
    problem: str


def candidates() -> list[tuple[str, str]]:
    """URL and description of every port whose USB vendor is that of the board."""
    found = [
        (p.device, p.description or "") for p in list_ports.comports() if p.vid == PICO_VENDOR_ID
    ]
    return sorted(found)


def discover() -> list[FoundPort]:
    """Ask `*IDN?` at each candidate; opens each port for a moment, changes nothing."""
    return [probe(url, description) for url, description in candidates()]


def probe(url: str, description: str = "") -> FoundPort:
    """Ask one port who is there."""
    try:
        transport = SerialTransport(url)
    except PortError as error:
        return FoundPort(url, description, "", str(error))
    with Pump(transport, reply_timeout_s=_ASK_TIMEOUT_S) as pump:
        try:
            return FoundPort(url, description, pump.idn(), "")
        except PumpError as error:
            return FoundPort(url, description, "", str(error))
