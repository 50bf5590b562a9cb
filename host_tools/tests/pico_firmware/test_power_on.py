"""The chip's pins from the moment of power-on (C1)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchpump.bench.pico.forks import forked
from benchpump.bench.pico.rig import PicoRig
from benchpump.testing.verdict import SUMMARY

Note = Callable[[str, object], None]
ENABLE = 4
MOTION_PINS = {"step": 2, "direction": 3, "enable": ENABLE}
OTHERS = (5, 6, 7, 8, 9, 10, 11)
LOOK_NS = 20_000
CUT_WITHIN_MS = 30


def _first_driven(rig: PicoRig) -> dict[int, tuple[float, bool]]:
    """By GPIO: ms after power-on at which the chip first drives it, and its level then."""
    rig.power_off()
    rig.clock.sleep_ms(1000)
    rig.power_on()
    chip = rig.board.chip
    assert chip is not None
    gpio = chip.mcu.gpio
    seen: dict[int, tuple[float, bool]] = {}

    def look() -> None:
        for pin in (*MOTION_PINS.values(), *OTHERS):
            if pin not in seen and gpio[pin].output_enable:
                seen[pin] = chip.now_ns / 1e6, bool(gpio[pin].output_value)
        alarm.schedule(LOOK_NS)

    alarm = chip.alarm(look)
    look()
    rig.clock.sleep_ms(200)
    assert not rig.board.drive.enabled
    return seen


@pytest.mark.requirement("REQ-POWERON-1")
def test_the_driver_is_cut_before_anything_else(idle: PicoRig, record_property: Note) -> None:
    """The enable line is the first pin that the chip drives at all, to cut, before a module of the
    firmware is imported; until then nothing drives it and the resistor has it."""
    seen = forked(lambda: _first_driven(idle))
    at_ms, level = seen[ENABLE]
    record_property(SUMMARY, f"power-on to the driver's cut by boot.py: {at_ms:.1f} ms")
    print(seen)
    assert level
    assert at_ms <= CUT_WITHIN_MS
    assert next(iter(seen)) == ENABLE
    assert MOTION_PINS["step"] not in seen
