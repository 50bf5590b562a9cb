"""`wiring.toml`: boxes (boards and devices), parts, and the list of jumpers between them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchpump.board.wiring import terminals
from benchpump.board.wiring.terminals import Terminal

NAME = "wiring.toml"
PART_KINDS = ("resistor", "filter", "switch", "divider", "diode")
_FILTER_FIGURES = ("ohm", "nf", "stages")


class WiringError(ValueError):
    """Wiring that cannot be; the message names the jumper and what was expected."""


@dataclass(frozen=True)
class Part:
    """What lies in a wire. `figures` of a filter: ohm, nf and stages, one RC after the other."""

    kind: str
    text: str
    figures: dict[str, int]


@dataclass(frozen=True)
class Box:
    """A board (`board` is the name of its folder) or a device (empty)."""

    title: str
    board: str
    terminals: dict[str, Terminal]


@dataclass(frozen=True)
class End:
    """One end of a wire: the box by its name, and the terminal."""

    box: str
    terminal: Terminal

    def __str__(self) -> str:
        return f"{self.box}.{self.terminal.name}"


@dataclass(frozen=True, eq=False)
class Jumper:
    """One wire, from what drives to what listens."""

    start: End
    end: End
    part: Part | None


@dataclass(frozen=True)
class Wiring:
    """Checked contents. `columns` says where the boxes stand in a drawing, from the left."""

    title: str
    columns: tuple[tuple[str, ...], ...]
    boxes: dict[str, Box]
    jumpers: tuple[Jumper, ...]

    def between(self, start: str, end: str) -> list[Jumper]:
        """Wires that carry a signal from one box to another, rails left out."""
        return [
            jumper
            for jumper in self.jumpers
            if (jumper.start.box, jumper.end.box) == (start, end)
            and terminals.RAIL not in (jumper.start.terminal.role, jumper.end.terminal.role)
        ]


def load(path: Path) -> Wiring:
    """Read and check; boards are found beside the file's own folder.

    Raises WiringError, data.BoardDataError for a board of it, OSError.
    """
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return check(raw, path.parent.parent)
    except (tomllib.TOMLDecodeError, WiringError) as error:
        raise WiringError(f"{path}: {error}") from None


def check(raw: dict[str, Any], boards: Path) -> Wiring:
    """Check what was parsed. Raises as `load`."""
    missing = [key for key in ("title", "columns", "jumpers", "boxes") if not raw.get(key)]
    if missing:
        raise WiringError(f"{missing[0]} is missing")
    boxes = {name: _box(name, table, boards) for name, table in raw["boxes"].items()}
    parts = {name: _part(name, table) for name, table in raw.get("parts", {}).items()}
    columns = tuple(tuple(column) for column in raw["columns"])
    if sorted(name for column in columns for name in column) != sorted(boxes):
        raise WiringError(f"columns must name each of {sorted(boxes)} once")
    jumpers = tuple(_jumper(entry, boxes, parts) for entry in raw["jumpers"])
    _each_once(jumpers)
    _all_connected(boxes, jumpers)
    return Wiring(raw["title"], columns, boxes, jumpers)


def _box(name: str, table: dict[str, Any], boards: Path) -> Box:
    board = table.get("board", "")
    if board:
        try:
            found = terminals.of_board(boards / board)
        except FileNotFoundError:
            raise WiringError(
                f"[boxes.{name}] board = {board!r}: there is no such board"
            ) from None
    elif isinstance(table.get("terminals"), dict):
        found = terminals.of_device(table["terminals"])
    else:
        raise WiringError(f"[boxes.{name}]: say board = … or terminals = …")
    return Box(table.get("title", name), board, found)


def _part(name: str, table: dict[str, Any]) -> Part:
    kind = table.get("kind")
    if kind not in PART_KINDS:
        raise WiringError(f"[parts.{name}] kind = {kind!r}: expected one of {PART_KINDS}")
    figures = {key: value for key, value in table.items() if key not in ("kind", "text")}
    wanted = _FILTER_FIGURES if kind == "filter" else ()
    if sorted(figures) != sorted(wanted):
        raise WiringError(f"[parts.{name}] has {sorted(figures)}: expected {sorted(wanted)}")
    for key, value in figures.items():
        if type(value) is not int or value <= 0:
            raise WiringError(f"[parts.{name}] {key} = {value!r}: expected a number above 0")
    return Part(kind, table.get("text", ""), figures)


def _jumper(entry: dict[str, Any], boxes: dict[str, Box], parts: dict[str, Part]) -> Jumper:
    unknown = entry.keys() - {"from", "to", "through"}
    if unknown or not {"from", "to"} <= entry.keys():
        raise WiringError(f"jumper {entry}: expected from, to and perhaps through")
    through = entry.get("through")
    if through is not None and through not in parts:
        raise WiringError(f"jumper from {entry['from']}: no part {through!r}; {sorted(parts)}")
    jumper = Jumper(
        _end(entry["from"], boxes), _end(entry["to"], boxes), parts[through] if through else None
    )
    _may_join(jumper)
    return jumper


def _end(text: str, boxes: dict[str, Box]) -> End:
    name, _, terminal = text.partition(".")
    if name not in boxes:
        raise WiringError(f"{text}: no box {name!r}; there are {sorted(boxes)}")
    found = boxes[name].terminals.get(terminal)
    if found is None:
        signals = sorted(boxes[name].terminals)
        raise WiringError(f"{text}: {name} has no {terminal!r}; it has {', '.join(signals)}")
    return End(name, found)


def _may_join(jumper: Jumper) -> None:
    start, end = jumper.start.terminal, jumper.end.terminal
    told = f"jumper from {jumper.start} to {jumper.end}"
    kind = jumper.part.kind if jumper.part else ""
    if start.role == end.role == terminals.RAIL:
        if start.name != end.name:
            raise WiringError(f"{told}: joins {start.name} with {end.name}")
    elif end.role == terminals.RAIL and start.role == terminals.DRIVES:
        if kind != "switch":
            raise WiringError(f"{told}: a supply is switched through a part of kind switch")
    elif (start.role, end.role) not in terminals.JOINS:
        raise WiringError(f"{told}: {start.role} does not drive {end.role}")
    if (start.role == terminals.PWM) != (kind == "filter"):
        raise WiringError(f"{told}: a filter belongs between pwm and measures, and nowhere else")


def _each_once(jumpers: tuple[Jumper, ...]) -> None:
    taken: dict[str, Jumper] = {}
    for jumper in jumpers:
        for end in (jumper.start, jumper.end):
            if end.terminal.role == terminals.RAIL and end.terminal.name == "GND":
                continue
            if str(end) in taken:
                other = taken[str(end)]
                raise WiringError(
                    f"{end} is in two jumpers: {other.start} to {other.end},"
                    f" {jumper.start} to {jumper.end}"
                )
            taken[str(end)] = jumper


def _all_connected(boxes: dict[str, Box], jumpers: tuple[Jumper, ...]) -> None:
    connected = {str(end) for jumper in jumpers for end in (jumper.start, jumper.end)}
    for name, box in boxes.items():
        for terminal in box.terminals.values():
            if terminal.role != terminals.RAIL and f"{name}.{terminal.name}" not in connected:
                raise WiringError(f"{name}.{terminal.name} is connected to nothing")
    boards = {name for name, box in boxes.items() if box.board}
    grounded = {
        end.box
        for jumper in jumpers
        for end in (jumper.start, jumper.end)
        if end.terminal.name == "GND"
    }
    if len(boards) > 1 and boards - grounded:
        raise WiringError(f"{sorted(boards - grounded)[0]} shares no GND with the other board")
