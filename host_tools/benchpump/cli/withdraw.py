"""`benchpump withdraw`: draw fluid back to fill the container, in two steps."""

from __future__ import annotations

import click

from benchpump.cli.connect import connected
from benchpump.cli.exits import Alarmed, Refused, Unusable
from benchpump.cli.infusion import describe
from benchpump.cli.ports import port_option
from benchpump.link.messages import State
from benchpump.recipes.units import Dosing, UnitError, parse_rate_nl_h, parse_volume_nl

POLL_S = 0.25
EXAMPLE = 'for instance: benchpump withdraw "5 mL" "100 mL/h"'


@click.command()
@click.argument("volume")
@click.argument("rate", default="100 mL/h")
@port_option
@click.option("--yes", is_flag=True, help="Confirms the second step without asking.")
def withdraw(volume: str, rate: str, port: str | None, yes: bool) -> None:
    """Draw VOLUME ("5 mL") back at RATE (default "100 mL/h") to fill the container.

    Never inside an infusion. It takes nothing off what was delivered: the cap stays as it is.
    """
    try:
        volume_nl = round(parse_volume_nl(volume, Dosing()))
        rate_nl_h = round(parse_rate_nl_h(rate, Dosing()))
    except UnitError as error:
        raise Unusable(str(error), EXAMPLE) from None
    if not (1_000 <= volume_nl <= 1_000_000_000 and 100_000 <= rate_nl_h <= 500_000_000):
        raise Unusable("a withdrawal is 1 uL to 1 L at 0.1 to 500 mL/h", EXAMPLE)
    with connected(port) as pump:
        offered = pump.withdraw(volume_nl, rate_nl_h)
        ml_per_step = offered.pl_per_step / 1e9
        click.echo(
            f"Draws back {offered.steps * ml_per_step:.4f} mL at {rate_nl_h / 1e6:g} mL/h; the"
            f" budget has {offered.budget_left_steps * ml_per_step:.4f} mL left before it."
        )
        if not yes and not click.confirm("Is the line where it may draw from? Start?"):
            pump.disarm()
            raise Refused("nothing was drawn back", "run it again and answer y, or add --yes")
        pump.start(offered.token)
        takes_s = volume_nl / rate_nl_h * 3600
        status = pump.wait(
            lambda s: s.state is not State.WITHDRAWING, timeout_s=2 * takes_s + 10, poll_s=POLL_S
        )
        if status.state in (State.ALARM, State.FAULT):
            for alarm in pump.alarms():
                click.echo(describe(alarm), err=True)
            raise Alarmed("an alarm stopped it", "clear its cause, then benchpump ack")
    click.echo("Drawn back. Next: benchpump prime")
