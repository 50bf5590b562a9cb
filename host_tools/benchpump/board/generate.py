"""Files made from `board.toml`, `wiring.toml` and `lockstep.toml`.

`python -m benchpump.board.generate [--check]` writes them (or names those that are out of date).
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchpump.board import data, pages, rig
from benchpump.board.protocol.outputs import outputs as protocol_outputs
from benchpump.board.wiring import document, drawing


def board_data_text(board: data.BoardData) -> str:
    """`board_data.py` of one board: a constant `SECTION_KEY` for each fact."""
    lines = ['"""Facts of this board. Generated from board.toml: edit that."""', ""]
    for section, values in board.sections.items():
        for key, value in values.items():
            shown = f'"{value}"' if isinstance(value, str) else str(value)
            lines.append(f"{section}_{key}".upper() + f" = {shown}")
    for name, facts in board.sensors.items():
        lines.append(f"{name}_FITTED".upper() + f" = {facts is not None}")
        lines += [f"{name}_{key}".upper() + f" = {value}" for key, value in (facts or {}).items()]
    lines += [f"PIN_{name}".upper() + f" = {pin}" for name, pin in board.pins.items()]
    return "\n".join(lines) + "\n"


def lockstep_data_text(raw: dict[str, Any]) -> str:
    """`lockstep_data.py`: indexes and numbers of the exchange, one constant each."""
    lines = ['"""Layout of the lockstep records. Generated from lockstep.toml: edit that."""', ""]
    lines.append(f"WORDS = {raw['words']}")
    lines.append(f"RECORD_BYTES = {raw['words'] * 4}")
    lines.append(f"PAYLOAD_BLOCK = {raw['payload_block']}")
    for direction in ("out", "in"):
        fields: dict[str, dict[str, Any]] = raw["fields"][direction]
        places = [field["at"] for field in fields.values()]
        if len(set(places)) != len(places) or max(places) >= raw["words"]:
            raise ValueError(f"[fields.{direction}]: a word is given twice, or outside the record")
        lines += [f"{direction}_{name}".upper() + f" = {f['at']}" for name, f in fields.items()]
    exchanges: dict[str, int] = raw["exchange"]
    lines += [f"EXCHANGE_{name}".upper() + f" = {number}" for name, number in exchanges.items()]
    return "\n".join(lines) + "\n"


def outputs(root: Path) -> dict[Path, str]:
    """Every generated file of the boards under `root` and its text.

    Raises data.BoardDataError for a board that cannot be used, document.WiringError for wiring
    that cannot be, ValueError for bad lockstep fields, pages.PageError.
    """
    with (root / "host_tools/lockstep.toml").open("rb") as file:
        lockstep = lockstep_data_text(tomllib.load(file))
    files = {
        root / "boards/emulator/lockstep_data.py": lockstep,
        root / "host_tools/benchpump/bench/lockstep_data.py": lockstep,
    }
    for path in sorted((root / "boards").glob("*/board.toml")):
        if path.parent.name == rig.NAME:  # no pump: it has data of its own
            text = rig.board_data_text(rig.load(path))
        else:
            text = board_data_text(data.load(path))
        files[path.with_name("board_data.py")] = text
    for path in sorted((root / "boards").glob(f"*/{document.NAME}")):
        files[path.with_suffix(".svg")] = drawing.svg(document.load(path))
    return files | protocol_outputs(root) | pages.outputs(root)


def bring_up_to_date(root: Path, files: Mapping[Path, str], arguments: list[str]) -> int:
    """Write the files under `root`, or with --check only compare; 0 when all is up to date."""
    stale = 0
    for path, text in files.items():
        name = path.relative_to(root)
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        if "--check" in arguments:
            stale += 1
            print(f"{name}: out of date; run `make generate`", file=sys.stderr)
        else:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    return 1 if stale else 0


def main(arguments: list[str]) -> int:
    """The command line; its exit status."""
    root = Path(__file__).parents[3]
    return bring_up_to_date(root, outputs(root), arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
