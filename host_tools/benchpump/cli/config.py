"""`benchpump config`: the pump's own calibration and limits."""

from __future__ import annotations

import click

from benchpump.cli.connect import connected
from benchpump.cli.exits import Unusable
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
    if not field.min <= value <= field.max:
        happened = f"{name}: {value} is outside {field.min}..{field.max} {field.unit}"
        raise Unusable(happened, field.text)
    with connected(port) as pump:
        before = pump.config_get(field.index)
        pump.config_set(field.index, value)
        pump.config_commit()
        click.echo(f"{name}: {before} → {pump.config_get(field.index)} {field.unit}")


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


def field_named(name: str) -> ConfigField:
    """The field of that name. Raises Unusable with all names."""
    for field in CONFIG:
        if field.name == name:
            return field
    names = ", ".join(field.name for field in CONFIG)
    raise Unusable(f"{name} is no configuration field", f"one of: {names}")
