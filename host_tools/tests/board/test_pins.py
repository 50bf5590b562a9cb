"""Which pins a `board.toml` of a Pico may name, and the other ways to read and to remember."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from benchpump import tree_root
from benchpump.board import data

HX711 = {"pressure_hx711_data": 12, "pressure_hx711_clock": 13}
I2C = {"pressure_i2c_sda": 18, "pressure_i2c_scl": 19}
FRAM = {"fram_sda": 16, "fram_scl": 17}


def pico(**pins: int | None) -> dict[str, Any]:
    """The board's own description with these pins instead; None takes one away."""
    path = tree_root() / "boards/rpi_pico/board.toml"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    raw["pins"] |= {name: pin for name, pin in pins.items() if pin is not None}
    for name in (name for name, pin in pins.items() if pin is None):
        raw["pins"].pop(name, None)
    return raw


@pytest.mark.parametrize(
    "pins",
    [{}, FRAM, {"pressure_adc": None, **HX711}, {"pressure_adc": None, **I2C, **FRAM}],
    ids=["as it is", "fram", "hx711", "i2c and fram"],
)
def test_each_way_is_taken(pins: dict[str, int | None]) -> None:
    """C5: by the pins alone; the generated facts name those and no others."""
    found = data.check(pico(**pins)).pins
    assert {name for name, pin in pins.items() if pin is not None} <= found.keys()
    assert ("pressure_adc" in found) == ("pressure_adc" not in pins)


@pytest.mark.parametrize(
    ("pins", "told"),
    [
        (HX711, "pressure_adc and pressure_hx711_data: pressure is read in one way only"),
        ({"pressure_adc": None}, "pressure_adc: missing"),
        ({"pressure_adc": None, "pressure_hx711_data": 12}, "pressure_hx711_clock: missing"),
        ({"pressure_adc": None, **I2C, "pressure_i2c_scl": 17}, "no I2C of the chip has both"),
        ({**FRAM, "fram_sda": 17, "fram_scl": 16}, "no I2C of the chip has both"),
        ({"fram_sda": 16}, "fram_scl: missing"),
        (
            {"pressure_adc": None, **I2C, "fram_sda": 14, "fram_scl": 15},
            "fram_sda and pressure_i2c_sda are both I2C 1",
        ),
    ],
)
def test_what_cannot_be_is_named(pins: dict[str, int | None], told: str) -> None:
    """C5: signal and pin, before anything is flashed."""
    with pytest.raises(data.BoardDataError, match=told):
        data.check(pico(**pins))


@pytest.mark.parametrize(("sectors", "fits"), [(32, True), (33, False)])
def test_the_memory_fits_the_fram(sectors: int, fits: bool) -> None:
    """C5: 128 KB hold 32 sectors."""
    raw = pico(**FRAM)
    raw["store"]["sectors"] = sectors
    if fits:
        data.check(raw)
    else:
        with pytest.raises(data.BoardDataError, match="32 is what the FRAM holds"):
            data.check(raw)


def test_another_board_does_not_know_these_ways() -> None:
    """C5: a HAL that cannot read it is told from one that can."""
    path = tree_root() / "boards/esp32_s3/board.toml"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    raw["pins"] |= FRAM
    with pytest.raises(data.BoardDataError, match="fram_sda: unknown"):
        data.check(raw)
