"""Pressure by a bridge amplifier HX711, read out by a state machine of its own.

At 80 conversions/s (pin RATE high): at 10 a reading is two ticks old at worst, and slopes lag.
"""

from array import array

import pio_data
import uctypes
from digital_code import code
from machine import Pin
from pump import hal
from rp2 import StateMachine

_STATE_MACHINE = 4  # the first of PIO block 1: the drive has block 0
_STATE_MACHINE_HZ = 1_000_000
_FIFO_WORDS = 4
_LATE_READS = 4  # 200 ms without a conversion: twice the time of one at 10/s (own)
_SIGN = 0x80  # two's complement to offset binary


class Hx711:
    """At those GPIOs; ``read`` is asked for once a tick."""

    def __init__(self, data_pin, clock_pin):
        clock = Pin(clock_pin, Pin.OUT, value=0)
        data = Pin(data_pin, Pin.IN, Pin.PULL_UP)
        self._machine = StateMachine(
            _STATE_MACHINE,
            pio_data.HX711_PROGRAM,
            freq=_STATE_MACHINE_HZ,
            sideset_base=clock,
            in_base=data,
        )
        self._machine.active(1)
        # 24 bits: taken byte by byte they never become an object.
        self._word = array("I", [0])
        self._bytes = uctypes.bytearray_at(uctypes.addressof(self._word), 4)
        self._code = hal.NO_ANSWER
        self._late = 0

    def read(self):
        """The newest conversion; NO_ANSWER where none came for too long."""
        machine = self._machine
        came = False
        for _ in range(_FIFO_WORDS):
            if not machine.rx_fifo():  # get() would wait
                break
            machine.get(self._word)
            came = True
        if came:
            x = self._bytes
            self._code = code(x[2] ^ _SIGN, x[1], x[0])
            self._late = 0
        elif self._late < _LATE_READS:
            self._late += 1
        else:
            self._code = hal.NO_ANSWER
        return self._code
