"""The chip's own image beside the emulator: the same steps at each tick, the same alarms."""

from __future__ import annotations

from pathlib import Path

from benchpump.testing.courses import Course, differences
from benchpump.testing.pico_target import PicoRigMaker
from benchpump.testing.side_by_side import course
from benchpump.testing.targets import RigMaker, Target


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
