"""What the pins of each board's chip can do, by name of the board."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Chip:
    """GPIO numbers that are brought out, those with an ADC input, and sectors of storage."""

    gpio: frozenset[int]
    adc: frozenset[int]
    storage_sectors: int


CHIPS = {
    # Raspberry Pi Pico datasheet, 2.1: 23, 24, 25 and 29 serve the board itself. RP2040
    # datasheet, 4.9: ADC inputs. The stock RPI_PICO image keeps 1408 KB for files, 4 KB a sector;
    # a quarter may be taken from the firmware and from what else has to lie there (own).
    "rpi_pico": Chip(
        gpio=frozenset({*range(23), *range(26, 29)}),
        adc=frozenset(range(26, 29)),
        storage_sectors=1408 // 4 // 4,
    ),
}
