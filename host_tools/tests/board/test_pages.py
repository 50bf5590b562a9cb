"""Blocks of the pages that come from data."""

from pathlib import Path

import pytest

from benchpump.board import data, pages

ROOT = Path(__file__).parents[3]


def test_every_pin_of_the_board_is_in_the_table() -> None:
    """One line a signal, in the order of the pads, with GPIO and where it goes."""
    board = data.load(ROOT / "boards/rpi_pico/board.toml")
    lines = pages.wiring_table(ROOT, "rpi_pico")[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert {(f"`{name}`", f"GP{pin}") for name, pin in board.pins.items()} == {
        (signal, gpio) for _, gpio, signal, *_ in cells
    }
    assert [int(pad) for pad, *_ in cells] == sorted(int(pad) for pad, *_ in cells)
    driver = "Step/direction driver: ENN"
    assert ["6", "GP4", "`enable`", driver, "resistor: 10 kΩ to 3V3"] in cells


def test_levels() -> None:
    """By hand: 410 codes are 0.330 V, 60 kPa over 1000 codes 13.4 mV/kPa, 1400 codes 1.13 V."""
    levels = "\n".join(pages.levels(data.load(ROOT / "boards/rpi_pico/board.toml")))
    assert "0.330 V at ambient, 13.4 mV/kPa" in levels
    assert "liquid below 1.13 V, air above 1.77 V" in levels
    assert "625 nm" in levels


def test_blocks() -> None:
    """Filled anew whatever was in them; what nothing makes, or never ends, is told."""
    made = {"a": lambda: ["1", "2"]}
    text = "x\n<!-- made: a -->\nold\n<!-- end -->\ny\n"
    filled = pages.filled("p", text, made)
    assert filled == "x\n<!-- made: a -->\n1\n2\n<!-- end -->\ny\n"
    assert pages.filled("p", filled, made) == filled
    with pytest.raises(pages.PageError, match="p: nothing makes a block 'b'"):
        pages.filled("p", text.replace("made: a", "made: b"), made)
    with pytest.raises(pages.PageError, match="has no <!-- end -->"):
        pages.filled("p", text.replace("<!-- end -->", ""), made)
