"""`benchpump refit`: confirm the container after it was out, in mid-run or before one."""

from __future__ import annotations

import click

from benchpump.cli import allotment
from benchpump.cli.confirm import confirm_container, container_of
from benchpump.cli.connect import connected
from benchpump.cli.exits import Refused, Unusable
from benchpump.cli.ports import port_option
from benchpump.recipes.units import Dosing, UnitError, parse_volume_nl

EXAMPLE = 'for instance: benchpump refit "9.5 mL"'


@click.command()
@click.argument("content", required=False)
@port_option
@click.option(
    "--confirm-container",
    "confirmed",
    metavar="NAME",
    help="Confirms the container without asking.",
)
def refit(content: str | None, port: str | None, confirmed: str | None) -> None:
    """Confirm another container of the same kind with CONTENT ("9.5 mL"; else: full) in it.

    For the same container seated again, give what is left in it. The allotment and its cap go on.
    """
    try:
        content_nl = round(parse_volume_nl(content, Dosing())) if content else None
    except UnitError as error:
        raise Unusable(str(error), EXAMPLE) from None
    with connected(port) as pump:
        allotted = allotment.in_force(pump)
        if allotted is None:
            raise Refused("no allotment is in force", "benchpump allot")
        container = container_of(allotted.container)
        content_nl = container.capacity_nl if content_nl is None else content_nl
        if not 1000 <= content_nl <= container.capacity_nl:
            happened = f"{content_nl / 1e6:g} mL is not what a {container.name} can hold"
            raise Unusable(happened, EXAMPLE)
        offered = pump.refit(content_nl // 1000)
        confirm_container(container, confirmed)
        pump.refit_confirm(offered.token)
    click.echo(
        f"Confirmed: a {container.name} with {content_nl / 1e6:.4g} mL;"
        f" {allotted.left_nl / 1e6:.4f} mL of the cap left."
        " Next: benchpump prime, then benchpump run RECIPE --rest"
    )
