"""The drawing of a `wiring.toml` as SVG: boards with their pads, devices, parts and wires."""

from __future__ import annotations

from xml.sax.saxutils import escape

from benchpump.board.wiring.document import Wiring
from benchpump.board.wiring.layout import (
    LANE,
    LEFT,
    MARGIN,
    TITLE,
    Pin,
    Placed,
    lay_out,
    part_width,
)
from benchpump.board.wiring.layout import around as wires_around
from benchpump.board.wiring.routes import Route, routes

_COLOURS = (
    "#d9480f",
    "#1864ab",
    "#2b8a3e",
    "#862e9c",
    "#b8860b",
    "#0b7285",
    "#c2255c",
    "#5f3dc4",
    "#5c940d",
    "#8d5524",
)
_RAIL_COLOURS = {"GND": "#212529", "AGND": "#212529", "VSYS": "#e03131", "VBUS": "#e03131"}
_STYLE = (
    "text{font-family:'DejaVu Sans',Verdana,Helvetica,sans-serif;font-size:11px;fill:#212529}"
    ".title{font-size:17px;font-weight:600}"
    ".name{font-size:13px;font-weight:600}"
    ".board .name{fill:#fff}"
    ".pad{font-size:10px;fill:#d3f9d8}.number{font-size:9px;fill:#8fc7a3}"
    ".signal{font-weight:600;fill:#fff}"
    ".small{font-size:10px;fill:#495057}"
    ".part{text-anchor:middle;font-size:10.5px}"
    ".end{text-anchor:end}.middle{text-anchor:middle}"
)


def svg(wiring: Wiring) -> str:
    """The whole file. The same wiring gives the same text."""
    layout = lay_out(wiring)
    height = layout.bottom + MARGIN * 2 + wires_around(wiring) * 2 * LANE
    size = f'width="{layout.width:.0f}" height="{height:.0f}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}'
        f' viewBox="0 0 {layout.width:.0f} {height:.0f}" role="img">',
        f"<title>{escape(wiring.title)}</title>",
        f"<style>{_STYLE}</style>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text class="title" x="{MARGIN}" y="34">{escape(wiring.title)}</text>',
    ]
    for placed in layout.placed.values():
        lines += _board(placed) if placed.box.board else _device(placed)
    found = routes(wiring, layout)
    colours = _colours(found)
    for route in found:
        lines += _wire(route, colours[str(route.jumper.start)])
    for route in found:
        lines += _part(route, colours[str(route.jumper.start)])
    return "\n".join([*lines, "</svg>"]) + "\n"


def _colours(found: list[Route]) -> dict[str, str]:
    colours: dict[str, str] = {}
    given = 0
    for route in found:
        rail = next(
            (
                _RAIL_COLOURS[end.terminal.name]
                for end in (route.jumper.start, route.jumper.end)
                if end.terminal.name in _RAIL_COLOURS
            ),
            None,
        )
        colours[str(route.jumper.start)] = rail or _COLOURS[given % len(_COLOURS)]
        given += rail is None
    return colours


def _board(placed: Placed) -> list[str]:
    middle = placed.x + placed.width / 2
    lines = [
        '<g class="board">',
        _rect(placed.x, placed.y, placed.width, placed.height, "#14532d", radius=10),
        _rect(middle - 24, placed.y - 12, 48, 30, "#ced4da", radius=3),
        f'<text class="small middle" x="{middle:g}" y="{placed.y + 7:g}">USB</text>',
        _rect(middle - 20, placed.y + placed.height / 2 + 20, 40, 40, "#212529", radius=3),
    ]
    lines += [line for pin in placed.pins.values() for line in _pad(pin)]
    title = escape(placed.box.title)
    lines.append("</g>")
    lines.append(f'<text class="name" x="{placed.x:g}" y="{placed.y - 18:g}">{title}</text>')
    return lines


def _pad(pin: Pin) -> list[str]:
    inward = -pin.side
    anchor = "" if pin.side == LEFT else " end"
    used = bool(pin.signal)
    lines = [
        f'<circle cx="{pin.x:g}" cy="{pin.y:g}" r="6" fill="{"#ffd43b" if used else "#c9a227"}"'
        ' stroke="#14532d" stroke-width="1.5"/>',
        f'<text class="number{anchor}" x="{pin.x + inward * 11:g}" y="{pin.y + 3.5:g}">'
        f"{pin.number}</text>",
        f'<text class="pad{anchor}" x="{pin.x + inward * 28:g}" y="{pin.y + 3.5:g}">'
        f"{escape(pin.name)}</text>",
    ]
    if used:
        lines.append(
            f'<text class="signal{anchor}" x="{pin.x + inward * 58:g}" y="{pin.y + 4:g}">'
            f"{escape(pin.signal)}</text>"
        )
    return lines


def _device(placed: Placed) -> list[str]:
    lines = [
        _rect(placed.x, placed.y, placed.width, placed.height, "#f1f3f5", "#868e96", 6),
        f'<text class="name" x="{placed.x + 10:g}" y="{placed.y + TITLE - 14:g}">'
        f"{escape(placed.box.title)}</text>",
    ]
    for pin in placed.pins.values():
        anchor = "" if pin.side == LEFT else ' class="end"'
        lines += [
            f'<circle cx="{pin.x:g}" cy="{pin.y:g}" r="4.5" fill="#fff" stroke="#495057"'
            ' stroke-width="1.5"/>',
            f'<text{anchor} x="{pin.x - pin.side * 12:g}" y="{pin.y + 4:g}">'
            f"{escape(pin.name)}</text>",
        ]
        if pin.rail:
            lines += _rail(pin)
    return lines


def _rail(pin: Pin) -> list[str]:
    """A terminal that hangs on a rail: a stub and the rail's name, no wire."""
    x, colour = pin.x + pin.side * 16, "#212529" if pin.rail == "GND" else "#e03131"
    anchor = "end" if pin.side == LEFT else "start"
    return [
        f'<path d="M{pin.x + pin.side * 4.5:g} {pin.y:g}H{x:g}" stroke="{colour}"'
        ' stroke-width="2"/>',
        f'<text x="{x + pin.side * 4:g}" y="{pin.y + 3.5:g}" text-anchor="{anchor}"'
        f' style="font-size:10px;fill:{colour}">{escape(pin.rail)}</text>',
    ]


def _wire(route: Route, colour: str) -> list[str]:
    points = " ".join(f"{x:g},{y:g}" for x, y in route.points)
    common = 'fill="none" stroke-linejoin="round"'
    first, last = route.points[0], route.points[-1]
    dots = [f'<circle cx="{x:g}" cy="{y:g}" r="3.2" fill="{colour}"/>' for x, y in (first, last)]
    return [
        f'<polyline points="{points}" {common} stroke="#fff" stroke-width="6"/>',
        f'<polyline points="{points}" {common} stroke="{colour}" stroke-width="2.4"/>',
        *dots,
    ]


def _part(route: Route, colour: str) -> list[str]:
    part = route.jumper.part
    if part is None:
        return []
    x, y = route.part_at
    width = part_width(part.text)
    radius = 1 if part.kind == "resistor" else 8
    return [
        _rect(x - width / 2, y - 8, width, 16, "#fff", colour, radius),
        f'<text class="part" x="{x:g}" y="{y + 3.8:g}">{escape(part.text)}</text>',
    ]


def _rect(
    x: float, y: float, width: float, height: float, fill: str, stroke: str = "", radius: float = 4
) -> str:
    edge = f' stroke="{stroke}" stroke-width="1.6"' if stroke else ""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}"'
        f' fill="{fill}"{edge}/>'
    )
