"""What light is to be seen, read from the frames that one WS2812 is sent.

Timing of a bit after the WS2812's data sheet: high for 0.4 us is a 0, for 0.8 us a 1; 24 bits,
green first. A pattern shows by its course: until it has, the light is taken for that of its
candidates which allows motion, so that truth never blames the pump for the first half second.
"""

from __future__ import annotations

from collections.abc import Callable

from benchpump.bench.truth import FORWARD, MOTION_BY_LIGHT, REVERSE
from benchpump.link.messages import Light

ONE_NS = 600
FRAME_BITS = 24
LATCH_NS = 50_000
BLINK_MAX_US = 350_000  # 250 ms nominally, and a tick or two
TURN_MAX_US = 650_000  # 500 ms nominally
SETTLED_US = 1_000_000
"""A light shown for so long is known for what it is."""

YELLOW_AFTER_GREEN = len(Light)
"""Steady, blinking, or in turn with green: not known yet."""
LIGHTS = [*(light.name.lower() for light in Light), "yellow_after_green"]
MOTION = {**MOTION_BY_LIGHT, "yellow_after_green": FORWARD | REVERSE}

_COLOURS = {
    (False, False, False): "off",
    (False, True, False): "green",
    (True, True, False): "yellow",
    (True, False, False): "red",
    (False, False, True): "blue",
    (True, True, True): "white",
}
_BLINKING = {
    "green": Light.BLINK_GREEN,
    "yellow": Light.BLINK_YELLOW,
    "red": Light.BLINK_RED,
    "blue": Light.BLINK_BLUE,
    "white": Light.BLINK_WHITE,
}
_STEADY = {
    "off": Light.OFF,
    "green": Light.STEADY_GREEN,
    "yellow": Light.STEADY_YELLOW,
    "blue": Light.STEADY_BLUE,
    "red": Light.BLINK_RED,  # there is no other
    "white": Light.BLINK_WHITE,
}


class Ws2812:
    """Turns edges at the data pin into frames: red, green, blue, 0..255 each."""

    def __init__(self, shown: Callable[[int, int, int], None]) -> None:
        self._shown = shown
        self._rose_ns = 0
        self._bits = 0
        self._count = 0

    def edge(self, high: bool, now_ns: int) -> None:
        """The data pin has changed."""
        if high:
            if now_ns - self._rose_ns > LATCH_NS:
                self._count = 0
            self._rose_ns = now_ns
            return
        self._bits = self._bits << 1 | (now_ns - self._rose_ns > ONE_NS)
        self._count += 1
        if self._count == FRAME_BITS:
            self._count = 0
            frame = self._bits & 0xFF_FFFF
            self._shown(frame >> 8 & 0xFF, frame >> 16, frame & 0xFF)


class LightReader:
    """The pattern behind the colours. Without power there is no light: make another."""

    def __init__(self) -> None:
        self._colour = "off"
        self._since_us = -TURN_MAX_US
        self._before: list[tuple[str, int]] = [("off", TURN_MAX_US)] * 2  # and how long it was on

    def show(self, red: int, green: int, blue: int, now_us: int) -> None:
        """The lamp has taken over a colour; the same one again changes nothing."""
        colour = _COLOURS.get((red > 0, green > 0, blue > 0), "off")
        if colour != self._colour:
            self._before = [self._before[1], (self._colour, now_us - self._since_us)]
            self._colour, self._since_us = colour, now_us

    def light(self, now_us: int) -> int:
        """Index in LIGHTS of what is shown."""
        (earlier, _), (last, last_us) = self._before
        colour = self._colour
        shown_us = now_us - self._since_us
        if colour == "off":
            blinks = last != "off" and last_us <= BLINK_MAX_US and shown_us <= BLINK_MAX_US
            return _BLINKING[last] if blinks else Light.OFF
        if last == "off" and earlier == colour and last_us <= BLINK_MAX_US:
            return _BLINKING[colour] if shown_us <= BLINK_MAX_US else _STEADY[colour]
        if {colour, last} == {"green", "yellow"} and shown_us <= TURN_MAX_US:
            if earlier == colour and last_us <= TURN_MAX_US:
                return Light.GREEN_AND_YELLOW
            return YELLOW_AFTER_GREEN if colour == "yellow" else Light.STEADY_GREEN
        if colour in ("yellow", "blue") and shown_us <= BLINK_MAX_US:
            return _BLINKING[colour]
        return _STEADY[colour]

    def settled_at_us(self) -> int:
        """From when on the pattern is known, unless it changes once more."""
        (earlier, _), (last, last_us) = self._before
        if self._colour == earlier and last_us <= TURN_MAX_US and last != earlier:
            return self._since_us
        return self._since_us + SETTLED_US
