"""`benchpump as-run`: the last program as it was run, and a recipe made of it."""

from __future__ import annotations

from pathlib import Path

import click

from benchpump.cli import allotment
from benchpump.cli.connect import connected
from benchpump.cli.exits import ExitCode, finish
from benchpump.cli.ports import port_option
from benchpump.link.answers import AsRun, By, Stretch
from benchpump.link.on_demand import Bolus, OnDemand, last_run_with_boluses
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
    """Show the last program as the pump ran it, changes of rate included.

    Boluses on demand are told beside it: neither the program nor the recipe has them.
    """
    with connected(port) as pump:
        run, beside = last_run_with_boluses(pump)
        allotted = allotment.in_force(pump)
    for stretch in run.stretches:
        click.echo(line(stretch))
    if run.count > len(run.stretches):
        missing = run.count - len(run.stretches)
        click.echo(f"and {missing} more, which the pump does not keep")
    click.echo(f"{clock(run.ticks / TICKS_PER_SECOND)} of the program run")
    worth = allotted if beside.same_allotment else None
    told = bolus_lines(beside, worth.nl_per_step if worth else None)
    for text in told:
        click.echo(text)
    if path is not None:
        _write(path, name, run, told)


def line(stretch: Stretch) -> str:
    """One stretch for people."""
    began = clock(stretch.start_tick / TICKS_PER_SECOND)
    rate = f"{stretch.rate_nl_h / 1e6:g} mL/h"
    return f"{began:>12}  segment {stretch.segment:<3} {rate:>16}  {_WHY[By(stretch.by)]}"


def bolus_lines(beside: OnDemand, nl_per_step: float | None) -> list[str]:
    """Boluses on demand for people; in steps where it is not known what a step is worth."""
    lines: list[str] = []
    if beside.boluses:
        count = len(beside.boluses)
        boluses = "1 bolus" if count == 1 else f"{count} boluses"
        total = f"{_volume(beside.given_steps, nl_per_step)} in all"
        if any(bolus.given_steps is None for bolus in beside.boluses):
            total += " without what has no end on record"
        lines.append(f"Not all that was delivered: {boluses} on demand beside it, {total}")
    lines += [_bolus_line(bolus, nl_per_step) for bolus in beside.boluses]
    if not beside.complete:
        lines.append(
            "The journal does not go back to the beginning of the run:"
            " there may have been more boluses on demand"
        )
    return lines


def _bolus_line(bolus: Bolus, nl_per_step: float | None) -> str:
    at = "?" if bolus.at_tick is None else clock(bolus.at_tick / TICKS_PER_SECOND)
    asked = _volume(bolus.asked_steps, nl_per_step)
    rate = "" if bolus.rate_nl_h is None else f" at {bolus.rate_nl_h / 1e6:g} mL/h"
    if bolus.given_steps is None:
        return f"{at:>12}  {asked} asked for{rate}; it goes on, or its end is not on record"
    if bolus.given_steps < bolus.asked_steps:
        given = _volume(bolus.given_steps, nl_per_step)
        return f"{at:>12}  {given} of {asked}{rate}; it was cut short"
    return f"{at:>12}  {asked}{rate}"


def _volume(steps: int, nl_per_step: float | None) -> str:
    return f"{steps} steps" if nl_per_step is None else f"{steps * nl_per_step / 1e6:.4f} mL"


def _write(path: Path, name: str, run: AsRun, remarks: list[str]) -> None:
    if run.count > len(run.stretches):
        click.echo(
            "benchpump: not all of the run was kept, so no recipe can be made of it", err=True
        )
        finish(ExitCode.USAGE)
    try:
        text = recipe_text(name, run.stretches, run.ticks, remarks)
    except ValueError as error:
        click.echo(f"benchpump: {error}; no recipe written", err=True)
        finish(ExitCode.USAGE)
    path.write_text(text, encoding="utf-8")
    click.echo(f"written to {path}; add container and cap, then: benchpump recipe check {path}")
