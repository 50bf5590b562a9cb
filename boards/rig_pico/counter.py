"""Steps by the state of the direction pin, counted by a state machine."""

import board_data
import pio_data
from machine import Pin
from rp2 import StateMachine

_MACHINE = 0
_MASK = 0xFFFFFFFF


class StepCounter:
    def __init__(self):
        self._machine = StateMachine(
            _MACHINE,
            pio_data.STEP_COUNTER_PROGRAM,
            freq=board_data.COUNTER_MACHINE_HZ,
            in_base=Pin(board_data.PIN_STEP, Pin.IN),
            jmp_pin=Pin(board_data.PIN_DIRECTION, Pin.IN),
        )
        self._machine.active(1)

    def read(self):
        """Forward and reverse steps since power-on, modulo 2**32."""
        return self._count(pio_data.READ_X), self._count(pio_data.READ_Y)

    def _count(self, instruction):
        machine = self._machine
        machine.exec(instruction)
        machine.exec(pio_data.PUSH)
        return -machine.get() & _MASK
