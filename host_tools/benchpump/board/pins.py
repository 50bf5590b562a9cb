"""`[pins]` of a `board.toml`: which signal is at which GPIO, and whether that can be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchpump.board.chips import CHIPS, Chip
from benchpump.board.schema import (
    ADC_SUFFIX,
    PINS_NEEDED,
    PINS_OF_FRAM,
    PINS_OF_SENSORS,
    SCL_SUFFIX,
    SDA_SUFFIX,
)

_HIGHEST = 63  # of a chip that is not known here


class PinsError(ValueError):
    """Wiring that cannot be; the message names signal and pin."""


def check(board: str, pins: Mapping[str, Any], fitted: Mapping[str, bool]) -> dict[str, int]:
    """The pins as given, for a board of that name with those sensors. Raises PinsError.

    Without pins there is nothing to check: the board is emulated.
    """
    chip = CHIPS.get(board)
    if pins:
        _names(pins, fitted, chip)
    taken: dict[int, str] = {}
    buses: dict[int, str] = {}
    highest = chip.highest if chip else _HIGHEST
    for name, pin in pins.items():
        if type(pin) is not int or not 0 <= pin <= highest:
            raise PinsError(f"[pins] {name} = {pin!r}: expected a GPIO number 0..{highest}")
        if pin in taken:
            raise PinsError(f"[pins] {name} and {taken[pin]} are both GPIO {pin}")
        taken[pin] = name
        if chip is not None:
            _fits(board, chip, name, pin)
            if name.endswith(SDA_SUFFIX):
                bus = _bus(name, pin, pins[name.removesuffix(SDA_SUFFIX) + SCL_SUFFIX])
                if bus in buses:  # set up twice, it serves neither
                    raise PinsError(f"[pins] {name} and {buses[bus]} are both I2C {bus}")
                buses[bus] = name
    return dict(pins)


def _bus(name: str, sda: int, scl: Any) -> int:
    """RP2040 datasheet 2.19.2: GPIO 0, 1 are SDA, SCL of I2C 0, 2, 3 of I2C 1, and so on."""
    if sda % 2 or type(scl) is not int or scl % 4 != sda % 4 + 1:
        raise PinsError(f"[pins] {name} = {sda} with SCL at {scl!r}: no I2C of the chip has both")
    return sda // 2 % 2


def _fits(board: str, chip: Chip, name: str, pin: int) -> None:
    if pin not in chip.gpio:
        raise PinsError(
            f"[pins] {name} = {pin}: {board} does not bring out this GPIO: it {chip.kept[pin]}"
        )
    if name.endswith(ADC_SUFFIX) and pin not in chip.adc:
        why = chip.no_adc.get(pin, "no ADC there")
        inputs = ", ".join(f"GPIO {number}" for number in sorted(chip.adc))
        raise PinsError(f"[pins] {name} = {pin}: {why}; it has one at {inputs}")


def _names(pins: Mapping[str, Any], fitted: Mapping[str, bool], chip: Chip | None) -> None:
    needed = {*PINS_NEEDED, *(chip.signals if chip else ())}
    ways_of = PINS_OF_SENSORS
    memory = PINS_OF_FRAM
    if chip is not None and not chip.alternatives:
        ways_of = {sensor: ways[:1] for sensor, ways in ways_of.items()}
        memory = ()
    known = needed.union(memory, *(way for ways in ways_of.values() for way in ways))
    for sensor, is_fitted in fitted.items():
        if is_fitted and sensor not in ways_of:
            raise PinsError(f"[sensors] {sensor}: fitted, but no board with pins can read one")
        if is_fitted:
            needed.update(_way(sensor, ways_of[sensor], pins))
    if any(name in pins for name in memory):
        needed.update(memory)
    for name in pins:
        if name not in known:
            raise PinsError(f"[pins] {name}: unknown; known: {sorted(known)}")
    missing = sorted(needed.difference(pins))
    if missing:
        raise PinsError(f"[pins] {missing[0]}: missing, expected a GPIO number")


def _way(
    sensor: str, ways: tuple[tuple[str, ...], ...], pins: Mapping[str, Any]
) -> tuple[str, ...]:
    """The pins by which it is read: those of the one way of which any is named."""
    begun = [way for way in ways if any(name in pins for name in way)]
    if len(begun) > 1:
        first, second = begun[0][0], begun[1][0]
        raise PinsError(f"[pins] {first} and {second}: {sensor} is read in one way only")
    return begun[0] if begun else ways[0]
