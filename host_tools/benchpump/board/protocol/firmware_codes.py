"""Text of `firmware/pump/codes.py`: every number of the language as a constant."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from benchpump.board.protocol.layout import assigned, constants
from benchpump.board.protocol.source import (
    PRIORITIES,
    REACTIONS,
    WIDENS,
    Table,
    names,
    protocol_hash,
    word_prefix,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


def text(raw: Table) -> str:
    """The module: constants first, then parallel tables."""
    config: list[Table] = raw["config"]
    alarms = sorted(raw["alarm"], key=lambda alarm: alarm["code"])
    lights: list[str] = raw["panel"]["lights"]
    lines = ['"""Numbers of the command language. Generated from protocol.toml: edit that."""', ""]
    protocol: Table = raw["protocol"]
    lines += [
        f"PROTOCOL_VERSION = {protocol['version']}",
        f"PROTOCOL_HASH = 0x{protocol_hash(raw):06X}",
        f"REQUEST_BYTES = {protocol['request_bytes']}",
        f"REPLY_BYTES = {protocol['reply_bytes']}",
        f"TOKEN_MS = {protocol['token_ms']}",
        f"PARTS_MAX = {protocol['parts_max']}",
        "",
    ]
    lines += constants("STATE", enumerate(cast("list[str]", raw["state"]["names"])))
    lines += constants("COMMAND", enumerate(names(raw["command"])))
    lines += constants("ERROR", _by_code(raw["error"]))
    lines += constants("ALARM", _by_code(alarms))
    lines += constants("EVENT", _by_code(raw["event"]))
    lines += constants("CONFIG", enumerate(names(config)))
    lines += constants("FLAG", ((1 << flag["bit"], name) for name, flag in raw["flag"].items()))
    lines += constants("SOFT", ((1 << soft["bit"], name) for name, soft in raw["soft"].items()))
    lines += [*assigned("SOFT_NAMES", [f'b"{name}"' for name in raw["soft"]]), ""]
    lines += constants("LIGHT", enumerate(lights))
    lines += constants("SOUND", enumerate(cast("list[str]", raw["panel"]["sounds"])))
    lines += constants("PRIORITY", enumerate(PRIORITIES, 1))
    lines += constants("REACTION", enumerate(REACTIONS, 1))
    lines += constants("WIDEN", enumerate(WIDENS))
    for command in raw["command"]:
        for argument in command.get("args", []):
            if "words" in argument:
                lines += constants(
                    word_prefix(command, argument), enumerate(cast("list[str]", argument["words"]))
                )
    lines += [
        "# Parallel tables: one entry for each alarm.",
        *_table("ALARM_CODES", (alarm["code"] for alarm in alarms)),
    ]
    lines += _table("ALARM_PRIORITY", (1 + PRIORITIES.index(a["priority"]) for a in alarms))
    lines += _table("ALARM_REACTION", (1 + REACTIONS.index(a["reaction"]) for a in alarms))
    lines += ["", "# One entry for each state."]
    panel = raw["panel"]
    lines += _table("STATE_LIGHT", map(lights.index, panel["state_lights"]))
    lines += _table("STATE_LIGHT_FLAGGED", map(lights.index, panel["flagged_lights"]))
    lines += ["", "# One entry for each priority, none first."]
    lines += _table("PRIORITY_LIGHT", map(lights.index, panel["alarm_lights"]))
    lines += _table("PRIORITY_SOUND", map(panel["sounds"].index, panel["alarm_sounds"]))
    lines += ["", "# One entry for each configuration field."]
    for key in ("min", "max", "default"):
        lines += _table(f"CONFIG_{key.upper()}", (field[key] for field in config))
    lines += _table("CONFIG_WIDEN", (WIDENS.index(f.get("widen", "none")) for f in config))
    lines += [f"CONFIG_COUNT = {len(config)}"]
    return "\n".join(lines) + "\n"


def _by_code(entries: list[Table]) -> Iterable[tuple[int, str]]:
    return ((entry["code"], entry["name"]) for entry in entries)


def _table(name: str, values: Iterable[int]) -> list[str]:
    return assigned(name, [str(value) for value in values])
