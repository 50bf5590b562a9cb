"""The chip's own image beside the emulator: the same steps at each tick, the same alarms."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchpump.testing.pico_target import PicoRigMaker
from benchpump.testing.side_by_side import Course, course, differences
from benchpump.testing.targets import RigMaker, Target

EVENTS = ("ARMED", "RUNNING", "alarm ESTOP", "ALARM")


def _course(*steps: int, events: tuple[str, ...] = EVENTS) -> Course:
    return Course({"run": steps}, events)


@pytest.mark.parametrize(("apart", "told"), [(0, 0), (1, 0), (-1, 0), (2, 1), (-2, 1)])
def test_a_step_apart_is_none(apart: int, told: int) -> None:
    """Issue 4, traces compared: a step may fall on either side of a tick's end, two may not."""
    assert len(differences(_course(1, 4, 7), _course(1, 4 + apart, 7))) == told


@pytest.mark.parametrize(("ticks", "told"), [(4, 0), (3, 0), (2, 1)])
def test_a_run_that_ends_sooner_is_told(ticks: int, told: int) -> None:
    """A stop may come a tick sooner, not two."""
    steps = (1, 4, 7, 10)
    assert len(differences(_course(*steps), _course(*steps[:ticks]))) == told


def test_what_is_drawn_back_is_no_part_of_it() -> None:
    """After the stop of an occlusion each draws back by its own measurements."""
    assert differences(_course(1, 4, 7, 3), _course(1, 4, 7, 6, 2)) == []


def test_the_order_of_states_and_alarms_counts() -> None:
    """The same ones in another order are a difference."""
    other = (*EVENTS[:2], EVENTS[3], EVENTS[2])
    assert len(differences(_course(1), _course(1, events=other))) == 2


def test_the_chip_does_what_the_emulator_does(uf2: Path) -> None:
    """A profile to its end, an e-stop, an occlusion with its back-off (issue 4)."""
    courses: list[Course] = []
    for maker in (
        RigMaker(Target("emulator", "cpython", 0, None)),
        PicoRigMaker(Target("pico", "auto", 0, None)),
    ):
        rig = maker()
        courses.append(course(rig))
        rig.truth.check()
        maker.end_test()
    assert differences(*courses) == []
