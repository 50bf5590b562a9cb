"""`benchpump as-run`: the last program as it was run, and a recipe made of it."""

from __future__ import annotations

from pathlib import Path

import click

from benchpump.cli.connect import connected
from benchpump.cli.exits import ExitCode, finish
from benchpump.cli.ports import port_option
from benchpump.link.answers import AsRun, By, Stretch
from benchpump.recipes.from_run import recipe_text
from benchpump.recipes.program import TICKS_PER_SECOND
from benchpump.report.summary import clock

_WHY = {
    By.PROGRAM: "as loaded",
    By.TITRATION: "changed while it ran",
    By.HOLD: "held",
    By.KEEP_OPEN: "keep-open rate",
    By.RAMP_END: "where the ramp was to end",
    By.REPEAT: "again as before, from this segment on",
}


@click.command("as-run")
@port_option
@click.option(
    "--recipe", "path", type=click.Path(path_type=Path), help="Write it as a recipe to this file."
)
@click.option("--name", default="As it was run", help="Name of that recipe.")
def as_run(port: str | None, path: Path | None, name: str) -> None:
    """Show the last program as the pump ran it, changes of rate included."""
    with connected(port) as pump:
        run = pump.last_run()
    for stretch in run.stretches:
        click.echo(line(stretch))
    if run.count > len(run.stretches):
        missing = run.count - len(run.stretches)
        click.echo(f"and {missing} more, which the pump does not keep")
    click.echo(f"{clock(run.ticks / TICKS_PER_SECOND)} of the program run")
    if path is not None:
        _write(path, name, run)


def line(stretch: Stretch) -> str:
    """One stretch for people."""
    began = clock(stretch.start_tick / TICKS_PER_SECOND)
    rate = f"{stretch.rate_nl_h / 1e6:g} mL/h"
    return f"{began:>12}  segment {stretch.segment:<3} {rate:>16}  {_WHY[By(stretch.by)]}"


def _write(path: Path, name: str, run: AsRun) -> None:
    if run.count > len(run.stretches):
        click.echo(
            "benchpump: not all of the run was kept, so no recipe can be made of it", err=True
        )
        finish(ExitCode.USAGE)
    try:
        text = recipe_text(name, run.stretches, run.ticks)
    except ValueError as error:
        click.echo(f"benchpump: {error}; no recipe written", err=True)
        finish(ExitCode.USAGE)
    path.write_text(text, encoding="utf-8")
    click.echo(f"written to {path}; add container and cap, then: benchpump recipe check {path}")
