"""Wiring in `board.toml` is checked against what the chip's pins can do."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from benchpump import tree_root
from benchpump.board import data

BOARDS = tree_root() / "boards"
CHIPS = ("rpi_pico", "esp32_s3")


def described(board: str) -> dict[str, Any]:
    """A board's own description, to be spoiled."""
    return tomllib.loads((BOARDS / board / "board.toml").read_text(encoding="utf-8"))


@pytest.fixture
def raw() -> dict[str, Any]:
    """The Pico's."""
    return described("rpi_pico")


@pytest.mark.parametrize("board", CHIPS)
def test_boards_as_they_are(board: str) -> None:
    """C5: what is committed passes, or the refusals below would show nothing."""
    raw = described(board)
    assert data.check(raw).pins["step"] == raw["pins"]["step"]


@pytest.mark.parametrize(
    ("name", "pin", "told"),
    [
        ("direction", 2, r"direction and step are both GPIO 2"),
        ("supply_adc", 27, r"supply_adc and air_adc are both GPIO 27"),
        ("pressure_adc", 22, r"pressure_adc = 22: no ADC there; it has one at GPIO 26, "),
        ("light", 23, r"light = 23: rpi_pico does not bring out this GPIO: it serves the board"),
        ("light", 25, r"does not bring out"),
        ("supply_adc", 29, r"does not bring out"),
        ("light", 30, r"light = 30: expected a GPIO number 0\.\.29"),
        ("light", -1, r"expected a GPIO number"),
        ("light", "GP9", r"light = 'GP9': expected a GPIO number"),
        ("light", True, r"expected a GPIO number"),
        ("lamp", 12, r"lamp: unknown; known: .*'light'"),
        ("step_count", 12, r"step_count: unknown"),
    ],
)
def test_wiring_that_cannot_be(raw: dict[str, Any], name: str, pin: object, told: str) -> None:
    """C5: a pin used twice, one without ADC, one that is not brought out: named with its place."""
    raw["pins"][name] = pin
    with pytest.raises(data.BoardDataError, match=told):
        data.check(raw)


@pytest.mark.parametrize(
    ("name", "pin", "told"),
    [
        ("light", 0, r"light = 0: esp32_s3 does not bring out this GPIO: it is sampled at reset"),
        ("light", 45, r"sampled at reset"),
        ("light", 19, r"it is the USB port"),
        ("light", 25, r"it does not exist"),
        ("light", 26, r"wired to the flash chip"),
        ("light", 32, r"wired to the flash chip"),
        ("light", 33, r"octal modules"),
        ("light", 37, r"octal modules"),
        ("light", 43, r"it is the UART"),
        ("light", 49, r"expected a GPIO number 0\.\.48"),
        (
            "air_adc",
            11,
            r"air_adc = 11: its converter \(ADC2\) is shared .*; it has one at GPIO 1, ",
        ),
        ("air_adc", 14, r"ADC2"),
        ("air_adc", 42, r"air_adc = 42: no ADC there"),
        ("step_count", 47, r"step_count and step are both GPIO 47"),
    ],
)
def test_wiring_that_an_esp32_s3_cannot_have(name: str, pin: int, told: str) -> None:
    """C5: pins that decide how the chip starts, that flash, USB or console have, and ADC2."""
    raw = described("esp32_s3")
    others = {other: at for other, at in raw["pins"].items() if other != name}
    raw["pins"] = others | {name: pin}
    with pytest.raises(data.BoardDataError, match=told):
        data.check(raw)


@pytest.mark.parametrize(("name", "pin"), [("light", 42), ("light", 48), ("air_adc", 10)])
def test_the_last_pins_of_an_esp32_s3(name: str, pin: int) -> None:
    """C5: the edges of what it brings out and of its first converter."""
    raw = described("esp32_s3")
    if raw["pins"]["step_count"] == pin:
        raw["pins"]["step_count"] = 14
    raw["pins"][name] = pin
    assert data.check(raw).pins[name] == pin


def test_an_esp32_s3_needs_its_counter() -> None:
    """C3: it has no step machine whose registers say what was not done."""
    raw = described("esp32_s3")
    del raw["pins"]["step_count"]
    with pytest.raises(data.BoardDataError, match=r"\[pins\] step_count: missing"):
        data.check(raw)


@pytest.mark.parametrize("pin", [0, 22, 26, 28])
def test_the_last_pins_that_can_be_used(raw: dict[str, Any], pin: int) -> None:
    """C5: the edges of what is brought out; the ADC's pins serve as outputs, too."""
    raw["sensors"] |= {name: {"fitted": False} for name in ("pressure", "air", "supply")}
    for name in ("pressure_adc", "air_adc", "supply_adc", "air_test"):
        del raw["pins"][name]
    raw["pins"]["light"] = pin
    assert data.check(raw).pins["light"] == pin


@pytest.mark.parametrize("name", ["enable", "jumper", "pressure_adc", "air_test"])
def test_a_signal_without_a_pin(raw: dict[str, Any], name: str) -> None:
    """C5: what the board or a fitted sensor needs may not be forgotten."""
    del raw["pins"][name]
    with pytest.raises(data.BoardDataError, match=rf"\[pins\] {name}: missing"):
        data.check(raw)


def test_a_sensor_that_the_board_cannot_read(raw: dict[str, Any]) -> None:
    """C5: said when the board is built, not by a count that never changes."""
    raw["sensors"]["encoder"] = {"fitted": True, "counts_per_1000_steps": 250}
    with pytest.raises(data.BoardDataError, match=r"\[sensors\] encoder: fitted, but no board"):
        data.check(raw)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("ledger_first_sector", 1, r"ledger begins in sector 1, inside config"),
        ("journal_first_sector", 17, r"journal begins in sector 17, inside ledger"),
        ("sectors", 31, r"journal ends at sector 32 of 31"),
        ("sectors", 89, r"sectors = 89: this board can spare 88"),
    ],
)
def test_memory_that_overlaps(raw: dict[str, Any], key: str, value: int, told: str) -> None:
    """C5: two kinds of records in one sector, or more sectors than there are."""
    raw["store"][key] = value
    with pytest.raises(data.BoardDataError, match=told):
        data.check(raw)


def test_as_many_sectors_as_there_are(raw: dict[str, Any]) -> None:
    """C5: the limit itself is accepted."""
    raw["store"]["sectors"] = 88
    assert data.check(raw).sections["store"]["sectors"] == 88


@pytest.mark.parametrize("board", CHIPS)
def test_boot_cuts_the_driver_first(board: str) -> None:
    """C1: the first line of boot.py, which must not import board data, drives the enable pin."""
    text = (BOARDS / board / "root/boot.py").read_text(encoding="utf-8")
    first, *rest = text.splitlines()
    pins = described(board)["pins"]
    cut = f"import machine; machine.Pin({pins['enable']}, machine.Pin.OUT, value=1)"
    assert first.split("  #")[0] == cut
    looked_at = re.findall(r"machine\.Pin\((\d+)", "\n".join(rest))
    assert looked_at == [str(pins["jumper"])]


def test_main_takes_no_interrupt() -> None:
    """C8: 0x03 is a byte of the link before anything else is imported."""
    text = (BOARDS / "common/root/main.py").read_text(encoding="utf-8")
    statements = [line for line in text.splitlines() if line and line[0].isalpha()]
    assert statements[0] == "import micropython"
    assert statements[1].startswith("micropython.kbd_intr(-1)")
