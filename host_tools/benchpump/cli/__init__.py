"""The command `benchpump`."""

from __future__ import annotations

import click

from benchpump.cli.demo import demo
from benchpump.cli.exits import EXIT_CODES
from benchpump.cli.recipe import recipe_group


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="benchpump")
def main() -> None:
    """Drive a research bench pump. Not for patient use.

    Begin with `benchpump demo`, which runs a recipe on an emulated pump; no hardware needed.
    """


for command in (demo, recipe_group):
    main.add_command(command)
