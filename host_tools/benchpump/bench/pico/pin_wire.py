"""One chip of a pair, with pins that take edges at the very moment at which they were made."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from benchpump.bench.pico.chip import Chip
from benchpump.bench.pico.pio_pace import CYCLE_NS

FUNCTION_PWM = 4
Edge = tuple[int, int, bool | None]  # when (the pair's time, ns), GPIO, level or None: let go
Changed = Callable[[Edge], None]


class PairedChip:
    """`epoch_ns` is the pair's time at its power-on."""

    def __init__(self, chip: Chip, epoch_ns: int) -> None:
        self.chip = chip
        self.epoch_ns = epoch_ns
        self._gpio: list[Any] = chip.mcu.gpio
        self._due: deque[Edge] = deque()
        self._deliver: Any = chip.alarm(self._arrive)
        for channel in chip.mcu.pwm.channels:
            # Nobody looks at the single pulses: 30 000 a second of each would cost more than all
            # else. The registers say what their mean is.
            for alarm in (channel.alarm_a, channel.alarm_b, channel.alarm_bottom):
                alarm.enable = False

    @property
    def now_ns(self) -> int:
        """In the pair's time."""
        return self.epoch_ns + self.chip.now_ns

    def run_until(self, until_ns: int) -> None:
        """Let this chip's time pass to then."""
        self.chip.run_until(until_ns - self.epoch_ns)

    def level(self, pin: int) -> bool | None:
        """What the chip drives there; None: nothing."""
        one = self._gpio[pin]
        return bool(one.output_value) if one.output_enable else None

    def mean(self, pin: int) -> float:
        """Mean of what its PWM drives there, 0..1."""
        one = self._gpio[pin]
        channel = self.chip.mcu.pwm.channels[pin >> 1 & 7]
        if one.function_select != FUNCTION_PWM or not channel.csr & 1:
            return float(bool(self.level(pin)))
        compare = channel.cc >> 16 if pin & 1 else channel.cc & 0xFFFF
        return min(1.0, compare / (channel.top + 1))

    def listen(self, pin: int, changed: Changed) -> None:
        """Be told of each change of what is driven there. A pad hears itself, too."""

        def hear(_now: object, _before: object) -> None:
            level = self.level(pin)
            if level is None:
                self._gpio[pin].release_input()
            else:
                self._gpio[pin].set_input_value(level)
            changed((self.now_ns, pin, level))

        self._gpio[pin].add_listener(hear)

    def at(self, edge: Edge) -> None:
        """Bring a level to one of its pins, at once if that time has passed."""
        self._due.append(edge)
        if len(self._due) == 1:
            self._schedule()

    def _schedule(self) -> None:
        self._deliver.schedule(max(CYCLE_NS, self._due[0][0] - self.now_ns))

    def _arrive(self) -> None:
        now_ns = self.now_ns
        while self._due and self._due[0][0] <= now_ns:
            _, pin, level = self._due.popleft()
            self.chip.bring(pin, level)
        if self._due:
            self._schedule()
