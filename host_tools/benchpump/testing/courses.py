"""What the same runs did on two pumps, and where the two differ by more than they may."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

STEPS_MAX = 1
"""By how many steps the counts may differ at a tick: a step falls on either side of its end."""
TICKS_MAX = 1
"""By how many ticks one may stop sooner: what stops it is looked at once in each."""
BURST_STEPS = 8
"""Of a back-off, one burst a tick (firmware/pump/relief.py)."""
BURSTS_MAX = 2
"""By how many bursts a back-off may end sooner: one, for each pump measures at its own moments;
and one for the noise of the pressure, which is less than a burst takes away."""


@dataclass(frozen=True)
class Run:
    """One run, seen at the step pin."""

    counts: tuple[int, ...]
    """Net forward steps at each tick after the first step, until it stands."""
    forward: int
    back: int
    """All steps of either direction: a turn falls between two ticks."""

    @property
    def stops_at(self) -> int:
        """The tick by which it stands or has turned back."""
        return self.counts.index(max(self.counts))

    @property
    def back_ticks(self) -> int:
        """How long it draws back."""
        return len(self.counts) - 1 - self.stops_at

    @property
    def last_tick_steps(self) -> int:
        """The most that it makes in a tick, of the last three before it stops."""
        last = (0, *self.counts[: self.stops_at + 1])[-4:]
        return max(after - before for before, after in pairwise(last))


@dataclass(frozen=True)
class Course:
    """What was seen of one pump."""

    runs: dict[str, Run]
    events: tuple[str, ...]
    """States and alarms of the journal, in its order."""


def differences(emulator: Course, chip: Course) -> list[str]:
    """Where they differ by more than they may, each a line; none: they are the same."""
    found = [
        f"{name}: {told}"
        for name, run in emulator.runs.items()
        for told in (*_forward(run, chip.runs[name]), *_back(run, chip.runs[name]))
    ]
    if emulator.events != chip.events:
        found.append(f"on the emulator {', '.join(emulator.events)}")
        found.append(f"on the chip {', '.join(chip.events)}")
    return found


def _forward(one: Run, other: Run) -> list[str]:
    """To the stop at each tick, and all that was made by then."""
    found: list[str] = []
    ends = one.stops_at, other.stops_at
    if abs(ends[0] - ends[1]) > TICKS_MAX:
        found.append(f"the emulator stops at tick {ends[0]}, the chip at {ends[1]}")
    for tick in range(min(ends)):
        counts = one.counts[tick], other.counts[tick]
        if abs(counts[0] - counts[1]) > STEPS_MAX:
            found.append(f"tick {tick}: emulator {counts[0]} steps, chip {counts[1]}")
    # One stops a tick sooner, and each anywhere in the tick of its stop.
    most = max(one.last_tick_steps, other.last_tick_steps) * (TICKS_MAX + 1) + STEPS_MAX
    if abs(one.forward - other.forward) > most:
        found.append(f"in all: emulator {one.forward} steps, chip {other.forward}")
    return found


def _back(one: Run, other: Run) -> list[str]:
    """A back-off: where it ends, which the pressure says, and how long it takes."""
    if not one.back and not other.back:
        return []
    found: list[str] = []
    ends = one.forward - one.back, other.forward - other.back
    only_one = not one.back or not other.back
    if only_one or abs(ends[0] - ends[1]) > BURSTS_MAX * BURST_STEPS:
        found.append(
            f"emulator {one.back} steps back to {ends[0]}, chip {other.back} to {ends[1]}"
        )
    if abs(one.back_ticks - other.back_ticks) > BURSTS_MAX + TICKS_MAX:
        found.append(f"emulator back in {one.back_ticks} ticks, chip in {other.back_ticks}")
    return found


def summary(emulator: Course, chip: Course) -> list[str]:
    """What was compared, and how far apart it was."""
    lines: list[str] = []
    for name, run in emulator.runs.items():
        its = chip.runs[name]
        ticks = range(min(run.stops_at, its.stops_at))
        apart = [abs(run.counts[tick] - its.counts[tick]) for tick in ticks]
        lines.append(
            f"{name}: emulator {run.forward} steps by tick {run.stops_at}, chip {its.forward} by"
            f" tick {its.stops_at}; before that at most {max(apart, default=0)} apart, none at"
            f" {apart.count(0)} ticks"
        )
        if run.back or its.back:
            lines.append(
                f"{name}: emulator {run.back} steps back in {run.back_ticks} ticks, chip"
                f" {its.back} in {its.back_ticks}"
            )
    lines.append(f"states and alarms: {', '.join(emulator.events)}")
    return lines
