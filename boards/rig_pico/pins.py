"""The pins: what the pump drives, and what it is made to see."""

import board_data
from machine import PWM, Pin, mem32

_GPIO_IN = 0xD0000004  # RP2040 datasheet 2.3.1.7: the level of every pin at one moment

# In the order of the bits.
_INPUTS = (
    board_data.PIN_STEP,
    board_data.PIN_DIRECTION,
    board_data.PIN_ENABLE,
    board_data.PIN_LIGHT,
    board_data.PIN_SOUNDER,
    board_data.PIN_AIR_TEST,
)
_CONTACTS = (
    board_data.PIN_ESTOP,
    board_data.PIN_CASSETTE,
    board_data.PIN_BUTTON,
    board_data.PIN_JUMPER,
)
_OUTPUTS = (board_data.PIN_PRESSURE, board_data.PIN_AIR, board_data.PIN_SUPPLY)

_CLOCK_HZ = 125_000_000
_U16_PER_CODE = 65536 // board_data.ANALOG_CODES


class Inputs:
    """A pump without power reads as one that is cut: its enable line is pulled up here."""

    def __init__(self):
        for pin in _INPUTS:
            pull = Pin.PULL_UP if pin == board_data.PIN_ENABLE else Pin.PULL_DOWN
            Pin(pin, Pin.IN, pull)

    def levels(self):
        """Of all the chip's pins, for ``bits``."""
        return mem32[_GPIO_IN]

    def bits(self, levels):
        """A bit for each input that is set there."""
        bits = 0
        for bit in range(len(_INPUTS)):
            if levels >> _INPUTS[bit] & 1:
                bits |= 1 << bit
        return bits


class Outputs:
    """Contacts to ground, filtered voltages, the supply's switch."""

    def __init__(self):
        # Open drain: open is high impedance, as it is in reset.
        self._contacts = [Pin(pin, Pin.OPEN_DRAIN, value=1) for pin in _CONTACTS]
        self._cut = Pin(board_data.PIN_SUPPLY_CUT, Pin.OUT, value=0)
        frequency = _CLOCK_HZ // board_data.ANALOG_CODES
        self._voltages = [PWM(Pin(pin), freq=frequency, duty_u16=0) for pin in _OUTPUTS]
        self._codes = [0] * len(_OUTPUTS)

    def release(self):
        """Contacts open: e-stop pressed, cassette out. Sensors at 0 V, and the pump powered."""
        self.set(0, 0, 0, 0)

    def set(self, closed, pressure, air, supply):
        """Bits of contacts that are closed and of the switch, and codes."""
        for bit in range(len(_CONTACTS)):
            self._contacts[bit].value(0 if closed >> bit & 1 else 1)
        self._cut.value(1 if closed & board_data.SWITCH_SUPPLY_CUT else 0)
        self._voltage(0, pressure)
        self._voltage(1, air)
        self._voltage(2, supply)

    def _voltage(self, output, code):
        if code != self._codes[output]:
            self._codes[output] = code
            self._voltages[output].duty_u16(code * _U16_PER_CODE)
