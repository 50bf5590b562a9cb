"""Pressure by a Honeywell MPR sensor on I2C: command, answer a tick later.

Data sheet: address 0x18; AA 00 00 starts a conversion of 5 ms; the answer is a status byte and 24
bits of pressure, 10 % of them at the lower end of the range and 90 % at the upper.
"""

from digital_code import code
from machine import I2C, Pin
from pump import hal

_ADDRESS = 0x18
_HZ = 400_000
_TIMEOUT_US = 2000  # an answer takes 0.2 ms; a bus that hangs must not take the tick
_STATUS_MASK = 0x65  # powered 0x40, busy 0x20, memory failed 0x04, saturated 0x01
_POWERED = 0x40


class MprSensor:
    """At those GPIOs; ``read`` is asked for once a tick."""

    def __init__(self, sda, scl):
        self._i2c = I2C(
            sda // 2 % 2,
            sda=Pin(sda),
            scl=Pin(scl),
            freq=_HZ,
            timeout=_TIMEOUT_US,
        )
        self._command = b"\xaa\x00\x00"
        self._answer = bytearray(4)
        self._asked = False

    def read(self):
        """The conversion asked for by the last call; NO_ANSWER, also for what is no pressure."""
        answer = self._answer
        found = hal.NO_ANSWER
        try:
            if self._asked:
                self._i2c.readfrom_into(_ADDRESS, answer)
                if answer[0] & _STATUS_MASK == _POWERED:
                    found = code(answer[1], answer[2], answer[3])
            self._i2c.writeto(_ADDRESS, self._command)
            self._asked = True
        except OSError:
            self._asked = False
        return found
