"""Rising edges at the step wire, counted by the pulse counter apart from what the RMT was told."""

from esp32 import PCNT
from machine import Pin
from pump import hal

# The counter begins again at 0 when it gets there. Of 16 bits; 10 s at the highest rate that a
# lease can express, and it is read in every tick.
_RANGE = 32_000
_UNIT = 0


class StepCounter:
    def __init__(self, pin):
        # Pulled down: a wire that has come off counts nothing, and the next tick finds that out.
        wire = Pin(pin, Pin.IN, Pin.PULL_DOWN)
        self._unit = PCNT(_UNIT, min=-_RANGE, max=_RANGE)
        # No filter: a pulse that a halt cuts short may be one for the driver.
        self._unit.init(channel=0, pin=wire, rising=PCNT.INCREMENT, filter=0, value=0)
        self._unit.start()
        self._last = 0
        self._total = 0

    def total(self):
        """Edges so far, modulo 2**30."""
        value = self._unit.value()
        more = value - self._last
        if more < 0:
            more += _RANGE
        self._last = value
        self._total = (self._total + more) & hal.COUNT_MASK
        return self._total
