"""Blocks of hand-written pages that are made from data: between `<!-- made: NAME -->` and
`<!-- end -->`. `docs/hardware.md` has the wiring, `docs/silicon-signoff.md` the procedures.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchpump.board import data
from benchpump.board.wiring import document, terminals
from benchpump.board.wiring.modules import MODULES

_BLOCK = re.compile(r"(<!-- made: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)
_VOLTS_PER_CODE = 3.3 / 4096  # of a Pico's converter


class PageError(ValueError):
    """A page with a block that nothing makes; the message names both."""


def outputs(root: Path) -> dict[Path, str]:
    """The pages with their blocks as the data makes them. Raises PageError."""
    board = "rpi_pico"
    made: dict[str, Callable[[], list[str]]] = {
        f"wiring of {board}": lambda: wiring_table(root, board),
        f"devices of {board}": lambda: device_table(root, board),
        f"levels of {board}": lambda: levels(data.load(root / "boards" / board / "board.toml")),
    }
    with (root / "docs/requirements.toml").open("rb") as file:
        rows: list[dict[str, Any]] = tomllib.load(file).get("requirement", [])
    for row in rows:
        if "procedure" in row:
            made[str(row["id"])] = lambda row=row: procedure(row)
    pages = ("docs/hardware.md", "docs/silicon-signoff.md")
    return {
        root / page: filled(page, (root / page).read_text(encoding="utf-8"), made)
        for page in pages
        if (root / page).is_file()
    }


def filled(page: str, text: str, made: dict[str, Callable[[], list[str]]]) -> str:
    """The text with every block filled anew. Raises PageError."""

    def fill(found: re.Match[str]) -> str:
        if found[2] not in made:
            raise PageError(f"{page}: nothing makes a block {found[2]!r}")
        return found[1] + "\n".join(made[found[2]]()) + "\n" + found[3]

    if text.count("<!-- made:") != len(_BLOCK.findall(text)):
        raise PageError(f"{page}: a block has no <!-- end -->")
    return _BLOCK.sub(fill, text)


def wiring_table(root: Path, board: str) -> list[str]:
    """One line a wire of the board, by the pad on its module."""
    wiring = document.load(root / "boards" / board / document.NAME)
    pads = {
        pad.gpio: pad.number
        for pad in (*MODULES[board].left, *MODULES[board].right)
        if pad.gpio is not None
    }
    lines: list[tuple[int, str]] = []
    for jumper in wiring.jumpers:
        ends = (jumper.start, jumper.end)
        (own,) = [end for end in ends if wiring.boxes[end.box].board]
        (other,) = [end for end in ends if not wiring.boxes[end.box].board]
        gpio = own.terminal.gpio
        if gpio is None:  # a rail
            continue
        part = f"{jumper.part.kind.replace('_', ' ')}: {jumper.part.text}" if jumper.part else ""
        target = f"{wiring.boxes[other.box].title}: {other.terminal.name}"
        cells = (str(pads[gpio]), f"GP{gpio}", f"`{own.terminal.name}`", target, part)
        lines.append((pads[gpio], f"| {' | '.join(cells)} |"))
    head = ["| pad | GPIO | signal | goes to | through |", "| --- | --- | --- | --- | --- |"]
    return head + [line for _, line in sorted(lines)]


def device_table(root: Path, board: str) -> list[str]:
    """What each device hangs on besides its signals."""
    wiring = document.load(root / "boards" / board / document.NAME)
    lines = ["| device | supply and ground |", "| --- | --- |"]
    for box in wiring.boxes.values():
        rails = [
            f"{t.name} to {t.rail}"
            for t in box.terminals.values()
            if not box.board and t.role == terminals.RAIL
        ]
        if rails:
            lines.append(f"| {box.title} | {', '.join(rails)} |")
    return lines


def levels(board: data.BoardData) -> list[str]:
    """What the firmware takes a voltage at an input for, and a step, by `board.toml`."""
    lines = ["| what | by `board.toml` |", "| --- | --- |"]
    travel = board.sections["drive"].get("nm_per_step")
    if travel is not None:
        lines.append(f"| a step | {travel} nm of the plunger |")
    lines.append(f"| fastest | {board.sections['drive']['max_steps_per_s']} steps/s |")
    pressure, air, supply = (board.sensors[name] for name in ("pressure", "air", "supply"))
    if pressure is not None:
        at_zero = pressure["zero_code"] * _VOLTS_PER_CODE
        mv_per_kpa = _VOLTS_PER_CODE * 1e9 / pressure["pa_per_1000_codes"]
        lines.append(f"| `pressure_adc` | {at_zero:.3f} V at ambient, {mv_per_kpa:.1f} mV/kPa |")
    if air is not None:
        wet, dry = (air[name] * _VOLTS_PER_CODE for name in ("wet_below_code", "dry_above_code"))
        lines.append(f"| `air_adc` | liquid below {wet:.2f} V, air above {dry:.2f} V |")
    if supply is not None:
        ratio = supply["mv_per_1000_codes"] / 1e6 / _VOLTS_PER_CODE
        low, least = supply["warn_below_mv"] / 1000, supply["stop_below_mv"] / 1000
        lines.append(
            f"| `supply_adc` | motor supply divided by {ratio:.2f}; warns below {low:g} V,"
            f" stops below {least:g} V |"
        )
    return lines


def procedure(row: dict[str, Any]) -> list[str]:
    """What a row of the matrix wants done, in its own words."""
    steps: dict[str, str] = row["procedure"]
    return [
        f"**{row['text']}** Limit: {row['figure']}.",
        "",
        f"- Connect: {steps['connect']}",
        f"- Do: {steps['do']} {steps['times'][0].upper()}{steps['times'][1:]}.",
        f"- Passes: {steps['passes']}",
    ]
