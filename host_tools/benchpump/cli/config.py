"""`benchpump config`: the pump's own calibration and limits."""

from __future__ import annotations

from pathlib import Path

import click

from benchpump.cli import config_file
from benchpump.cli.config_file import field_named
from benchpump.cli.connect import connected
from benchpump.cli.ports import port_option
from benchpump.link.client import Pump
from benchpump.link.messages import CONFIG
from benchpump.link.tables import ConfigField


@click.group()
def config() -> None:
    """Read and change the configuration kept in the pump."""


@config.command()
@click.argument("name", required=False)
@port_option
def get(name: str | None, port: str | None) -> None:
    """Show one field, or all of them."""
    fields = [field_named(name)] if name else list(CONFIG)
    with connected(port) as pump:
        for field in fields:
            click.echo(f"{field.name:<20} {pump.config_get(field.index)} {field.unit}")


@config.command("set")
@click.argument("name")
@click.argument("value", type=int)
@port_option
def set_(name: str, value: int, port: str | None) -> None:
    """Change field NAME to VALUE (in its unit) and write it to the pump's memory.

    Narrowing a limit is always possible; widening one takes the service jumper.
    """
    field = field_named(name)
    config_file.in_range(field, value)
    with connected(port) as pump:
        done = config_file.write(pump, {field: value})
    click.echo(done[0] if done else f"{name} is {value} {field.unit} already.")


@config.command()
@click.argument("file", type=click.Path(path_type=Path))
@port_option
def apply(file: Path, port: str | None) -> None:
    """Write the fields that FILE names, all of them or none; the others stay.

    FILE is TOML: one line a field, name = number. Makes one of them a limit wider, or is the pump
    not provisioned, it takes the service jumper.
    """
    values = config_file.read(file)
    with connected(port) as pump:
        done = config_file.write(pump, values)
    for change in done or [f"Every field is as in {file} already."]:
        click.echo(change)


@config.command()
@port_option
def diff(port: str | None) -> None:
    """Show the fields that differ from their defaults."""
    with connected(port) as pump:
        different = _different(pump)
    for field, value in different:
        click.echo(f"{field.name:<20} {value} {field.unit} (default {field.default})")
    if not different:
        click.echo("Every field has its default.")


def _different(pump: Pump) -> list[tuple[ConfigField, int]]:
    values = [(field, pump.config_get(field.index)) for field in CONFIG]
    return [(field, value) for field, value in values if value != field.default]

