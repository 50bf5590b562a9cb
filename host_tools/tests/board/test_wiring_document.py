"""`wiring.toml` is checked against the boards that it joins, and drawn."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from benchpump import tree_root
from benchpump.board import data, rig
from benchpump.board.wiring import document, drawing, layout, routes

pytestmark = pytest.mark.requirement("REQ-RIG-1")
BOARDS = tree_root() / "boards"
WIRED = sorted(path.parent.name for path in BOARDS.glob("*/wiring.toml"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def raw() -> dict[str, Any]:
    """The wiring of the rig board, to be spoiled."""
    return tomllib.loads((BOARDS / "rig_pico/wiring.toml").read_text(encoding="utf-8"))


def jumper(raw: dict[str, Any], start: str) -> dict[str, str]:
    """The entry that begins there."""
    return next(entry for entry in raw["jumpers"] if entry["from"] == start)


def test_the_boards_as_they_are(raw: dict[str, Any]) -> None:
    """What is committed passes, or the refusals below would show nothing."""
    wiring = document.check(raw, BOARDS)
    pins = data.load(BOARDS / "rpi_pico/board.toml").pins
    joined = wiring.between("rig", "pump") + wiring.between("pump", "rig")
    found = {
        end.terminal.gpio for one in joined for end in (one.start, one.end) if end.box == "pump"
    }
    assert found == set(pins.values())


def change(**values: str) -> Callable[[dict[str, Any]], None]:
    """Another value in the jumper that begins at `at`."""
    at = values.pop("at")
    return lambda raw: jumper(raw, at).update(
        {key.replace("start", "from"): value for key, value in values.items()}
    )


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            lambda raw: raw["jumpers"].remove(jumper(raw, "pump.step")),
            r"rig\.step is connected to",
        ),
        (
            change(at="pump.step", to="rig.direction"),
            r"rig\.direction is in two jumpers: pump\.st",
        ),
        (change(at="pump.step", start="pump.enable"), r"pump\.enable is in two jumpers"),
        (change(at="pump.step", start="rig.estop"), r"rig\.estop to rig\.step: contact does not"),
        (change(at="pump.step", start="pump.estop"), r"pulled up does not drive in"),
        (change(at="rig.estop", to="pump.step"), r"contact does not drive out"),
        (change(at="rig.pressure", to="pump.button"), r"pwm does not drive pulled up"),
        (
            change(at="rig.pressure", through="series"),
            r"a filter belongs between pwm and measures",
        ),
        (change(at="pump.step", through="filter"), r"a filter belongs between"),
        (change(at="pump.step", through="coil"), r"no part 'coil'"),
        (change(at="pump.step", to="rig.steps"), r"rig has no 'steps'; it has .*step"),
        (change(at="pump.step", to="rog.step"), r"no box 'rog'"),
        (change(at="rig.supply_cut", through="series"), r"switched through a part of kind switch"),
        (change(at="rig.GND/28", to="pump.3V3"), r"joins GND with 3V3"),
        (
            lambda raw: raw["jumpers"].remove(jumper(raw, "rig.GND/28")),
            r"shares no GND with the other board",
        ),
        (lambda raw: raw["parts"]["filter"].pop("nf"), r"\[parts\.filter\] has .*: expected"),
        (lambda raw: raw["parts"]["filter"].update(ohm=0), r"ohm = 0: expected a number above 0"),
        (lambda raw: raw["parts"]["series"].update(kind="glue"), r"kind = 'glue'"),
        (lambda raw: raw["boxes"]["pump"].update(board="none"), r"there is no such board"),
        (lambda raw: raw["columns"].pop(), r"columns must name each of \['pump', 'rig'\] once"),
        (lambda raw: raw.pop("title"), r"title is missing"),
    ],
)
def test_wiring_that_cannot_be(
    raw: dict[str, Any], spoil: Callable[[dict[str, Any]], None], told: str
) -> None:
    """Each mistake is named with the jumper that makes it."""
    spoil(raw)
    with pytest.raises(document.WiringError, match=told):
        document.check(raw, BOARDS)


@pytest.mark.parametrize("board", WIRED)
def test_the_drawing_shows_every_wire(board: str) -> None:
    """One line for each jumper, that begins and ends at its two pins, and every part's text."""
    wiring = document.load(BOARDS / board / "wiring.toml")
    root = ElementTree.fromstring(drawing.svg(wiring))
    lines = [
        one.attrib["points"]
        for one in root.iter(f"{SVG}polyline")
        if one.attrib["stroke"] != "#fff"
    ]
    assert len(lines) == len(wiring.jumpers)
    placed = layout.lay_out(wiring)
    for one, points in zip(wiring.jumpers, lines, strict=True):
        ends = {points.split(" ")[0], points.split(" ")[-1]}
        pins = [placed.pin(one.start), placed.pin(one.end)]
        assert ends == {f"{pin.x:g},{pin.y:g}" for pin in pins}, str(one.start)
    texts = [one.text for one in root.iter(f"{SVG}text")]
    for one in wiring.jumpers:
        assert one.part is None or one.part.text in texts
        if one.start.terminal.gpio is not None:
            assert one.start.terminal.name in texts
            assert f"GP{one.start.terminal.gpio}" in texts


@pytest.mark.parametrize("board", WIRED)
def test_no_two_wires_lie_on_one_line(board: str) -> None:
    """A piece of one wire never covers a piece of another."""
    wiring = document.load(BOARDS / board / "wiring.toml")
    taken: list[tuple[bool, float, float, float, str]] = []
    for route in routes.routes(wiring, layout.lay_out(wiring)):
        name = str(route.jumper.start)
        for (x0, y0), (x1, y1) in zip(route.points, route.points[1:], strict=False):
            upright = x0 == x1
            at, low, high = (x0, *sorted((y0, y1))) if upright else (y0, *sorted((x0, x1)))
            for other_upright, other_at, other_low, other_high, other in taken:
                if other != name and upright == other_upright and abs(at - other_at) < 4:
                    assert high <= other_low or low >= other_high, f"{name} on {other}"
            taken.append((upright, at, low, high, name))


@pytest.mark.parametrize(
    ("section", "key", "value", "told"),
    [
        ("inputs", "step", 27, r"direction and step are both GPIO 27"),
        ("inputs", "step", 23, r"step = 23: a Pico brings out no such GPIO"),
        ("contacts", "estop", "22", r"estop = '22'"),
        ("contacts", "stop", 5, r"\[contacts\] has .*: expected"),
        ("link", "silent_ms", 49, r"silent_ms = 49: expected a whole number 50\.\.2000"),
        ("link", "silent_ms", 2001, r"silent_ms = 2001"),
        ("board", "name", "rpi_pico", r"expected name = \"rig_pico\""),
    ],
)
def test_a_rig_board_that_cannot_be(section: str, key: str, value: object, told: str) -> None:
    """Pins and figures of the rig board itself are checked as those of a pump's board are."""
    raw = tomllib.loads((BOARDS / "rig_pico/board.toml").read_text(encoding="utf-8"))
    raw[section][key] = value
    with pytest.raises(data.BoardDataError, match=told):
        rig.check(raw)
