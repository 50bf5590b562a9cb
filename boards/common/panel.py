"""One WS2812 and one buzzer. Blinking needs time: the clock calls ``step`` in its idle part."""

from time import ticks_diff

import board_data
from machine import Pin, bitstream

_BRIGHT = 40  # of 255: bright enough beside it, 12 mA at most
# High and low time of a zero and of a one in ns (WS2812B data sheet).
_TIMING_NS = (400, 850, 800, 450)

# Colours as they go over the wire.
_DARK = b"\x00\x00\x00"
_GREEN = bytes([_BRIGHT, 0, 0])
_YELLOW = bytes([_BRIGHT, _BRIGHT, 0])
_RED = bytes([0, _BRIGHT, 0])
_BLUE = bytes([0, 0, _BRIGHT])
_WHITE = bytes([_BRIGHT, _BRIGHT, _BRIGHT])

# Two colours in turn, each for so long (0: the first one stays), by LIGHT_* of pump/codes.py.
# 2 Hz is what IEC 60601-1-8 has for high priority (1.4 to 2.8 Hz).
_LIGHTS = (
    (_DARK, _DARK, 0),
    (_GREEN, _GREEN, 0),
    (_GREEN, _DARK, 250),
    (_YELLOW, _YELLOW, 0),
    (_YELLOW, _DARK, 250),
    (_RED, _DARK, 250),
    (_BLUE, _BLUE, 0),
    (_BLUE, _DARK, 250),
    (_GREEN, _YELLOW, 500),
    (_WHITE, _DARK, 250),
)
# Pulses, their length in ms, and after how many ms it begins again, by SOUND_* of pump/codes.py.
# Numbers of pulses and the intervals are those of IEC 60601-1-8, table 3 and 4.
_SOUNDS = ((0, 200, 1000), (1, 200, 16_000), (3, 200, 8000), (10, 150, 6000))


class LightAndSounder:
    def __init__(self):
        self._light_pin = Pin(board_data.PIN_LIGHT, Pin.OUT, value=0)
        self._sounder_pin = Pin(board_data.PIN_SOUNDER, Pin.OUT, value=0)
        self._light = 0
        self._sound = 0
        self._second = False  # of the two colours
        self._turned_ms = 0
        self._began_ms = 0
        self._sounds = False
        self._now_ms = 0
        self._colour(_DARK)

    def show(self, light, sound):
        if light != self._light:
            self._light = light
            self._second = False
            self._turned_ms = self._now_ms
            self._colour(_LIGHTS[light][0])
        if sound != self._sound:
            self._sound = sound
            self._began_ms = self._now_ms
            self._hear()

    def step(self, now_ms):
        """Once a tick."""
        self._now_ms = now_ms
        first, second, period_ms = _LIGHTS[self._light]
        if period_ms and ticks_diff(now_ms, self._turned_ms) >= period_ms:
            self._turned_ms = now_ms
            self._second = not self._second
            self._colour(second if self._second else first)
        if self._sound or self._sounds:
            self._hear()

    def _colour(self, colour):
        bitstream(self._light_pin, 0, _TIMING_NS, colour)

    def _hear(self):
        pulses, pulse_ms, repeat_ms = _SOUNDS[self._sound]
        at = ticks_diff(self._now_ms, self._began_ms)
        if at >= repeat_ms:
            self._began_ms = self._now_ms
            at = 0
        pulse = at // pulse_ms
        sounds = pulse < 2 * pulses and pulse & 1 == 0
        if sounds != self._sounds:
            self._sounds = sounds
            self._sounder_pin.value(1 if sounds else 0)
