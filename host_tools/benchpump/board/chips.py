"""What the pins of each board's chip can do, by name of the board."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Chip:
    """GPIO numbers that are brought out, those with an ADC input, and sectors of storage.

    `kept`: why a GPIO that exists is not for the pump. `no_adc`: why one that has a converter does
    not serve as one. `signals`: what this chip's HAL needs beside what every board needs.
    `alternatives`: its HAL knows the other ways to read pressure too, and the FRAM.
    """

    gpio: frozenset[int]
    adc: frozenset[int]
    storage_sectors: int
    kept: dict[int, str] = field(default_factory=dict[int, str])
    no_adc: dict[int, str] = field(default_factory=dict[int, str])
    signals: tuple[str, ...] = ()
    alternatives: bool = False

    @property
    def highest(self) -> int:
        """The last GPIO number that the chip knows."""
        return max(*self.gpio, *self.kept)


def _because(pins: Iterable[int], reason: str) -> dict[int, str]:
    return dict.fromkeys(pins, reason)


# ESP32-S3 datasheet, 2.3 (pins) and 3 (strapping); ESP-IDF guide of the chip, "GPIO Summary". A
# module with octal flash or memory takes 33 to 37, one without leaves 33 and 34 unconnected.
_S3_KEPT = {
    **_because((0, 3, 45, 46), "is sampled at reset (strapping pin)"),
    **_because((19, 20), "is the USB port, which carries the link"),
    **_because(range(22, 26), "does not exist"),
    **_because(range(26, 33), "is wired to the flash chip"),
    **_because(range(33, 38), "is wired to flash or memory on octal modules"),
    **_because((43, 44), "is the UART that the image speaks on as it starts"),
}

CHIPS = {
    # Raspberry Pi Pico datasheet, 2.1: 23, 24, 25 and 29 serve the board itself. RP2040
    # datasheet, 4.9: ADC inputs. The stock RPI_PICO image keeps 1408 KB for files, 4 KB a sector;
    # a quarter may be taken from the firmware and from what else has to lie there (own).
    "rpi_pico": Chip(
        gpio=frozenset({*range(23), *range(26, 29)}),
        adc=frozenset(range(26, 29)),
        storage_sectors=1408 // 4 // 4,
        kept=_because((23, 24, 25, 29), "serves the board itself"),
        alternatives=True,
    ),
    # The stock image keeps what is above 2 MB for files: a quarter of that with 4 MB of flash.
    "esp32_s3": Chip(
        gpio=frozenset(range(49)).difference(_S3_KEPT),
        adc=frozenset({1, 2, *range(4, 11)}),
        storage_sectors=2048 // 4 // 4,
        kept=_S3_KEPT,
        no_adc=_because((*range(11, 19),), "its converter (ADC2) is shared with the radio"),
        signals=("step_count",),
    ),
}
