"""What the ends of a wire do: which may be joined, and through what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchpump.board import data, rig
from benchpump.board.schema import ADC_SUFFIX
from benchpump.board.wiring.modules import MODULES

DRIVES, LISTENS = "out", "in"
CONTACT, PULLED_UP = "contact", "pulled up"
PWM, ANALOG, MEASURES = "pwm", "analog", "measures"
RAIL = "rail"
DEVICE_ROLES = (DRIVES, LISTENS, CONTACT, ANALOG)
"""What a device's terminal may say that it is; any other word is the rail that it hangs on."""

JOINS = {(DRIVES, LISTENS), (CONTACT, PULLED_UP), (ANALOG, MEASURES), (PWM, MEASURES)}
"""From, to."""

_PUMP = {
    "step": DRIVES,
    "direction": DRIVES,
    "enable": DRIVES,
    "light": DRIVES,
    "sounder": DRIVES,
    "air_test": DRIVES,
    "estop": PULLED_UP,
    "cassette": PULLED_UP,
    "button": PULLED_UP,
    "jumper": PULLED_UP,
}
_RIG = {"inputs": LISTENS, "contacts": CONTACT, "outputs": PWM, "switches": DRIVES}


@dataclass(frozen=True)
class Terminal:
    """`gpio` of a board's signal; `rail` of a device's terminal that hangs on one by itself."""

    name: str
    role: str
    gpio: int | None = None
    rail: str = ""
    pad: int | None = None  # number on the module


def of_board(folder: Path) -> dict[str, Terminal]:
    """Terminals of the board in that folder, its rails among them (`GND`, `GND/8`).

    Raises data.BoardDataError, OSError.
    """
    if folder.name == rig.NAME:
        sections = rig.load(folder / "board.toml").pins
        found = {
            name: Terminal(name, _RIG[section], gpio)
            for section, pins in sections.items()
            for name, gpio in pins.items()
        }
    else:
        found = {
            name: Terminal(name, MEASURES if name.endswith(ADC_SUFFIX) else _PUMP[name], gpio)
            for name, gpio in data.load(folder / "board.toml").pins.items()
        }
    module = MODULES.get(folder.name)
    for pad in (*module.left, *module.right) if module else ():
        if pad.gpio is None:
            terminal = Terminal(pad.name, RAIL, pad=pad.number)
            found.setdefault(pad.name, terminal)
            found[f"{pad.name}/{pad.number}"] = terminal
    return found


def of_device(terminals: dict[str, str]) -> dict[str, Terminal]:
    """Terminals of a device as its table says: a role, or the rail that it hangs on."""
    return {
        name: Terminal(name, role) if role in DEVICE_ROLES else Terminal(name, RAIL, rail=role)
        for name, role in terminals.items()
    }
