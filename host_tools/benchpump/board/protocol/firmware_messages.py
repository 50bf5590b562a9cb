"""Text of `firmware/link/messages.py`: what the server's parser needs, as parallel tables."""

from __future__ import annotations

from benchpump.board.protocol.layout import assigned
from benchpump.board.protocol.source import KINDS, Table

_HEADER = '''"""What the parser needs of each command. Generated from protocol.toml: edit that.

Tables are parallel and indexed by command number (codes.COMMAND_*), those of arguments by
FIRST_ARGUMENT[command] + place. In a form the lower-case letters may be left out, all of them
together in each mnemonic; upper and lower case are the same on the wire.
"""
'''


def text(raw: Table) -> str:
    """The module."""
    commands: list[Table] = raw["command"]
    states: list[str] = raw["state"]["names"]
    arguments: list[Table] = [a for command in commands for a in command.get("args", [])]
    first = [0]
    for command in commands:
        first.append(first[-1] + len(command.get("args", [])))
    masks = [
        sum(1 << states.index(state) for state in command.get("states", states))
        for command in commands
    ]
    lines = [_HEADER]
    lines += [f"KIND_{kind.upper()} = {number}" for number, kind in enumerate(KINDS)]
    lines += ["", f"ARGUMENTS_MAX = {max(len(c.get('args', [])) for c in commands)}"]
    lines += assigned("FORMS", [f'b"{command["form"]}"' for command in commands])
    lines += assigned("KINDS", [str(KINDS.index(command["kind"])) for command in commands])
    lines += assigned("STATES", [f"0x{mask:03X}" for mask in masks])
    lines += assigned("FIRST_ARGUMENT", [str(number) for number in first])
    lines += assigned("ARGUMENT_MIN", [str(a.get("min", 0)) for a in arguments])
    lines += assigned("ARGUMENT_MAX", [str(_maximum(a)) for a in arguments])
    lines += ["# The words of an argument, None where it is a number."]
    lines += assigned("ARGUMENT_WORDS", [_words(argument) for argument in arguments])
    return "\n".join(lines) + "\n"


def _maximum(argument: Table) -> int:
    return len(argument["words"]) - 1 if "words" in argument else argument["max"]


def _words(argument: Table) -> str:
    if "words" not in argument:
        return "None"
    return "(" + ", ".join(f'b"{word}"' for word in argument["words"]) + ")"
