"""`benchpump allot`: a new budget of volume from a container."""

from __future__ import annotations

import click

from benchpump.cli import allotment
from benchpump.cli.confirm import confirm_container, named_container
from benchpump.cli.connect import connected
from benchpump.cli.exits import Unusable
from benchpump.cli.ports import port_option
from benchpump.recipes.units import Dosing, UnitError, parse_volume_nl


@click.command()
@click.argument("container_name", metavar="CONTAINER")
@click.argument("cap")
@port_option
@click.option(
    "--confirm-container",
    "confirmed",
    metavar="NAME",
    help="Confirms the container without asking.",
)
@click.option(
    "--syringes",
    type=click.IntRange(1),
    default=1,
    help="How many of them the cap may take, changed in mid-run (1).",
)
def allot(
    container_name: str, cap: str, port: str | None, confirmed: str | None, syringes: int
) -> None:
    """Allot CAP ("4 mL") from CONTAINER ("BD Plastipak 10 mL"); takes the pump's own button.

    The allotment in force ends, whatever it had left; the rolling window goes on counting.
    """
    container = named_container(container_name)
    try:
        cap_nl = round(parse_volume_nl(cap, Dosing()))
    except UnitError as error:
        raise Unusable(f"CAP: {error}", 'for instance: "4 mL"') from None
    if syringes > 1 and container.nl_per_revolution:
        raise Unusable("--syringes: tubing is not changed in mid-run", "leave it out")
    if not 0 < cap_nl <= syringes * container.capacity_nl:
        happened = f"CAP: {cap} is not above zero or more than {syringes} x {container.name} hold"
        todo = f"at most {syringes * container.capacity_nl / 1e6:g} mL, or see --syringes"
        raise Unusable(happened, todo)
    confirm_container(container, confirmed)
    with connected(port) as pump:
        proposed = allotment.propose(pump, container, cap_nl)
        made = allotment.confirm(pump, proposed, click.echo)
    click.echo(
        f"Allotment {made.identity}: {made.cap_nl / 1e6:.4g} mL from {container.name}."
        " Next: benchpump prime, or benchpump run RECIPE"
    )
    if not container.nl_per_revolution:
        click.echo(
            f"It is taken to be full, {container.capacity_nl / 1e6:g} mL: if it is not, take it"
            " out, seat it again, and tell what it holds: benchpump refit CONTENT"
        )
