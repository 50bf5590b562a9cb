"""A copy of the firmware with a defect built in: for faults that no board can be given."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from benchpump import tree_root
from benchpump.testing.sabotage import Sabotage
from benchpump.testing.targets import RigMaker

Alter = Callable[[str, str, str], Path]
"""(file, old, new): the tree in which the lines `old` of that file are `new`."""


def altering(maker: RigMaker, folder: Path) -> Alter:
    """Alter copies, in `folder`, of whatever firmware the suite runs on.

    What it returns raises sabotage.PatchError unless the old lines stand there exactly once.
    """
    target = folder / "firmware"

    def alter(file: str, old: str, new: str) -> Path:
        if not target.exists():
            leave_out = shutil.ignore_patterns("tests", "__pycache__")
            source = maker.target.firmware or tree_root() / "firmware"
            shutil.copytree(source, target, ignore=leave_out)
        Sabotage("altered", "", "", file, old, new).apply(target)
        return target

    return alter
