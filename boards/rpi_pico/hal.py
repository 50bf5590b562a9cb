"""The Raspberry Pi Pico: the six ports of ``pump.hal`` on a stock MicroPython image (1.27+).

What each level on a pin means is in the README beside this file, the numbers in ``board.toml``.
"""

from clock import PicoClock
from drive import PicoDrive
from machine import ADC
from panel import LightAndSounder
from rp2 import Flash
from sector_files import SectorFiles
from sensors import PinSensors
from usb_endpoint import waits
from usb_link import UsbLink


class PicoBoard:
    """The six ports. The drive comes first, and comes disabled."""

    def __init__(self):
        self.drive = PicoDrive()
        self.panel = LightAndSounder()
        self.clock = PicoClock(self.panel)
        self.sensors = PinSensors(ADC)
        self.link = UsbLink(self.clock, waits)
        self.store = SectorFiles(Flash())


def board():
    """Return the board; call it once."""
    return PicoBoard()
