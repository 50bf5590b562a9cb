"""An ESP32-S3: the six ports of ``pump.hal`` on a stock MicroPython image (1.28), without PIO.

What each level on a pin means is in the README beside this file, the numbers in ``board.toml``.
"""

from clock import Esp32Clock
from drive import RmtDrive
from esp32 import RMT, Partition
from machine import ADC, Pin
from panel import LightAndSounder
from sector_files import SectorFiles
from sensors import PinSensors
from usb_endpoint import waits
from usb_link import UsbLink


class Esp32Board:
    """The six ports. The drive comes first, and comes disabled."""

    def __init__(self):
        self.drive = RmtDrive()
        RMT.bitstream_rmt(False)  # the drive has all of it; bit by bit
        self.panel = LightAndSounder()
        self.clock = Esp32Clock(self.panel, self.drive)
        self.sensors = PinSensors(_converter)
        self.link = UsbLink(self.clock, waits)
        self.store = SectorFiles(Partition("vfs"))


def _converter(pin):
    return ADC(Pin(pin), atten=ADC.ATTN_11DB)


def board():
    """Return the board; call it once."""
    return Esp32Board()
