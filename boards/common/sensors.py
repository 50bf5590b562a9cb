"""On-chip ADC and the switches, at the pins of the board data."""

import board_data
from machine import Pin
from pump import hal

# Of so many readings the highest and the lowest are dropped, the others averaged: a converter on a
# processor's chip has spikes and some nine effective bits (RP2040-E11; the ESP32's is no better).
_READINGS = 6
_AVERAGED_BITS = 2  # 4 of them
_CODE_BITS_BELOW = 4  # read_u16() stretches 12 bits to 16

_FITTED = (
    board_data.PRESSURE_FITTED,
    board_data.AIR_FITTED,
    board_data.SUPPLY_FITTED,
)
_PINS = (
    getattr(board_data, "PIN_PRESSURE_ADC", -1),  # -1: read in another way
    board_data.PIN_AIR_ADC,
    board_data.PIN_SUPPLY_ADC,
)


class PinSensors:
    """Channels of the ADC by their number in ``pump.hal``; the others are not fitted here.

    ``converter(pin)`` is a ``machine.ADC`` at that GPIO, set up as the chip needs it.
    ``digital_pressure``, if there is one, has a ``read`` for the channel of the pressure.
    """

    def __init__(self, converter, digital_pressure=None):
        if board_data.ENCODER_FITTED or board_data.FLOW_FITTED or board_data.UPSTREAM_FITTED:
            raise ValueError("this board has no inputs for encoder, flow sensor, upstream sensor")
        adcs = []
        for channel in range(len(_PINS)):
            analogue = _FITTED[channel] and _PINS[channel] >= 0
            adcs.append(converter(_PINS[channel]) if analogue else None)
        self._adcs = adcs
        self._digital_pressure = digital_pressure
        self._air_test = Pin(board_data.PIN_AIR_TEST, Pin.OUT, value=0)
        # Pulled up, closed to ground: see the README for what an open wire reads as.
        self._estop = Pin(board_data.PIN_ESTOP, Pin.IN, Pin.PULL_UP)
        self._cassette = Pin(board_data.PIN_CASSETTE, Pin.IN, Pin.PULL_UP)
        self._button = Pin(board_data.PIN_BUTTON, Pin.IN, Pin.PULL_UP)
        self._jumper = Pin(board_data.PIN_JUMPER, Pin.IN, Pin.PULL_UP)

    def read(self, channel):
        if channel < 0 or channel >= len(self._adcs):
            return hal.NOT_FITTED
        adc = self._adcs[channel]
        if adc is None:
            return self._elsewhere(channel)
        lowest = highest = total = adc.read_u16()
        for _ in range(_READINGS - 1):
            code = adc.read_u16()
            total += code
            if code < lowest:
                lowest = code
            elif code > highest:
                highest = code
        return (total - lowest - highest) >> (_AVERAGED_BITS + _CODE_BITS_BELOW)

    def _elsewhere(self, channel):
        """Of a channel without a converter of its own."""
        digital = self._digital_pressure
        if channel == hal.CHANNEL_PRESSURE and digital is not None:
            return digital.read()
        return hal.NOT_FITTED

    def switches(self):
        bits = 0
        if self._estop.value():
            bits |= hal.SWITCH_ESTOP
        if self._cassette.value():
            bits |= hal.SWITCH_CASSETTE_OUT
        if not self._button.value():
            bits |= hal.SWITCH_BUTTON
        if not self._jumper.value():
            bits |= hal.SWITCH_JUMPER
        return bits

    def stimulate(self, channel, on):
        if channel != hal.CHANNEL_AIR or self._adcs[channel] is None:
            return False
        self._air_test.value(1 if on else 0)
        return True
