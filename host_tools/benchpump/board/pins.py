"""`[pins]` of a `board.toml`: which signal is at which GPIO, and whether that can be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchpump.board.chips import CHIPS, Chip
from benchpump.board.schema import ADC_SUFFIX, PINS_NEEDED, PINS_OF_SENSORS

_HIGHEST = 63  # of a chip that is not known here


class PinsError(ValueError):
    """Wiring that cannot be; the message names signal and pin."""


def check(board: str, pins: Mapping[str, Any], fitted: Mapping[str, bool]) -> dict[str, int]:
    """The pins as given, for a board of that name with those sensors. Raises PinsError.

    Without pins there is nothing to check: the board is emulated.
    """
    chip = CHIPS.get(board)
    if pins:
        _names(pins, fitted, chip.signals if chip else ())
    taken: dict[int, str] = {}
    highest = chip.highest if chip else _HIGHEST
    for name, pin in pins.items():
        if type(pin) is not int or not 0 <= pin <= highest:
            raise PinsError(f"[pins] {name} = {pin!r}: expected a GPIO number 0..{highest}")
        if pin in taken:
            raise PinsError(f"[pins] {name} and {taken[pin]} are both GPIO {pin}")
        taken[pin] = name
        if chip is not None:
            _fits(board, chip, name, pin)
    return dict(pins)


def _fits(board: str, chip: Chip, name: str, pin: int) -> None:
    if pin not in chip.gpio:
        raise PinsError(
            f"[pins] {name} = {pin}: {board} does not bring out this GPIO: it {chip.kept[pin]}"
        )
    if name.endswith(ADC_SUFFIX) and pin not in chip.adc:
        why = chip.no_adc.get(pin, "no ADC there")
        inputs = ", ".join(f"GPIO {number}" for number in sorted(chip.adc))
        raise PinsError(f"[pins] {name} = {pin}: {why}; it has one at {inputs}")


def _names(pins: Mapping[str, Any], fitted: Mapping[str, bool], signals: tuple[str, ...]) -> None:
    needed = {*PINS_NEEDED, *signals}
    known = needed.union(*PINS_OF_SENSORS.values())
    for sensor, is_fitted in fitted.items():
        if is_fitted and sensor not in PINS_OF_SENSORS:
            raise PinsError(f"[sensors] {sensor}: fitted, but no board with pins can read one")
        if is_fitted:
            needed.update(PINS_OF_SENSORS[sensor])
    for name in pins:
        if name not in known:
            raise PinsError(f"[pins] {name}: unknown; known: {sorted(known)}")
    missing = sorted(needed.difference(pins))
    if missing:
        raise PinsError(f"[pins] {missing[0]}: missing, expected a GPIO number")
