"""Where the pins of a board's module are: what a drawing shows and a finger counts."""

from __future__ import annotations

from dataclasses import dataclass

from benchpump.board import rig


@dataclass(frozen=True)
class ModulePin:
    """One pad of a module: its number, its name (`GP2`, or a rail's), its GPIO or None."""

    number: int
    name: str
    gpio: int | None


@dataclass(frozen=True)
class Module:
    """Pads at the left and at the right edge, from the top, the USB socket up."""

    left: tuple[ModulePin, ...]
    right: tuple[ModulePin, ...]


def _pads(first: int, step: int, names: str) -> tuple[ModulePin, ...]:
    return tuple(
        ModulePin(
            first + at * step, name, int(name[2:]) if name[:2] == "GP" and name[2:] else None
        )
        for at, name in enumerate(names.split())
    )


# Raspberry Pi Pico datasheet, 2.1.
PICO = Module(
    _pads(
        1,
        1,
        "GP0 GP1 GND GP2 GP3 GP4 GP5 GND GP6 GP7 GP8 GP9 GND GP10 GP11 GP12 GP13 GND GP14 GP15",
    ),
    _pads(
        40,
        -1,
        "VBUS VSYS GND 3V3_EN 3V3 ADC_VREF GP28 AGND GP27 GP26"
        " RUN GP22 GND GP21 GP20 GP19 GP18 GND GP17 GP16",
    ),
)

MODULES = {"rpi_pico": PICO, rig.NAME: PICO}
"""By name of the board."""
