"""The command `benchpump`."""

from __future__ import annotations

import click

from benchpump.cli.allot import allot
from benchpump.cli.as_run import as_run
from benchpump.cli.bringup import bringup
from benchpump.cli.calibrate import calibrate
from benchpump.cli.config import config
from benchpump.cli.demo import demo
from benchpump.cli.doctor import doctor
from benchpump.cli.emulator import emulator
from benchpump.cli.exits import EXIT_CODES
from benchpump.cli.flash import flash_command
from benchpump.cli.package import package
from benchpump.cli.prime import prime
from benchpump.cli.profile import profile_group
from benchpump.cli.provision import provision
from benchpump.cli.readings import limits, log
from benchpump.cli.recipe import recipe_group
from benchpump.cli.recover import recover_command
from benchpump.cli.refit import refit
from benchpump.cli.run import run
from benchpump.cli.status import status
from benchpump.cli.stopping import ack, stop
from benchpump.cli.withdraw import withdraw


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="benchpump")
def main() -> None:
    """Drive a research bench pump. Not for patient use.

    Begin with `benchpump demo`, which runs a recipe on an emulated pump; no hardware needed.
    """


for command in (
    ack, allot, as_run, bringup, calibrate, config, demo, doctor, emulator, flash_command,
    limits, log, package, prime, profile_group, provision, recipe_group, recover_command, refit,
    run, status, stop, withdraw,
):  # fmt: skip
    main.add_command(command)
