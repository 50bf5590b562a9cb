"""The same infusions on the emulator and on the chip's own image: what differs.

`python -m benchpump.testing.side_by_side` prints it, and ends with status 1 where it is more than
it may be (`courses.py`). Steps are counted at the pin at each tick after the first step of a run;
states and alarms are those of the journal, in its order. Each board measures pressure at its own
moments, so an occlusion may be found, and a back-off end, a little sooner or later.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchpump.bench.emulated import EmulatedRig
from benchpump.bench.pico.rig import PicoRig
from benchpump.bench.reference import booted
from benchpump.bench.rig import DeviceMissing
from benchpump.link.client import Pump
from benchpump.link.messages import ALARMS, Event, State
from benchpump.link.segments import Segment
from benchpump.testing.courses import Course, Run, differences, summary
from benchpump.testing.pico_target import PicoRigMaker
from benchpump.testing.procedures import ML_H, TICKS_PER_S, allot, start, until
from benchpump.testing.targets import RigMaker, Target

TICK_US = 1_000_000 // TICKS_PER_S
LOOK_US = 1_000
_ALARMS = {alarm.code: alarm.name for alarm in ALARMS.values()}
VirtualRig = EmulatedRig | PicoRig


class _Steps:
    """Looks at the pin from now on until `end`."""

    def __init__(self, rig: VirtualRig) -> None:
        self._rig = rig
        self._board = rig.board
        self._began_us = 0
        self._before = self._made()
        self._counts: list[int] = []
        self._over = False
        self._look()

    def _made(self) -> tuple[int, int]:
        drive = self._board.drive
        return drive.forward_steps, drive.reverse_steps

    def _since(self) -> tuple[int, int]:
        forward, reverse = self._made()
        return forward - self._before[0], reverse - self._before[1]

    def _look(self) -> None:
        if self._over:
            return
        forward, back = self._since()
        made = forward - back
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

    def end(self) -> Run:
        """What was seen, without the ticks of a pin that has come to rest."""
        self._over = True
        counts = self._counts
        while len(counts) > 1 and counts[-2] == counts[-1]:
            counts.pop()
        return Run(tuple(counts), *self._since())


def course(rig: VirtualRig) -> Course:
    """A profile to its end, a run ended by the e-stop, one by an occlusion with its back-off."""
    pump = booted(rig)
    with pump:
        newest = max(record.record for record in pump.log())
        allot(rig, pump)
        fault = partial(_stopped_by, rig, pump)
        run = partial(_run, rig, pump)
        runs = {
            "profile": run(_profile(), lambda _: until(pump, State.FINISHED)),
            "e-stop": run([_constant(20, 60)], partial(fault, "estop", "pressed")),
            "occlusion": run([_constant(100, 60)], partial(fault, "downstream", "occluded")),
        }
        return Course(runs, tuple(_events(pump, newest + 1)))


def _constant(ml_h: int, seconds: int) -> Segment:
    return Segment.constant(ml_h * ML_H, seconds * TICKS_PER_S)


def _profile() -> list[Segment]:
    return [_constant(20, 2), Segment.ramp(20 * ML_H, 5 * ML_H, 40), _constant(5, 1)]


def _run(
    rig: VirtualRig, pump: Pump, program: Sequence[Segment], end: Callable[[_Steps], object]
) -> Run:
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


def tell(emulator: Course, chip: Course, out: Path | None) -> int:
    """Print what was compared and where it differs, and write it to `out`; the exit status."""
    found = differences(emulator, chip)
    lines = summary(emulator, chip) + (found or ["no difference beyond what is allowed"])
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    return 1 if found else 0


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
    return tell(emulator, chip, options.out)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
