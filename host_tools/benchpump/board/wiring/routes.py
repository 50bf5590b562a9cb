"""The way of each wire, at right angles, no two of them on one line."""

from __future__ import annotations

from dataclasses import dataclass

from benchpump.board.wiring.document import Jumper, Wiring
from benchpump.board.wiring.layout import (
    LANE,
    MARGIN,
    Layout,
    Pin,
    column_of,
    facing,
    part_width,
)

Point = tuple[float, float]


@dataclass(frozen=True)
class Route:
    """Corners of a wire, and the middle of the part in it."""

    jumper: Jumper
    points: tuple[Point, ...]
    part_at: Point


def routes(wiring: Wiring, layout: Layout) -> list[Route]:
    """A route for each jumper, in their order."""
    found: dict[Jumper, Route] = {}
    for number in range(1, len(wiring.columns)):
        across = [
            jumper
            for jumper in wiring.jumpers
            if facing(wiring, jumper.start, jumper.end)
            and max(column_of(wiring, e.box) for e in (jumper.start, jumper.end)) == number
        ]
        found |= _across(across, layout, number)
    below = [one for one in wiring.jumpers if not facing(wiring, one.start, one.end)]
    found |= _below(below, layout)
    return [found[jumper] for jumper in wiring.jumpers]


def _across(jumpers: list[Jumper], layout: Layout, number: int) -> dict[Jumper, Route]:
    """Through a channel: out of the left pin, past the part, to the own lane, to the right pin."""
    ends: list[tuple[Pin, Pin, Jumper]] = []
    for jumper in jumpers:
        pins = sorted((layout.pin(jumper.start), layout.pin(jumper.end)), key=lambda pin: pin.x)
        ends.append((pins[0], pins[1], jumper))
    begin, end = layout.channels[number]
    parts = max((part_width(j.part.text) for j in jumpers if j.part), default=0.0)
    rails = any(pin.rail for one in layout.placed.values() for pin in one.pins.values())
    part_x = begin + MARGIN + parts / 2 + (40 if rails and number == 1 else 0)
    # Where wires fall, the higher one turns down further right; where they rise, further left.
    falling = sorted((e for e in ends if e[1].y > e[0].y), key=lambda e: -e[0].y)
    rising = sorted((e for e in ends if e[1].y <= e[0].y), key=lambda e: e[0].y)
    last = end - MARGIN / 2 - (40 if rails and number > 1 else 0)
    first_lane = max(part_x + parts / 2 + LANE, last - LANE * len(ends))
    found: dict[Jumper, Route] = {}
    for lane, (left, right, jumper) in enumerate(rising + falling):
        x = first_lane + lane * LANE
        points = ((left.x, left.y), (x, left.y), (x, right.y), (right.x, right.y))
        found[jumper] = Route(jumper, points, (part_x, left.y))
    return found


def _below(jumpers: list[Jumper], layout: Layout) -> dict[Jumper, Route]:
    """Around: the lowest pin has the innermost lane, so that wires of one side do not cross."""
    ordered = sorted(jumpers, key=lambda jumper: -layout.pin(jumper.start).y)
    found: dict[Jumper, Route] = {}
    for lane, jumper in enumerate(ordered):
        start, end = layout.pin(jumper.start), layout.pin(jumper.end)
        y = layout.bottom + MARGIN + 8 + lane * 2 * LANE
        turns = [
            pin.x + pin.side * (LANE + LANE * _rank(pin, jumpers, layout)) for pin in (start, end)
        ]
        points = (
            (start.x, start.y),
            (turns[0], start.y),
            (turns[0], y),
            (turns[1], y),
            (turns[1], end.y),
            (end.x, end.y),
        )
        found[jumper] = Route(jumper, points, ((turns[0] + turns[1]) / 2, y))
    return found


def _rank(pin: Pin, jumpers: list[Jumper], layout: Layout) -> int:
    """How many pins of that edge lie below it."""
    pins = [layout.pin(end) for jumper in jumpers for end in (jumper.start, jumper.end)]
    return sum(other.x == pin.x and other.y > pin.y for other in pins)
