"""`protocol.toml` read and checked, and the hash that both ends exchange."""

from __future__ import annotations

import hashlib
import json
import tomllib
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("read", "stop", "safe")
PRIORITIES = ("low", "medium", "high")
REACTIONS = ("flag", "stop", "fault")
WIDENS = ("none", "up", "down", "up_or_off")  # off: 0, where that disables
SMALL_INT_MAX = (1 << 30) - 1  # MicroPython's small integers on a 32-bit board end here

# Keys that are prose: a corrected spelling must not part a host from its pump.
_PANEL_KNOWN = {
    "state_lights": "lights",
    "flagged_lights": "lights",
    "alarm_lights": "lights",
    "alarm_sounds": "sounds",
}
_PROSE = frozenset({"text", "todo", "cause", "reply"})

Table = dict[str, Any]


class ProtocolError(ValueError):
    """A `protocol.toml` that cannot be used; the message names the entry and what was expected."""


def load(path: Path) -> Table:
    """Read and check `protocol.toml`. Raises ProtocolError, OSError."""
    try:
        raw: Table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(f"{path}: {error}") from error
    check(raw)
    return raw


def protocol_hash(raw: Table) -> int:
    """First 24 bits of SHA-256 over all that decides what goes over the wire (prose left out)."""
    canonical = json.dumps(_meaning(raw), sort_keys=True, separators=(",", ":"))
    return int(hashlib.sha256(canonical.encode()).hexdigest()[:6], 16)


def _meaning(value: Any) -> Any:
    if isinstance(value, dict):
        table = cast("Table", value)
        return {key: _meaning(entry) for key, entry in table.items() if key not in _PROSE}
    if isinstance(value, list):
        entries = cast("list[Any]", value)
        return [_meaning(entry) for entry in entries]
    return value


def names(entries: list[Table]) -> list[str]:
    """Names of commands, fields …, in order."""
    return [entry["name"] for entry in entries]


def word_prefix(command: Table, argument: Table) -> str:
    """Prefix of a word argument's constants: its name, or the command's where it is `kind`."""
    name: str = command["name"] if argument["name"] == "kind" else argument["name"]
    return name.upper()


def check(raw: Table) -> None:
    """Check what the generators lean on. Raises ProtocolError."""
    states: list[str] = raw["state"]["names"]
    for command in raw["command"]:
        where = f"[[command]] {command['name']}"
        _expect(command["kind"] in KINDS, where, f"kind is one of {KINDS}")
        unknown = set(command.get("states", states)) - set(states)
        _expect(not unknown, where, f"states {sorted(unknown)} are not in [state]")
        for argument in command.get("args", []):
            _check_range(f"{where} {argument['name']}", argument)
    _check_unique(raw, "command", "name")
    for section in ("error", "alarm", "event"):
        _check_unique(raw, section, "name")
        _check_unique(raw, section, "code")
    for alarm in raw["alarm"]:
        where = f"[[alarm]] {alarm['name']}"
        _expect(alarm["priority"] in PRIORITIES, where, f"priority is one of {PRIORITIES}")
        _expect(alarm["reaction"] in REACTIONS, where, f"reaction is one of {REACTIONS}")
        _expect(0 < alarm["code"] < 128, where, "code is 1..127")
    bits = [soft["bit"] for soft in raw["soft"].values()]
    _expect(bits == list(range(len(bits))), "[soft]", "bits 0, 1, 2 … in order")
    for field in raw["config"]:
        where = f"[[config]] {field['name']}"
        _check_range(where, field)
        _expect(field["min"] <= field["default"] <= field["max"], where, "default in its range")
        _expect(field.get("widen", "none") in WIDENS, where, f"widen is one of {WIDENS}")
    panel = raw["panel"]
    for key in ("state_lights", "flagged_lights"):
        _expect(len(panel[key]) == len(states), f"[panel] {key}", "one light for each state")
    for key, known in _PANEL_KNOWN.items():
        unknown = set(panel[key]) - set(panel[known])
        _expect(not unknown, f"[panel] {key}", f"{sorted(unknown)} are among its {known}")
    for key in ("alarm_lights", "alarm_sounds"):
        _expect(len(panel[key]) == 1 + len(PRIORITIES), f"[panel] {key}", "none and each priority")


def _check_range(where: str, entry: Table) -> None:
    if "words" not in entry:
        inside = 0 <= entry["min"] <= entry["max"] <= SMALL_INT_MAX
        _expect(inside, where, f"0 <= min <= max <= {SMALL_INT_MAX}")


def _check_unique(raw: Table, section: str, key: str) -> None:
    values = [entry[key] for entry in raw[section]]
    _expect(len(set(values)) == len(values), f"[[{section}]]", f"no {key} given twice")


def _expect(holds: bool, where: str, what: str) -> None:
    if not holds:
        raise ProtocolError(f"protocol.toml {where}: expected {what}")
