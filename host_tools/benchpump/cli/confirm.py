"""The container is confirmed by a person before the first start."""

from __future__ import annotations

import sys

import click

from benchpump.cli.exits import Refused, Unusable
from benchpump.recipes import Container, find_container, load_containers


def named_container(name: str) -> Container:
    """The container of that name. Raises Unusable with the nearest names."""
    try:
        return find_container(name, load_containers())
    except LookupError as error:
        raise Unusable(str(error.args[0]), "benchpump recipe containers lists them") from None


def container_of(number: int) -> Container:
    """The container of a number that the pump gave. Raises Refused where it is not known here."""
    for container in load_containers():
        if container.number == number:
            return container
    todo = "use the containers.toml that the allotment was made with, or make a new allotment"
    raise Refused(f"the pump's container {number} is not in containers.toml", todo)


def confirm_container(container: Container, confirmed: str | None) -> None:
    """Ask whether that container is fitted, or compare with --confirm-container.

    Raises Refused where it is not, or where there is nobody to ask.
    """
    if confirmed is not None:
        if named_container(confirmed).number != container.number:
            happened = f"the pump's allotment is for {container.name}, not for {confirmed}"
            raise Refused(happened, "fit that container, or make a new allotment: benchpump allot")
        return
    if not sys.stdin.isatty():
        todo = f'look at the pump, then add --confirm-container "{container.name}"'
        raise Refused("the container must be confirmed and there is no terminal to ask on", todo)
    if not click.confirm(f"Is a {container.name} fitted in the pump?"):
        raise Refused("the container was not confirmed", "fit it, then run the command again")
