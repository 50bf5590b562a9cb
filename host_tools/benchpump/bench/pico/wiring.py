"""What is soldered to the chip's pins: contacts, converters, resistors, and who listens.

Levels are those of boards/rpi_pico/README.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from benchpump.bench.exchange import (
    SWITCH_BUTTON,
    SWITCH_CASSETTE_OUT,
    SWITCH_ESTOP,
    SWITCH_JUMPER,
)
from benchpump.bench.pico.chip import Chip

OUTPUTS = {
    "step": False,
    "direction": False,
    "enable": True,
    "light": False,
    "sounder": False,
    "air_test": False,
}
"""Levels while the chip drives nothing: external resistors, stronger than those in the chip."""

_TO_GROUND = {  # switch -> whether its contact to ground is closed where its bit is clear
    "estop": (SWITCH_ESTOP, True),
    "cassette": (SWITCH_CASSETTE_OUT, True),
    "button": (SWITCH_BUTTON, False),
    "jumper": (SWITCH_JUMPER, False),
}
ADC_FIRST_PIN = 26
_ADC = ("pressure_adc", "air_adc", "supply_adc")  # in the order of the plant's codes
Heard = Callable[[str, bool], None]


class Wiring:
    """Of one powered chip. `heard` is told each change of an output, by name.

    A pad reads back what it drives: for the step pin that is what the chip's counter counts,
    unless `counts_steps` says otherwise.
    """

    def __init__(
        self, chip: Chip, pins: Mapping[str, int], heard: Heard, counts_steps: Callable[[], bool]
    ) -> None:
        self._gpio = chip.mcu.gpio
        self._adc = chip.mcu.adc
        self._pins = pins
        self._heard = heard
        self._levels = {name: at_rest for name, at_rest in OUTPUTS.items() if name in pins}
        self._counts_steps = counts_steps
        for name in self._levels:
            self._gpio[pins[name]].add_listener(self._listener(name))

    def read_by_adc(self, codes: Callable[[], tuple[int, ...]]) -> None:
        """Let each conversion measure what `codes` says then; no answer is an open wire at 0 V."""
        adc = self._adc
        converted: Callable[[int], None] = adc.on_adc_read
        places = {
            self._pins[name] - ADC_FIRST_PIN: at
            for at, name in enumerate(_ADC)
            if name in self._pins
        }

        def convert(channel: int) -> None:
            if channel in places:
                adc.channel_values[channel] = max(0, codes()[places[channel]])
            converted(channel)

        adc.on_adc_read = convert

    def set_switches(self, switches: int) -> None:
        """Open and close the contacts as these bits say."""
        for name, (bit, closed_when_clear) in _TO_GROUND.items():
            if name in self._pins:
                pin = self._gpio[self._pins[name]]
                if bool(switches & bit) != closed_when_clear:
                    pin.set_input_value(False)
                else:
                    pin.release_input()

    def look(self) -> None:
        """The chip was reset: its pins have let go, and it says nothing of that itself."""
        for name in self._levels:
            self._changed(name)

    def _listener(self, name: str) -> Callable[[Any, Any], None]:
        return lambda _now, _before: self._changed(name)

    def _changed(self, name: str) -> None:
        pin = self._gpio[self._pins[name]]
        level = bool(pin.output_value) if pin.output_enable else OUTPUTS[name]
        if level == self._levels[name]:
            return
        self._levels[name] = level
        if name == "step" and self._counts_steps():
            pin.set_input_value(level)
        self._heard(name, level)
