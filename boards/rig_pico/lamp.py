"""What the pump's WS2812 is sent. A state machine takes the bits, here they become frames."""

from time import ticks_us

import board_data
import pio_data
from machine import Pin
from rp2 import StateMachine

_MACHINE = 1


class LampReader:
    """``colour`` of the last frame as sent (green, red, blue), when it came, how many so far."""

    def __init__(self):
        pin = Pin(board_data.PIN_LIGHT, Pin.IN)
        self._machine = StateMachine(
            _MACHINE,
            pio_data.LIGHT_READER_PROGRAM,
            freq=board_data.LIGHT_MACHINE_HZ,
            in_base=pin,
            jmp_pin=pin,
        )
        self._machine.active(1)
        self.colour = 0
        self.shown_us = ticks_us()
        self.frames = 0

    def look(self):
        """Take over what has come since."""
        machine = self._machine
        while machine.rx_fifo():
            self.colour = machine.get() & 0xFFFFFF
            self.shown_us = ticks_us()
            self.frames += 1
