"""Text of `benchpump/link/messages.py`: typed numbers, tables and errors for the host."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from benchpump.board.protocol.layout import LINE_LENGTH, camel, quoted
from benchpump.board.protocol.source import (
    PRIORITIES,
    REACTIONS,
    Table,
    names,
    protocol_hash,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEADER = '''"""The command language as types. Generated from protocol.toml: edit that."""

# ruff: noqa: E501 (texts as they are in the source)

from __future__ import annotations

from enum import IntEnum, IntFlag, StrEnum

from benchpump.link.tables import AlarmInfo, CommandInfo, ConfigField, ErrorInfo, PumpRefused
'''


def text(raw: Table) -> str:
    """The module."""
    protocol: Table = raw["protocol"]
    commands: list[Table] = raw["command"]
    lines = [_HEADER]
    lines += [
        f"PROTOCOL_VERSION = {protocol['version']}",
        f"PROTOCOL_HASH = 0x{protocol_hash(raw):06X}",
        f"REQUEST_BYTES = {protocol['request_bytes']}",
        f"REPLY_BYTES = {protocol['reply_bytes']}",
        f"TOKEN_MS = {protocol['token_ms']}",
        f"PARTS_MAX = {protocol['parts_max']}",
        "",
        "# Name and hexadecimal digits of each field of STATus?, in order.",
        "STATUS_FIELDS = (",
        *_record(raw["status"]["fields"]),
        ")",
        "",
        "# The same of SENSors?.",
        "SENSOR_FIELDS = (",
        *_record(raw["sensors"]["fields"]),
        ")",
    ]
    lines += _enum(
        "State", "State of the pump.", enumerate(cast("list[str]", raw["state"]["names"]))
    )
    lines += _enum(
        "Flag",
        "Bits of the status record.",
        ((1 << flag["bit"], name) for name, flag in raw["flag"].items()),
        base="IntFlag",
    )
    lines += _enum(
        "Soft",
        "Soft limits, as bits of what is confirmed.",
        ((1 << soft["bit"], name) for name, soft in raw["soft"].items()),
        base="IntFlag",
    )
    lines += _enum("Light", "Light pattern.", enumerate(cast("list[str]", raw["panel"]["lights"])))
    lines += _enum(
        "Sound", "Sounder pattern.", enumerate(cast("list[str]", raw["panel"]["sounds"]))
    )
    lines += _enum("Priority", "Priority of an alarm.", enumerate(PRIORITIES, 1))
    lines += _enum("Reaction", "What an alarm does to the state.", enumerate(REACTIONS, 1))
    lines += _enum("Command", "Command numbers.", enumerate(names(commands)))
    lines += _enum("Alarm", "Alarm codes.", _by_code(raw["alarm"]))
    lines += _enum("Event", "Journal events that are no alarms.", _by_code(raw["event"]))
    for command in commands:
        for argument in command.get("args", []):
            if "words" in argument:
                name = camel(command["name"]) + camel(argument["name"].upper())
                lines += _words(name, command, argument)
    lines += _tables(raw, commands)
    for error in raw["error"]:
        lines += _error_class(error)
    lines += ["", "", "ERRORS: dict[int, type[PumpRefused]] = {"]
    lines += [f"    {e['code']}: Pump{camel(e['name'])}Error," for e in raw["error"]]
    return "\n".join([*lines, "}"]) + "\n"


def _record(fields: list[Table]) -> list[str]:
    return [f'    ("{field["name"]}", {field["digits"]}),' for field in fields]


def _tables(raw: Table, commands: list[Table]) -> list[str]:
    lines = ["", "", "COMMANDS: dict[Command, CommandInfo] = {"]
    for command in commands:
        arguments = [a["name"] for a in command.get("args", [])]
        names = (
            "(" + ", ".join(quoted(a) for a in arguments) + ("," if len(arguments) == 1 else "")
        )
        shown = [quoted(command["form"]), quoted(command["kind"]), names + ")"]
        lines += _entry(f"Command.{command['name']}", "CommandInfo", shown)
    lines += ["}", "", "ALARMS: dict[int, AlarmInfo] = {"]
    for alarm in raw["alarm"]:
        texts = [quoted(alarm.get(key, "")) for key in ("channel", "unit", "cause", "todo")]
        grades = [str(1 + PRIORITIES.index(alarm["priority"]))]
        grades += [str(1 + REACTIONS.index(alarm["reaction"]))]
        shown = [str(alarm["code"]), quoted(alarm["name"]), *grades, *texts]
        lines += _entry(str(alarm["code"]), "AlarmInfo", shown)
    lines += ["}", "", "EVENTS: dict[int, str] = {"]
    lines += [f"    {e['code']}: {quoted(e['name'] + ': ' + e['text'])}," for e in raw["event"]]
    lines += ["}", "", "SOFT: dict[Soft, str] = {"]
    lines += [f"    Soft.{n.upper()}: {quoted(s['text'])}," for n, s in raw["soft"].items()]
    lines += ["}", "", "CONFIG: tuple[ConfigField, ...] = ("]
    for index, field in enumerate(raw["config"]):
        shown = [str(index), quoted(field["name"]), quoted(field["unit"])]
        shown += [str(field[key]) for key in ("min", "max", "default")]
        shown += [quoted(field["text"]), quoted(field.get("widen", "none"))]
        lines += _call("", "ConfigField", shown)
    return [*lines, ")"]


def _by_code(entries: list[Table]) -> Iterable[tuple[int, str]]:
    return ((entry["code"], entry["name"]) for entry in entries)


def _enum(
    name: str, doc: str, numbered: Iterable[tuple[int, str]], base: str = "IntEnum"
) -> list[str]:
    members = [f"    {member.upper()} = {number}" for number, member in numbered]
    return ["", "", f"class {name}({base}):", f'    """{doc}"""', "", *members]


def _words(name: str, command: Table, argument: Table) -> list[str]:
    members = [f'    {word} = "{word}"' for word in argument["words"]]
    doc = f'    """Argument `{argument["name"]}` of {command["form"]}."""'
    return ["", "", f"class {name}(StrEnum):", doc, "", *members]


def _error_class(error: Table) -> list[str]:
    lines = ["", "", f"class Pump{camel(error['name'])}Error(PumpRefused):"]
    lines += [f'    """{error["code"]}: {error["text"]}."""', ""]
    shown = [str(error["code"]), *(quoted(error[key]) for key in ("name", "text", "todo"))]
    line = f"    info = ErrorInfo({', '.join(shown)})"
    if len(line) <= LINE_LENGTH:
        return [*lines, line]
    joined = f"        {', '.join(shown)}"
    if len(joined) <= LINE_LENGTH:
        return [*lines, "    info = ErrorInfo(", joined, "    )"]
    return [*lines, "    info = ErrorInfo(", *[f"        {part}," for part in shown], "    )"]


def _entry(key: str, call: str, shown: list[str]) -> list[str]:
    return _call(f"{key}: ", call, shown)


def _call(key: str, call: str, shown: list[str]) -> list[str]:
    line = f"    {key}{call}({', '.join(shown)}),"
    if len(line) <= LINE_LENGTH:
        return [line]
    joined = f"        {', '.join(shown)}"
    if len(joined) <= LINE_LENGTH:
        return [f"    {key}{call}(", joined, "    ),"]
    return [f"    {key}{call}(", *[f"        {part}," for part in shown], "    ),"]
