"""The limits that recipes check are those of the wire."""

import tomllib
from pathlib import Path
from typing import Any

from benchpump.recipes import program

PROTOCOL = Path(__file__).parents[2] / "protocol.toml"


def arguments(name: str) -> dict[str, dict[str, Any]]:
    """Arguments of a command in protocol.toml, by name."""
    commands = tomllib.loads(PROTOCOL.read_text())["command"]
    return {a["name"]: a for c in commands if c["name"] == name for a in c["args"]}


def test_limits_agree_with_the_protocol() -> None:
    """Segments, durations, volumes, keep-open rate: what compiles fits the wire (C8)."""
    segment = arguments("SEGMENT")
    assert segment["index"]["max"] + 1 == program.SEGMENTS_MAX
    assert segment["duration"]["max"] == program.DURATION_MAX_TICKS
    assert segment["volume"]["max"] == program.VOLUME_MAX_NL
    assert segment["rate"]["max"] >= program.RATE_MAX_NL_H
    assert arguments("PROGRAM_END")["rate"]["max"] == program.KEEP_OPEN_MAX_NL_H
