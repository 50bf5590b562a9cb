"""`benchpump recipe`: look at a recipe before it runs."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchpump.cli.exits import ExitCode, finish
from benchpump.recipes import Container, Recipe, RecipeError, Segment, load_containers, load_recipe
from benchpump.recipes.program import TICKS_PER_SECOND
from benchpump.report.summary import clock

RECIPE_PATH = click.Path(exists=True, dir_okay=False, path_type=Path)


def read_recipe(path: Path) -> Recipe:
    """Load a recipe; print every problem and leave with the usage code where there are any."""
    try:
        return load_recipe(path)
    except RecipeError as error:
        for line in error.lines():
            click.echo(line, err=True)
        count = len(error.problems)
        click.echo(f"benchpump: {count} problem{'s' * (count > 1)}; nothing was sent", err=True)
        click.echo("  What to do: correct the lines above; docs/recipes.md explains", err=True)
        finish(ExitCode.USAGE)


@click.group("recipe")
def recipe_group() -> None:
    """Check a recipe, or show what it would do."""


@recipe_group.command()
@click.argument("path", type=RECIPE_PATH)
def check(path: Path) -> None:
    """Check the recipe in PATH; all problems at once, with line and column."""
    recipe = read_recipe(path)
    click.echo(f"{path}: good. {totals(recipe)}")


@recipe_group.command()
@click.argument("path", type=RECIPE_PATH)
def show(path: Path) -> None:
    """Show the segments that the recipe in PATH becomes, with time and volume."""
    recipe = read_recipe(path)
    table = Table(title=recipe.name, title_justify="left")
    for heading in ("segment", "step", "kind"):
        table.add_column(heading)
    for heading in ("from", "rate (mL/h)", "time", "volume (mL)", "sum (mL)"):
        table.add_column(heading, justify="right")
    ticks = 0
    volume_nl = 0.0
    segments = recipe.program.segments
    for index, segment in enumerate(segments):
        began = clock(ticks / TICKS_PER_SECOND)
        if segment.kind == "REPEAT":
            first, times = index - segment.duration_ticks, segment.volume_nl
            more_ticks = sum(one.planned_ticks for one in segments[first:index]) * (times - 1)
            more_nl = sum(one.planned_nl for one in segments[first:index]) * (times - 1)
            kind, rate = f"repeat {first}–{index - 1}", f"{times} times"
        else:
            more_ticks, more_nl = segment.planned_ticks, segment.planned_nl
            kind, rate = segment.kind.lower(), _rate(segment)
        ticks += more_ticks
        volume_nl += more_nl
        table.add_row(
            str(index), str(segment.step), kind, began, rate,
            clock(more_ticks / TICKS_PER_SECOND), f"{more_nl / 1e6:.4f}",
            f"{volume_nl / 1e6:.4f}",
        )  # fmt: skip
    Console().print(table)
    click.echo(totals(recipe))


@recipe_group.command()
def containers() -> None:
    """List the containers that a recipe or --container may name."""
    table = Table()
    for heading in ("number", "container", "bore or turn", "volume (mL)", "figure from"):
        table.add_column(heading)
    for container in load_containers():
        table.add_row(
            str(container.number), container.name, _geometry(container),
            f"{container.capacity_nl / 1e6:g}", container.volume_source,
        )  # fmt: skip
    Console().print(table)


def _geometry(container: Container) -> str:
    if container.nl_per_revolution:
        return f"{container.nl_per_revolution / 1e6:g} mL/turn"
    return f"{container.inner_diameter_um / 1e3:g} mm"


def totals(recipe: Recipe) -> str:
    """Volume, time, peak rate, cap, container and end of a recipe, in one line."""
    program = recipe.program
    parts = [
        f"{program.total_volume_nl / 1e6:.4f} mL in {clock(program.duration_s)}",
        f"peak {program.peak_rate_nl_h / 1e6:g} mL/h",
    ]
    if recipe.cap_nl is not None:
        parts.append(f"cap {recipe.cap_nl / 1e6:g} mL")
    if recipe.container is not None:
        parts.append(recipe.container.name)
    if program.then == "STOP":
        parts.append("then stop")
    else:
        parts.append(f"then keep open at {program.keep_open_rate_nl_h / 1e6:g} mL/h")
    return ", ".join(parts)


def _rate(segment: Segment) -> str:
    if segment.kind == "RAMP":
        return f"{segment.rate_nl_h / 1e6:g} → {segment.end_rate_nl_h / 1e6:g}"
    return f"{segment.rate_nl_h / 1e6:g}"
