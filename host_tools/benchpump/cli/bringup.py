"""`benchpump bringup`: a new rig checked by a person, first at rest, then step by step."""

from __future__ import annotations

import click

from benchpump.cli.bringup_motion import motion
from benchpump.cli.bringup_wiring import wiring


@click.group()
def bringup() -> None:
    """Check a new rig: `wiring` with the motor off, then `motion` by single steps."""


bringup.add_command(wiring)
bringup.add_command(motion)
