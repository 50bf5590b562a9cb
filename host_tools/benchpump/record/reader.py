"""Reading a record back, also one that a crash cut short."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, cast

from benchpump.record.entries import (
    KINDS,
    Alarm,
    BenchSample,
    Command,
    End,
    Entry,
    Header,
    Sample,
)

TICK_S = 0.05


@dataclass
class Run:
    """A whole record. `times_s` gives each entry's seconds since the first, by its id().

    `unreadable_lines` counts the lines that a crash left torn.
    """

    header: Header | None = None
    end: End | None = None
    samples: list[Sample] = field(default_factory=list[Sample])
    alarms: list[Alarm] = field(default_factory=list[Alarm])
    commands: list[Command] = field(default_factory=list[Command])
    bench: list[BenchSample] = field(default_factory=list[BenchSample])
    times_s: dict[int, float] = field(default_factory=dict[int, float])
    unreadable_lines: int = 0

    def time_s(self, entry: Entry) -> float:
        """Seconds of the pump's clock since the first entry that has a tick."""
        return self.times_s[id(entry)]


class _Timeline:
    """Pump ticks as seconds that go on after a reboot: the host's clock bridges the gap."""

    def __init__(self) -> None:
        self._offset_s: float | None = None
        self._last_tick = 0.0
        self._last_host_s = 0.0

    def seconds(self, tick: float, host_s: float) -> float:
        if self._offset_s is None:
            self._offset_s = -tick * TICK_S
        # A bench sample may be a little behind a status line; a reboot is far behind.
        elif tick < self._last_tick / 2 - 20:
            last_s = self._last_tick * TICK_S + self._offset_s
            self._offset_s = last_s + max(host_s - self._last_host_s, 0.0) - tick * TICK_S
        self._last_tick = tick
        self._last_host_s = host_s
        return tick * TICK_S + self._offset_s


def read_run(path: Path) -> Run:
    """Read a record.

    Raises OSError where it cannot be read; lines that are not whole are counted, never fatal.
    """
    run = Run()
    timeline = _Timeline()
    with path.open("rb") as stream:
        for line in stream:
            parsed = _parse(line)
            if parsed is None:
                run.unreadable_lines += bool(line.strip())
                continue
            entry, host_s = parsed
            if not isinstance(entry, Header):
                run.times_s[id(entry)] = timeline.seconds(entry.tick, host_s)
            _keep(run, entry)
    return run


def _parse(line: bytes) -> tuple[Entry, float] | None:
    try:
        values = cast("dict[str, Any]", json.loads(line))
        kind = KINDS[values["kind"]]
        known = {f.name for f in fields(kind)}
        entry = kind(**{name: value for name, value in values.items() if name in known})
        return entry, float(values["host_s"])
    except (ValueError, KeyError, TypeError):
        return None


def _keep(run: Run, entry: Entry) -> None:
    match entry:
        case Header():
            run.header = entry
        case Sample():
            run.samples.append(entry)
        case Alarm():
            run.alarms.append(entry)
        case Command():
            run.commands.append(entry)
        case BenchSample():
            run.bench.append(entry)
        case End():
            run.end = entry
