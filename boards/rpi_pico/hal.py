"""The Raspberry Pi Pico: the six ports of ``pump.hal`` on a stock MicroPython image (1.27+).

What each level on a pin means is in the README beside this file, the numbers in ``board.toml``.
"""

import board_data
from clock import PicoClock
from drive import PicoDrive
from machine import ADC
from panel import LightAndSounder
from sensors import PinSensors
from usb_endpoint import waits
from usb_link import UsbLink


class PicoBoard:
    """The six ports. The drive comes first, and comes disabled."""

    def __init__(self):
        self.drive = PicoDrive()
        self.panel = LightAndSounder()
        self.clock = PicoClock(self.panel)
        self.sensors = PinSensors(ADC, _digital_pressure())
        self.link = UsbLink(self.clock, waits)
        self.store = _store()


def _pin(name):
    """The GPIO of that name, whole: a deployment keeps what it finds named; -1: there is none."""
    return getattr(board_data, name, -1)


def _digital_pressure():
    """The pressure sensor where board data has it elsewhere than at the converter, else None."""
    if _pin("PIN_PRESSURE_HX711_DATA") >= 0:
        from hx711 import Hx711  # only what is there: modules are heap

        return Hx711(_pin("PIN_PRESSURE_HX711_DATA"), _pin("PIN_PRESSURE_HX711_CLOCK"))
    if _pin("PIN_PRESSURE_I2C_SDA") >= 0:
        from mpr_sensor import MprSensor

        return MprSensor(_pin("PIN_PRESSURE_I2C_SDA"), _pin("PIN_PRESSURE_I2C_SCL"))
    return None


def _store():
    """The memory that board data names."""
    if _pin("PIN_FRAM_SDA") >= 0:
        from fram_store import FramStore

        return FramStore(_pin("PIN_FRAM_SDA"), _pin("PIN_FRAM_SCL"))
    from rp2 import Flash
    from sector_files import SectorFiles

    return SectorFiles(Flash())


def board():
    """Return the board; call it once."""
    return PicoBoard()
