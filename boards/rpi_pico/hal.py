"""The Raspberry Pi Pico: the six ports of ``pump.hal`` on a stock MicroPython image (1.27+).

What each level on a pin means is in the README beside this file, the numbers in ``board.toml``.
"""

from clock import PicoClock
from drive import PicoDrive
from panel import PicoPanel
from sensors import PicoSensors
from serial_link import PicoLink
from store import PicoStore


class PicoBoard:
    """The six ports. The drive comes first, and comes disabled."""

    def __init__(self):
        self.drive = PicoDrive()
        self.panel = PicoPanel()
        self.clock = PicoClock(self.panel)
        self.sensors = PicoSensors()
        self.link = PicoLink(self.clock)
        self.store = PicoStore()


def board():
    """Return the board; call it once."""
    return PicoBoard()
