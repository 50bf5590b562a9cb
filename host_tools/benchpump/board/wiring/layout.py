"""Where boxes and their pins are in a drawing, in pixels."""

from __future__ import annotations

from dataclasses import dataclass, field

from benchpump.board.wiring.document import Box, End, Wiring
from benchpump.board.wiring.modules import MODULES, ModulePin
from benchpump.board.wiring.terminals import RAIL, Terminal

LEFT, RIGHT = -1, 1
PITCH = 22
BOARD_WIDTH, DEVICE_WIDTH = 324, 192
TOP, TITLE, GAP = 76, 34, 22
LANE = 12
MARGIN = 26
LETTER = 6.4  # width of one at the size of a part's text


@dataclass(frozen=True)
class Pin:
    """A pin at the edge of its box; `name` is what is printed on it, `signal` what it is for."""

    side: int
    x: float
    y: float
    name: str
    number: str = ""
    signal: str = ""
    rail: str = ""


@dataclass
class Placed:
    """A box on the page."""

    box: Box
    column: int
    x: float
    y: float
    width: float
    height: float
    pins: dict[str, Pin] = field(default_factory=dict[str, Pin])  # by terminal and, else, pad


@dataclass
class Layout:
    """Everything placed; channels lie between the columns: `channels[i]` right of column i - 1."""

    placed: dict[str, Placed]
    channels: list[tuple[float, float]]
    bottom: float
    width: float

    def pin(self, end: End) -> Pin:
        """The pin at that end of a wire."""
        return self.placed[end.box].pins[key(end.terminal)]


def key(terminal: Terminal) -> str:
    """A board's rails are told apart by their pads."""
    return terminal.name if terminal.pad is None else f"{terminal.name}/{terminal.pad}"


def part_width(text: str) -> float:
    """Of a part with that text in it."""
    return max(44.0, len(text) * LETTER + 14)


def around(wiring: Wiring) -> int:
    """How many wires join pins that do not face each other, and go around below."""
    return sum(not facing(wiring, jumper.start, jumper.end) for jumper in wiring.jumpers)


def facing(wiring: Wiring, one: End, other: End) -> bool:
    """True if both ends look into the channel between two neighbouring columns."""
    (left, right) = sorted((one, other), key=lambda end: column_of(wiring, end.box))
    return (
        column_of(wiring, right.box) - column_of(wiring, left.box) == 1
        and _side(wiring, left) == RIGHT
        and _side(wiring, right) == LEFT
    )


def column_of(wiring: Wiring, box: str) -> int:
    """Number of the column in which a box stands."""
    return next(at for at, names in enumerate(wiring.columns) if box in names)


def lay_out(wiring: Wiring) -> Layout:
    """Place every box; boards and devices of a column stand one below the other."""
    outside = around(wiring) * LANE
    placed: dict[str, Placed] = {}
    channels: list[tuple[float, float]] = []
    x, bottom = 0.0, 0.0
    for number, names in enumerate(wiring.columns):
        width = MARGIN + outside if number == 0 else _channel_width(wiring, number, outside)
        channels.append((x, x + width))
        x += width
        y = float(TOP)
        wide = max(BOARD_WIDTH if wiring.boxes[name].board else DEVICE_WIDTH for name in names)
        for name in names:
            one = _place(wiring, name, number, x, y, wide)
            placed[name] = one
            y += one.height + GAP
        bottom = max(bottom, y - GAP)
        x += wide
    channels.append((x, x + MARGIN + outside))
    return Layout(placed, channels, bottom, x + MARGIN + outside)


def _channel_width(wiring: Wiring, number: int, outside: float) -> float:
    wires = [
        jumper
        for jumper in wiring.jumpers
        if facing(wiring, jumper.start, jumper.end)
        and {column_of(wiring, jumper.start.box), column_of(wiring, jumper.end.box)}
        == {number - 1, number}
    ]
    parts = max((part_width(jumper.part.text) for jumper in wires if jumper.part), default=0.0)
    rails = 40 if any(not wiring.boxes[n].board for c in wiring.columns for n in c) else 0
    inner = outside if len(wiring.columns) > 2 else 0
    return 2 * MARGIN + parts + rails + LANE * (len(wires) + 1) + inner


def _side(wiring: Wiring, end: End) -> int:
    box = wiring.boxes[end.box]
    if not box.board:
        return _device_side(wiring, end.box)
    module = MODULES[box.board]
    left = {_pad_key(box, pad) for pad in module.left}
    return LEFT if key(end.terminal) in left else RIGHT


def _device_side(wiring: Wiring, name: str) -> int:
    """Devices look at the board: those in the last column to the left, the others to the right."""
    return LEFT if column_of(wiring, name) == len(wiring.columns) - 1 else RIGHT


def _pad_key(box: Box, pad: ModulePin) -> str:
    if pad.gpio is None:
        return f"{pad.name}/{pad.number}"
    return next((t.name for t in box.terminals.values() if t.gpio == pad.gpio), pad.name)


def _place(wiring: Wiring, name: str, column: int, x: float, y: float, wide: float) -> Placed:
    box = wiring.boxes[name]
    if box.board:
        module = MODULES[box.board]
        rows = max(len(module.left), len(module.right))
        placed = Placed(box, column, x, y, wide, rows * PITCH + PITCH)
        for side, pads, edge in ((LEFT, module.left, x), (RIGHT, module.right, x + wide)):
            for row, pad in enumerate(pads):
                of = _pad_key(box, pad)
                signal = of if of in box.terminals and pad.gpio is not None else ""
                placed.pins[of] = Pin(
                    side, edge, y + (row + 1) * PITCH, pad.name, str(pad.number), signal
                )
        return placed
    side = _device_side(wiring, name)
    shown = list(box.terminals.values())
    placed = Placed(box, column, x, y, wide, TITLE + len(shown) * PITCH)
    for row, terminal in enumerate(shown):
        edge = x if side == LEFT else x + wide
        rail = terminal.rail if terminal.role == RAIL else ""
        at = y + TITLE + row * PITCH + PITCH / 2 - 4
        placed.pins[terminal.name] = Pin(side, edge, at, terminal.name, rail=rail)
    return placed
