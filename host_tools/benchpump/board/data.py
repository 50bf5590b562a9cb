"""`board.toml` read and checked: wiring and fixed facts of one board."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from benchpump.board import pins
from benchpump.board.chips import CHIPS, Chip
from benchpump.board.schema import (
    CONFIG_SECTORS,
    DRIVES,
    FRAM_SECTORS,
    PINS_OF_FRAM,
    SECTIONS,
    SENSORS,
    Integer,
    Keys,
    Kind,
    Word,
)


class BoardDataError(ValueError):
    """A `board.toml` that cannot be used; the message names file, key and what was expected."""


@dataclass(frozen=True)
class BoardData:
    """Checked contents of a `board.toml`: section to key to value, in a fixed order."""

    sections: dict[str, dict[str, int | str]]
    sensors: dict[str, dict[str, int] | None]  # None: not fitted
    pins: dict[str, int]


def load(path: Path) -> BoardData:
    """Read one `board.toml`. Raises BoardDataError, OSError."""
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BoardDataError(f"{path}: {error}") from error
    try:
        return check(raw)
    except BoardDataError as error:
        raise BoardDataError(f"{path}: {error}") from None


def check(raw: dict[str, Any]) -> BoardData:
    """Check a parsed `board.toml`. Raises BoardDataError."""
    known = {*SECTIONS, "drive", "sensors", "pins"}
    for name in raw:
        if name not in known:
            raise BoardDataError(f"[{name}] is no section of a board; known: {sorted(known)}")
    sections = {"board": _section("[board]", raw.get("board"), SECTIONS["board"])}
    drive = DRIVES[sections["board"]["pump"]]
    for name, keys in {"drive": drive, **SECTIONS}.items():
        sections[name] = _section(f"[{name}]", raw.get(name), keys)
    sensors = _sensors(raw.get("sensors"))
    name = sections["board"]["name"]
    fitted = {sensor: facts is not None for sensor, facts in sensors.items()}
    data = BoardData(sections, sensors, _pins(name, raw.get("pins", {}), fitted))
    _check_store(sections["store"], CHIPS.get(name))
    if PINS_OF_FRAM[0] in data.pins and sections["store"]["sectors"] > FRAM_SECTORS:
        raise BoardDataError(f"[store] sectors: {FRAM_SECTORS} is what the FRAM holds")
    air = data.sensors["air"]
    if air is not None and air["wet_below_code"] >= air["dry_above_code"]:
        raise BoardDataError("[sensors] air: wet_below_code must be below dry_above_code")
    supply = data.sensors["supply"]
    if supply is not None and supply["stop_below_mv"] >= supply["warn_below_mv"]:
        raise BoardDataError("[sensors] supply: stop_below_mv must be below warn_below_mv")
    return data


def _section(where: str, table: Any, keys: Keys) -> dict[str, Any]:
    values = _table(table)
    if values is None:
        raise BoardDataError(f"{where} is missing")
    for key in values:
        if key not in keys:
            raise BoardDataError(f"{where} {key}: unknown; known: {sorted(keys)}")
    for key, kind in keys.items():
        if key not in values:
            raise BoardDataError(f"{where} {key}: missing, {_expected(kind)}")
        if not _fits(values[key], kind):
            raise BoardDataError(f"{where} {key} = {values[key]!r}: {_expected(kind)}")
    return {key: values[key] for key in keys}


def _table(value: Any) -> dict[str, Any] | None:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _fits(value: object, kind: Kind) -> bool:
    if isinstance(kind, Integer):
        return type(value) is int and kind.low <= value <= kind.high
    if isinstance(kind, Word):
        return value in kind.words
    return isinstance(value, str) and re.fullmatch("[a-z][a-z0-9_]{0,15}", value) is not None


def _expected(kind: Kind) -> str:
    if isinstance(kind, Integer):
        return f"expected a whole number {kind.low}..{kind.high} ({kind.unit})"
    if isinstance(kind, Word):
        return f"expected one of {', '.join(kind.words)}"
    return "expected a name of at most 16 of a-z, 0-9 and _"


def _sensors(table: Any) -> dict[str, dict[str, int] | None]:
    values = _table(table)
    if values is None:
        raise BoardDataError("[sensors] is missing")
    for name in values:
        if name not in SENSORS:
            raise BoardDataError(f"[sensors] {name}: unknown; known: {sorted(SENSORS)}")
    found: dict[str, dict[str, int] | None] = {}
    for name, keys in SENSORS.items():
        entry = _table(values.get(name))
        if entry is None or type(entry.get("fitted")) is not bool:
            raise BoardDataError(f"[sensors] {name}: say fitted = true or fitted = false")
        facts = {key: entry[key] for key in entry if key != "fitted"}
        if entry["fitted"]:
            found[name] = _section(f"[sensors] {name}", facts, keys)
        else:
            found[name] = None
            if facts:
                raise BoardDataError(f"[sensors] {name}: not fitted, yet it has {sorted(facts)}")
    return found


def _pins(board: str, table: Any, fitted: dict[str, bool]) -> dict[str, int]:
    values = _table(table)
    if values is None:
        raise BoardDataError("[pins] is no section")
    try:
        return pins.check(board, values, fitted)
    except pins.PinsError as error:
        raise BoardDataError(str(error)) from None


def _check_store(store: dict[str, Any], chip: Chip | None) -> None:
    regions = (
        ("config", store["config_first_sector"], CONFIG_SECTORS),
        ("ledger", store["ledger_first_sector"], store["ledger_sectors"]),
        ("journal", store["journal_first_sector"], store["journal_sectors"]),
    )
    end, before = 0, ""
    for name, first, count in sorted(regions, key=lambda region: region[1]):
        if first < end:
            raise BoardDataError(f"[store] {name} begins in sector {first}, inside {before}")
        end, before = first + count, name
    if end > store["sectors"]:
        raise BoardDataError(f"[store] {before} ends at sector {end} of {store['sectors']}")
    if chip is not None and store["sectors"] > chip.storage_sectors:
        raise BoardDataError(
            f"[store] sectors = {store['sectors']}: this board can spare {chip.storage_sectors}"
        )
