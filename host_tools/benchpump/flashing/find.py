"""Boards on this machine: serial ports, and those that wait for an image as a USB drive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports

from benchpump.link.discovery import PICO_VENDOR_ID

MICROPYTHON_PRODUCT = 0x0005
BOOTSEL_PRODUCTS = frozenset({0x0003, 0x000F})  # RP2040, RP2350: usb-pid list of Raspberry Pi
_INFO = "INFO_UF2.TXT"  # RP2040 datasheet 2.8.4: what the drive of a board in BOOTSEL holds
_SYSFS = Path("/sys/bus/usb/devices")
_MOUNTS = ("/media/*/*", "/run/media/*/*", "/mnt/*", "/Volumes/*")


@dataclass(frozen=True)
class SerialBoard:
    """A port of Raspberry Pi's; `product` is the USB product number."""

    url: str
    product: int
    description: str

    @property
    def is_micropython(self) -> bool:
        """Whether its USB stack is MicroPython's; else some other program is on the board."""
        return self.product == MICROPYTHON_PRODUCT


def serial_boards() -> list[SerialBoard]:
    """Every serial port of Raspberry Pi's."""
    return sorted(
        (
            SerialBoard(port.device, port.pid or 0, port.description or "")
            for port in list_ports.comports()
            if port.vid == PICO_VENDOR_ID
        ),
        key=lambda board: board.url,
    )


def drives() -> list[Path]:
    """Where something may be mounted on this system."""
    root = Path("/")
    found = [path for pattern in _MOUNTS for path in root.glob(pattern[1:])]
    return found + [Path(f"{letter}:/") for letter in "DEFGHIJKLMNOPQRSTUVWXYZ"]


def waiting_for_image(mounted: Iterable[Path], sysfs: Path = _SYSFS) -> list[str]:
    """Boards in BOOTSEL: their drives, or by USB numbers where the drive is not mounted."""
    found = [str(drive) for drive in mounted if _is_bootsel(drive)]
    if found:
        return found
    return [
        f"USB {device.name}, its drive is not mounted"
        for device in sorted(sysfs.glob("*"))
        if _number(device / "idVendor") == PICO_VENDOR_ID
        and _number(device / "idProduct") in BOOTSEL_PRODUCTS
    ]


def _is_bootsel(drive: Path) -> bool:
    try:
        return "Board-ID: RP" in (drive / _INFO).read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


def _number(path: Path) -> int:
    try:
        return int(path.read_text(encoding="ascii"), 16)
    except (OSError, ValueError):
        return -1
