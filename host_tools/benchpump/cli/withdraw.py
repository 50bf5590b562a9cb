"""`benchpump withdraw`: draw fluid back to fill the container, in two steps."""

from __future__ import annotations

import click

from benchpump.cli.by_hand import carry_out, confirm_stroke, parse_stroke
from benchpump.cli.connect import connected
from benchpump.cli.ports import port_option
from benchpump.link.messages import State

MOST_NL = 1_000_000_000
RANGE = "a withdrawal is 1 uL to 1 L at 0.1 to 500 mL/h"
EXAMPLE = 'benchpump withdraw "5 mL" "100 mL/h"'


@click.command()
@click.argument("volume")
@click.argument("rate", default="100 mL/h")
@port_option
@click.option("--yes", is_flag=True, help="Confirms the second step without asking.")
def withdraw(volume: str, rate: str, port: str | None, yes: bool) -> None:
    """Draw VOLUME ("5 mL") back at RATE (default "100 mL/h") to fill the container.

    Never inside an infusion. It takes nothing off what was delivered: the cap stays as it is.
    """
    stroke = parse_stroke(volume, rate, MOST_NL, RANGE, EXAMPLE)
    with connected(port) as pump:
        offered = pump.withdraw(stroke.volume_nl, stroke.rate_nl_h)
        ml_per_step = offered.pl_per_step / 1e9
        click.echo(
            f"Draws back {offered.steps * ml_per_step:.4f} mL at {stroke.rate_nl_h / 1e6:g} mL/h;"
            f" the budget has {offered.budget_left_steps * ml_per_step:.4f} mL left before it."
        )
        question = "Is the line where it may draw from? Start?"
        confirm_stroke(pump, question, yes, "nothing was drawn back")
        carry_out(pump, offered.token, stroke, State.WITHDRAWING, "an alarm stopped it")
    click.echo("Drawn back. Next: benchpump prime")
