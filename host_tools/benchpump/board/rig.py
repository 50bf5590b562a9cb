"""`board.toml` of the rig board read and checked: no pump, hence keys of its own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from benchpump.board.chips import CHIPS
from benchpump.board.data import BoardDataError

NAME = "rig_pico"

_FIGURES: dict[str, dict[str, tuple[int, int]]] = {
    "link": {"silent_ms": (50, 2000), "watchdog_ms": (500, 8388)},
    "counter": {"machine_hz": (50_000, 125_000_000)},
    "light": {"machine_hz": (5_000_000, 20_000_000)},
    "analog": {"codes": (4096, 4096)},
}
_PINS: dict[str, tuple[str, ...]] = {  # the order of `inputs` and `contacts` is that of their bits
    "inputs": ("step", "direction", "enable", "light", "sounder", "air_test"),
    "contacts": ("estop", "cassette", "button", "jumper"),
    "outputs": ("pressure", "air", "supply"),
    "switches": ("supply_cut",),
}
PIN_SECTIONS = tuple(_PINS)


@dataclass(frozen=True)
class RigBoardData:
    """Checked contents: figures by section and key, pins by section and signal."""

    figures: dict[str, dict[str, int]]
    pins: dict[str, dict[str, int]]

    def pin(self, signal: str) -> int:
        """GPIO of a signal. Raises KeyError."""
        return {name: pin for pins in self.pins.values() for name, pin in pins.items()}[signal]


def load(path: Path) -> RigBoardData:
    """Read it. Raises BoardDataError, OSError."""
    try:
        return check(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, BoardDataError) as error:
        raise BoardDataError(f"{path}: {error}") from None


def check(raw: dict[str, Any]) -> RigBoardData:
    """Check what was parsed. Raises BoardDataError naming section and key."""
    known = ["board", *_FIGURES, *_PINS]
    for name in raw:
        if name not in known:
            raise BoardDataError(f"[{name}] is no section of the rig board; known: {known}")
    if _table(raw, "board") != {"name": NAME}:
        raise BoardDataError(f'[board]: expected name = "{NAME}" and nothing else')
    figures: dict[str, dict[str, int]] = {}
    for section, keys in _FIGURES.items():
        given = _exactly(raw, section, tuple(keys))
        for key, (low, high) in keys.items():
            if type(given[key]) is not int or not low <= given[key] <= high:
                raise BoardDataError(
                    f"[{section}] {key} = {given[key]!r}: expected a whole number {low}..{high}"
                )
        figures[section] = {key: given[key] for key in keys}
    return RigBoardData(figures, _pins(raw))


def _pins(raw: dict[str, Any]) -> dict[str, dict[str, int]]:
    chip = CHIPS["rpi_pico"]
    taken: dict[int, str] = {}
    pins: dict[str, dict[str, int]] = {}
    for section, names in _PINS.items():
        given = _exactly(raw, section, names)
        for name in names:
            pin = given[name]
            if type(pin) is not int or pin not in chip.gpio:
                raise BoardDataError(
                    f"[{section}] {name} = {pin!r}: a Pico brings out no such GPIO"
                )
            if pin in taken:
                raise BoardDataError(f"[{section}] {name} and {taken[pin]} are both GPIO {pin}")
            taken[pin] = name
        pins[section] = {name: given[name] for name in names}
    return pins


def _exactly(raw: dict[str, Any], section: str, keys: tuple[str, ...]) -> dict[str, Any]:
    given = _table(raw, section)
    if set(given) != set(keys):
        raise BoardDataError(f"[{section}] has {sorted(given)}: expected {sorted(keys)}")
    return given


def _table(raw: dict[str, Any], section: str) -> dict[str, Any]:
    value = raw.get(section)
    if not isinstance(value, dict):
        raise BoardDataError(f"[{section}] is missing")
    return cast("dict[str, Any]", value)


def board_data_text(board: RigBoardData) -> str:
    """`board_data.py`: a constant `SECTION_KEY` for each figure, `PIN_SIGNAL` for each pin."""
    lines = ['"""Facts of the rig board. Generated from board.toml: edit that."""', ""]
    for section, values in board.figures.items():
        lines += [f"{section}_{key}".upper() + f" = {value}" for key, value in values.items()]
    for pins in board.pins.values():
        lines += [f"PIN_{name}".upper() + f" = {pin}" for name, pin in pins.items()]
    for section in ("inputs", "contacts"):
        bits = enumerate(board.pins[section])
        lines += [f"{section[:-1]}_{name}".upper() + f" = {1 << bit}" for bit, name in bits]
    lines.append(f"SWITCH_SUPPLY_CUT = {1 << len(board.pins['contacts'])}")
    return "\n".join(lines) + "\n"
