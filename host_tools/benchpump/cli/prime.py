"""`benchpump prime`: fill the line, in two steps, counted like every other volume."""

from __future__ import annotations

import click

from benchpump.cli import allotment
from benchpump.cli.by_hand import carry_out, confirm_stroke, parse_stroke
from benchpump.cli.confirm_soft import confirm_soft, named_soft
from benchpump.cli.connect import connected
from benchpump.cli.exits import Refused
from benchpump.cli.ports import port_option
from benchpump.link.messages import State

MOST_NL = 100_000_000
RANGE = "a prime is 1 uL to 100 mL at 0.1 to 500 mL/h"
EXAMPLE = 'benchpump prime "0.5 mL" "100 mL/h"'


@click.command()
@click.argument("volume")
@click.argument("rate", default="100 mL/h")
@port_option
@click.option("--yes", is_flag=True, help="Confirms the second step without asking.")
@click.option("--confirm", metavar="SOFT", help="Soft limits that a person confirmed: rate.")
def prime(volume: str, rate: str, port: str | None, yes: bool, confirm: str | None) -> None:
    """Deliver VOLUME ("0.5 mL") at RATE (default "100 mL/h") to fill the line.

    It counts against the cap. Not with anything connected that must not get the volume.
    """
    stroke = parse_stroke(volume, rate, MOST_NL, RANGE, EXAMPLE)
    with connected(port) as pump:
        armed = pump.prime(stroke.volume_nl, stroke.rate_nl_h)
        click.echo(
            f"Primes {armed.volume_nl / 1e6:.4f} mL at {armed.peak_nl_h / 1e6:g} mL/h;"
            f" the cap has {armed.cap_left_nl / 1e6:.4f} mL left before it."
        )
        confirm_stroke(pump, "Start?", yes, "not primed")
        try:
            confirm_soft(armed.soft, named_soft(confirm))
        except Refused:
            pump.disarm()
            raise
        if armed.soft:
            pump.confirm_soft(armed.token, armed.soft)
        stopped = "priming was stopped by an alarm"
        carry_out(pump, armed.token, stroke, State.PRIMING, stopped)
        allotted = allotment.in_force(pump)
    left = f"; {allotted.left_nl / 1e6:.4f} mL of the cap left" if allotted else ""
    click.echo(f"Primed{left}. Next: benchpump run RECIPE")
