"""Text of `docs/protocol.md`: the reference of the command language, for people."""

from __future__ import annotations

import binascii

from benchpump.board.protocol.source import PRIORITIES, Table, protocol_hash


def safe_frame(link: int, sequence: int, body: str) -> str:
    """A safe line without its newline, as either end sends it."""
    head = f"!{link:04X}{sequence:02X} {body}"
    return f"{head}*{binascii.crc_hqx(head.encode(), 0xFFFF):04X}"


def text(raw: Table) -> str:
    """The page."""
    protocol: Table = raw["protocol"]
    number = protocol_hash(raw)
    lines = [
        "# The command language",
        "",
        "Generated from `host_tools/protocol.toml`: edit that. "
        f"Version {protocol['version']}, hash `{number:06X}` (as a number {number}).",
        "",
        *_envelopes(protocol),
        *_examples(number),
        *_commands(raw),
        *_status(raw),
        *_codes(raw),
    ]
    return "\n".join(lines) + "\n"


def _envelopes(protocol: Table) -> list[str]:
    request, reply = protocol["request_bytes"], protocol["reply_bytes"]
    return [
        "## Lines and envelopes",
        "",
        "One request a line, ended by a newline; a carriage return before it is ignored. A "
        f"request has at most {request} bytes, a reply at most {reply}, newline included. The "
        "pump sends "
        "nothing unasked. One request at a time: wait for the reply.",
        "",
        "| line | looks like | may | reply |",
        "| --- | --- | --- | --- |",
        "| bare | `STATus?` | read, stop | `OK text` or `ERR code detail` |",
        "| safe | `!LLLLSS body*CCCC` | anything | `!LLLLSS OK text*CCCC` or "
        "`!LLLLSS ERR code detail*CCCC` |",
        "",
        "`LLLL` is the link identity that `HELLO` gave, `SS` the sequence number, `CCCC` the "
        "CRC-16/CCITT-FALSE (polynomial 1021, start FFFF, not reflected) of every byte before the "
        "last asterisk; all are hexadecimal in upper case. The first request of a link has the "
        "number 00, each new one is one higher, FF is followed by 00.",
        "",
        "- The same number again: the cached reply comes back and nothing is executed. So a host "
        "that misses a reply sends the same frame again.",
        "- A frame whose check fails is answered by a bare `ERR`: its head cannot be believed.",
        "- Capitals in a command must be sent; the small letters of a word may be left out, "
        "all of them together. Upper and lower case are the same on the wire. "
        "Numbers are decimal.",
        "- The byte 0x03 anywhere in the stream stops the pump and drops what was sent before it. "
        "Followed by 0x01 (only CR, LF or 0x03 in between) it stops and leaves for the REPL.",
        "- A line that reads `STOP` stops the pump at once, whatever its envelope is worth; the "
        "reply still says what was wrong with the envelope.",
        "- `PARTS n` in a reply announces a longer answer: read it with `PART? 0` … `PART? n-1`.",
        "",
        "Anything that can lead to motion needs two safe frames, each with a check of its own: "
        "one that asks and returns a token, one that returns the token. Noise would have to "
        "pass the 16-bit check twice, with link identity, sequence number and token right.",
        "",
    ]


def _examples(number: int) -> list[str]:
    rows = [
        (">", f"HELLO {number}"),
        ("<", f"OK 3A7C {number:06X}"),
        (">", safe_frame(0x3A7C, 0, "SEGM 0 CONST 5000000 5000000 0 1200")),
        ("<", safe_frame(0x3A7C, 0, "OK")),
        (">", safe_frame(0x3A7C, 1, "PROG:END STOP 0")),
        ("<", safe_frame(0x3A7C, 1, "OK")),
        (">", safe_frame(0x3A7C, 2, "ARM FRESH STOP 5000")),
        ("<", safe_frame(0x3A7C, 2, "OK PARTS 11")),
        (">", safe_frame(0x3A7C, 3, "PART? 10")),
        ("<", safe_frame(0x3A7C, 3, "OK 10 token=482113")),
        (">", safe_frame(0x3A7C, 4, "STAR 482113")),
        ("<", safe_frame(0x3A7C, 4, "OK")),
    ]
    return [
        "### Worked example",
        "",
        "60 s at 5 mL/h (the parts between are left out; `>` to the pump, `<` from it):",
        "",
        "```",
        *[f"{direction} {line}" for direction, line in rows],
        "```",
        "",
    ]


def _commands(raw: Table) -> list[str]:
    lines = ["## Commands", ""]
    for command in raw["command"]:
        arguments: list[Table] = command.get("args", [])
        call = " ".join([command["form"], *(f"<{a['name']}>" for a in arguments)])
        lines += [f"### `{call}`", "", f"{command['text'][0].upper()}{command['text'][1:]}.", ""]
        lines += [
            f"- kind: {command['kind']}; states: {', '.join(command.get('states', ['all']))}"
        ]
        lines += [f"- `{a['name']}`: {_argument(a)}" for a in arguments]
        lines += [f"- reply: `{command['reply'] or 'OK'}`", ""]
    return lines


def _argument(argument: Table) -> str:
    if "words" in argument:
        return " or ".join(f"`{word}`" for word in argument["words"])
    return f"{argument['min']}..{argument['max']}, {argument['unit']}"


def _status(raw: Table) -> list[str]:
    lines = ["## The record of `STATus?`", "", "Hexadecimal, upper case, no spaces.", ""]
    lines += _record(raw["status"]["fields"])
    lines += ["", "| flag | bit | meaning |", "| --- | --- | --- |"]
    lines += [f"| {name} | {f['bit']} | {f['text']} |" for name, f in raw["flag"].items()]
    lines += ["", "| soft limit | bit | exceeded |", "| --- | --- | --- |"]
    lines += [f"| {name} | {soft['bit']} | {soft['text']} |" for name, soft in raw["soft"].items()]
    panel = raw["panel"]
    lines += ["", "| state | number | light | with an alarm that stops nothing |"]
    lines += ["| --- | --- | --- | --- |"]
    columns = (raw["state"]["names"], panel["state_lights"], panel["flagged_lights"])
    for number, (name, light, flagged) in enumerate(zip(*columns, strict=True)):
        lines += [f"| {name} | {number} | {light} | {flagged} |"]
    lines += ["", "| highest priority | sound | light in state alarm |", "| --- | --- | --- |"]
    columns = (("none", *PRIORITIES), panel["alarm_sounds"], panel["alarm_lights"])
    lines += [f"| {' | '.join(cells)} |" for cells in zip(*columns, strict=True)]
    lines += ["", "## The record of `SENSors?`", ""]
    lines += ["As above. A channel that is not fitted: every digit F; one that does not answer: "]
    lines[-1] += "the same, the last digit E."
    return [*lines, "", *_record(raw["sensors"]["fields"]), ""]


def _record(fields: list[Table]) -> list[str]:
    lines = ["| field | digits | unit | meaning |", "| --- | --- | --- | --- |"]
    for f in fields:
        lines += [f"| {f['name']} | {f['digits']} | {f.get('unit', '')} | {f.get('text', '')} |"]
    return lines


def _codes(raw: Table) -> list[str]:
    lines = ["## Errors", "", "| code | name | what | what to do |", "| --- | --- | --- | --- |"]
    lines += [f"| {e['code']} | {e['name']} | {e['text']} | {e['todo']} |" for e in raw["error"]]
    lines += ["", "## Alarms", ""]
    lines += ["| code | name | priority | reaction | channel | unit | cause | what to do |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for a in raw["alarm"]:
        cells = [a["code"], a["name"], a["priority"], a["reaction"], a["channel"]]
        cells += [a.get("unit", ""), a["cause"], a["todo"]]
        lines += [f"| {' | '.join(str(cell) for cell in cells)} |"]
    lines += ["", "## Journal events", "", "| code | name | fields |", "| --- | --- | --- |"]
    lines += [f"| {e['code']} | {e['name']} | {e['text']} |" for e in raw["event"]]
    lines += ["", "## Configuration", ""]
    lines += ["| field | name | unit | min | max | default | widening is | meaning |"]
    lines += ["| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for index, f in enumerate(raw["config"]):
        cells = [index, f["name"], f["unit"], f["min"], f["max"], f["default"]]
        cells += [f.get("widen", ""), f["text"]]
        lines += [f"| {' | '.join(str(cell) for cell in cells)} |"]
    return lines
