"""An ESP32-S3 as far as the port's own drivers see it: time, pins, RMT and pulse counter.

Written from MicroPython 1.28 (`ports/esp32/esp32_rmt.c`, `esp32_pcnt.c`) and ESP-IDF's RMT driver.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from types import ModuleType
from typing import Any

PERIOD = 1 << 30
HALF = PERIOD >> 1
MEMORY_SYMBOLS = 192
PULSE_MAX = 32_767
BEGINS_US = 20
"""From the call to the first level at the pin."""


class Chip:
    """One powered chip. `now_us` goes on by `pass_us` and by whatever waits in the drivers."""

    def __init__(self) -> None:
        self.now_us = 5_000
        self.levels: dict[int, int] = {}
        self.rising_us: list[float] = []  # at the step pin, also those still to come
        self.wire = True  # from the step pin to the counter
        self.transmitter: Rmt | None = None
        self.longest_symbols = 0
        self.watchdogs_ms: list[int] = []
        self.reset_cause = 1

    def pass_us(self, microseconds: int) -> None:
        """Let time go on."""
        self.now_us += microseconds

    def steps(self) -> int:
        """Rising edges at the step pin so far."""
        return bisect_right(self.rising_us, self.now_us)

    def modules(self) -> dict[str, ModuleType]:
        """`time`, `machine`, `esp32` and `gc` as that image has them."""
        return {
            "time": _module(
                "time",
                ticks_ms=lambda: self.now_us // 1000 % PERIOD,
                ticks_us=lambda: self.now_us % PERIOD,
                ticks_add=lambda ticks, delta: (ticks + delta) % PERIOD,
                ticks_diff=lambda end, begin: (end - begin + HALF) % PERIOD - HALF,
                sleep_ms=lambda ms: self.pass_us(1000 * ms),
            ),
            "machine": _module(
                "machine",
                Pin=PinFactory(self),
                WDT=lambda timeout: Watchdog(self, timeout),
                reset_cause=lambda: self.reset_cause,
                PWRON_RESET=1,
                HARD_RESET=2,
                WDT_RESET=3,
                SOFT_RESET=5,
            ),
            "esp32": _module(
                "esp32",
                RMT=lambda **values: Rmt(self, **values),
                PCNT=PulseCounterModule(self),
            ),
        }


def _module(name: str, **contents: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(contents)
    return module


class PinFactory:
    """`machine.Pin` as a class: constants, and a call makes a pin."""

    IN, OUT, PULL_UP, PULL_DOWN = 1, 3, 2, 1

    def __init__(self, chip: Chip) -> None:
        self._chip = chip

    def __call__(self, number: int, mode: int, pull: int = 0, *, value: int | None = None) -> Pin:
        pin = Pin(self._chip, number)
        if value is not None:
            pin.value(value)
        return pin


class Pin:
    """Its number, and the level that it drives."""

    def __init__(self, chip: Chip, number: int) -> None:
        self.number = number
        self._chip = chip

    def value(self, level: int) -> None:
        """Drive it."""
        self._chip.levels[self.number] = level


class Watchdog:
    """`machine.WDT`: made anew, it takes another time."""

    def __init__(self, chip: Chip, timeout: int) -> None:
        chip.watchdogs_ms.append(timeout)

    def feed(self) -> None:
        """Nothing to see here."""


class Rmt:
    """`esp32.RMT`, transmitting at the step pin."""

    def __init__(
        self, chip: Chip, *, pin: Pin, resolution_hz: int, idle_level: bool, num_symbols: int
    ) -> None:
        assert not idle_level
        assert 80_000_000 % resolution_hz == 0
        assert 1 <= 80_000_000 // resolution_hz <= 256
        assert num_symbols <= MEMORY_SYMBOLS
        self._chip = chip
        self._tick_us = 1_000_000 / resolution_hz
        self._symbols = num_symbols
        self._end_us = 0.0
        chip.transmitter = self

    def write_pulses(self, duration: Sequence[int], data: object = True) -> None:
        """Waits for the one before, then begins; what would need a refill by interrupt is refused.

        The driver puts its end mark behind the list: that has to have room, too.
        """
        chip = self._chip
        symbols = (len(duration) + 1) // 2
        chip.longest_symbols = max(chip.longest_symbols, symbols)
        assert symbols + 1 <= self._symbols
        assert all(0 <= ticks <= PULSE_MAX for ticks in duration)
        chip.now_us = max(chip.now_us, -int(-self._end_us // 1))
        at_us = float(chip.now_us) + BEGINS_US
        level = bool(data)
        for ticks in duration:
            if ticks == 0:
                break
            if level:
                chip.rising_us.append(at_us)
            at_us += ticks * self._tick_us
            level = not level
        self._end_us = at_us

    def active(self, on: bool) -> None:
        """Only stopping is offered."""
        assert on is False
        chip = self._chip
        del chip.rising_us[chip.steps() :]
        self._end_us = 0.0


class PulseCounterModule:
    """`esp32.PCNT` as a class: constants, and a call makes a unit."""

    INCREMENT = 1

    def __init__(self, chip: Chip) -> None:
        self._chip = chip

    def __call__(self, unit: int, *, min: int, max: int) -> PulseCounter:
        assert -32_768 <= min <= 0 < max <= 32_767
        return PulseCounter(self._chip, max)


class PulseCounter:
    """One unit. At its limit it begins again at 0, which is the same count."""

    def __init__(self, chip: Chip, limit: int) -> None:
        self._chip = chip
        self._limit = limit
        self._counts = False
        self._seen = 0

    def init(self, *, channel: int, pin: Pin, rising: int, filter: int, value: int) -> None:
        """Set up for rising edges, without a filter."""
        assert (channel, rising, filter, value) == (0, 1, 0, 0)
        assert pin.number != 47  # a wire of its own from the driver's end

    def start(self) -> None:
        """Count from now on."""
        self._counts = True

    def value(self) -> int:
        """What has been counted, within 16 bits."""
        chip = self._chip
        assert self._counts
        if chip.wire:
            self._seen = chip.steps()
        return self._seen % self._limit
