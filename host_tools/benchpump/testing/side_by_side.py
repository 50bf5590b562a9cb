"""The same infusions on the emulator and on the chip's own image: what differs.

`python -m benchpump.testing.side_by_side` prints it, and ends with status 1 where it is more than
it may be. Steps are counted at the pin at each tick after the first step of a run, to the tick in
which it stops or turns back; states and alarms are those of the journal, in its order. Each board
measures pressure at moments of its own, so an occlusion may be found a tick sooner or later.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchpump.bench.emulated import EmulatedRig
from benchpump.bench.pico.rig import PicoRig
from benchpump.bench.reference import booted
from benchpump.bench.rig import DeviceMissing
from benchpump.link.client import Pump
from benchpump.link.messages import ALARMS, Event, State
from benchpump.link.segments import Segment
from benchpump.testing.pico_target import PicoRigMaker
from benchpump.testing.procedures import ML_H, TICKS_PER_S, allot, start, until
from benchpump.testing.targets import RigMaker, Target

TICK_US = 1_000_000 // TICKS_PER_S
LOOK_US = 1_000
STEPS_MAX = 1
"""By how many steps the counts may differ at a tick: a step falls on either side of its end."""
TICKS_MAX = 1
"""By how many ticks one may stop sooner."""
_ALARMS = {alarm.code: alarm.name for alarm in ALARMS.values()}
VirtualRig = EmulatedRig | PicoRig


@dataclass(frozen=True)
class Course:
    """What was seen of one pump, run by run."""

    steps: dict[str, tuple[int, ...]]
    """Net forward steps of each run at each tick after its first step, until it stands."""
    events: tuple[str, ...]


class _Steps:
    """Looks at the pin from now on until `end`."""

    def __init__(self, rig: VirtualRig) -> None:
        self._rig = rig
        self._board = rig.board
        self._began_us = 0
        self._before = self._net()
        self._counts: list[int] = []
        self._over = False
        self._look()

    def _net(self) -> int:
        drive = self._board.drive
        return drive.forward_steps - drive.reverse_steps

    def _look(self) -> None:
        if self._over:
            return
        made = self._net() - self._before
        wait_us = LOOK_US
        if made and not self._counts:
            self._began_us = self._board.now_us
        if made or self._counts:
            self._counts.append(made)
            wait_us = TICK_US
        self._board.call_at(self._board.now_us + wait_us, self._look)

    def pass_ticks(self, ticks: int) -> None:
        """Let time pass to the middle of that tick of the run."""
        while not self._counts:
            self._rig.clock.sleep_ms(LOOK_US / 1000)
        until_us = self._began_us + ticks * TICK_US + TICK_US // 2
        self._rig.clock.sleep_ms((until_us - self._board.now_us) / 1000)

    def end(self) -> tuple[int, ...]:
        """The counts, without those of a pin that has come to rest."""
        self._over = True
        counts = self._counts
        while len(counts) > 1 and counts[-2] == counts[-1]:
            counts.pop()
        return tuple(counts)


def course(rig: VirtualRig) -> Course:
    """A profile to its end, a run ended by the e-stop, one by an occlusion with its back-off."""
    pump = booted(rig)
    with pump:
        newest = max(record.record for record in pump.log())
        allot(rig, pump)
        fault = partial(_stopped_by, rig, pump)
        run = partial(_run, rig, pump)
        steps = {
            "profile": run(_profile(), lambda _: until(pump, State.FINISHED)),
            "e-stop": run([_constant(20, 60)], partial(fault, "estop", "pressed")),
            "occlusion": run([_constant(100, 60)], partial(fault, "downstream", "occluded")),
        }
        return Course(steps, tuple(_events(pump, newest + 1)))


def _constant(ml_h: int, seconds: int) -> Segment:
    return Segment.constant(ml_h * ML_H, seconds * TICKS_PER_S)


def _profile() -> list[Segment]:
    return [_constant(20, 2), Segment.ramp(20 * ML_H, 5 * ML_H, 40), _constant(5, 1)]


def _run(
    rig: VirtualRig, pump: Pump, program: Sequence[Segment], end: Callable[[_Steps], object]
) -> tuple[int, ...]:
    steps = _Steps(rig)
    start(pump, program)
    end(steps)
    rig.clock.sleep_ms(500)
    if pump.alarms():
        pump.acknowledge()
    return steps.end()


def _stopped_by(rig: VirtualRig, pump: Pump, channel: str, kind: str, steps: _Steps) -> None:
    steps.pass_ticks(15)
    fault = rig.inject(channel, kind)
    until(pump, State.ALARM)
    fault.clear()
    rig.clock.sleep_ms(200)


def _events(pump: Pump, first: int) -> list[str]:
    told: list[str] = []
    for record in pump.log(first):
        if record.code == Event.STATE:
            told.append(State(record.value).name)
        elif record.code in _ALARMS:
            told.append(f"alarm {_ALARMS[record.code]}")
    return told


def differences(emulator: Course, chip: Course) -> list[str]:
    """Where they differ by more than they may, each a line; none: they are the same."""
    found: list[str] = []
    for name, counts in emulator.steps.items():
        its = chip.steps[name]
        ends = _stops_at(counts), _stops_at(its)
        if abs(ends[0] - ends[1]) > TICKS_MAX:
            found.append(f"{name}: the emulator stops at tick {ends[0]}, the chip at {ends[1]}")
        for tick in range(min(ends)):
            if abs(counts[tick] - its[tick]) > STEPS_MAX:
                found.append(
                    f"{name}, tick {tick}: emulator {counts[tick]} steps, chip {its[tick]}"
                )
    if emulator.events != chip.events:
        found.append(f"on the emulator {', '.join(emulator.events)}")
        found.append(f"on the chip {', '.join(chip.events)}")
    return found


def _stops_at(counts: Sequence[int]) -> int:
    return counts.index(max(counts))


def summary(emulator: Course, chip: Course) -> list[str]:
    """What was compared, and how far apart it was."""
    lines: list[str] = []
    for name, counts in emulator.steps.items():
        its = chip.steps[name]
        ends = _stops_at(counts), _stops_at(its)
        apart = [abs(counts[tick] - its[tick]) for tick in range(min(ends))]
        lines.append(
            f"{name}: emulator {max(counts)} steps by tick {ends[0]}, chip {max(its)} by tick"
            f" {ends[1]}; before that at most {max(apart)} apart, none at {apart.count(0)} ticks"
        )
        back = tuple((max(one) - one[-1], len(one) - 1 - _stops_at(one)) for one in (counts, its))
        if any(steps for steps, _ in back):
            lines.append(
                f"{name}: emulator {back[0][0]} steps back in {back[0][1]} ticks, chip"
                f" {back[1][0]} in {back[1][1]}"
            )
    lines.append(f"states and alarms: {', '.join(emulator.events)}")
    return lines


def main(arguments: Sequence[str]) -> int:
    """Compare, print and write to `--out`. Status 1: they differ; 2: there is no image."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    made: list[Course] = []
    try:
        for maker in (
            PicoRigMaker(Target("pico", "auto", options.seed, None)),
            RigMaker(Target("emulator", "auto", options.seed, None)),
        ):
            rig = maker()
            made.append(course(rig))
            rig.truth.check()
            maker.end_test()
    except DeviceMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    chip, emulator = made
    found = differences(emulator, chip)
    lines = summary(emulator, chip) + (found or ["no difference beyond a step"])
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(text, encoding="utf-8")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
