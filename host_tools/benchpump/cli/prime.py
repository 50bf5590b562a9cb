"""`benchpump prime`: fill the line, in two steps, counted like every other volume."""

from __future__ import annotations

import click

from benchpump.cli import allotment
from benchpump.cli.confirm_soft import confirm_soft, named_soft
from benchpump.cli.connect import connected
from benchpump.cli.exits import Alarmed, Refused, Unusable
from benchpump.cli.infusion import describe
from benchpump.cli.ports import port_option
from benchpump.link.messages import State
from benchpump.recipes.units import Dosing, UnitError, parse_rate_nl_h, parse_volume_nl

POLL_S = 0.25


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
    try:
        volume_nl = round(parse_volume_nl(volume, Dosing()))
        rate_nl_h = round(parse_rate_nl_h(rate, Dosing()))
    except UnitError as error:
        raise Unusable(str(error), 'for instance: benchpump prime "0.5 mL" "100 mL/h"') from None
    if not (1_000 <= volume_nl <= 100_000_000 and 100_000 <= rate_nl_h <= 500_000_000):
        happened = "a prime is 1 uL to 100 mL at 0.1 to 500 mL/h"
        raise Unusable(happened, 'for instance: benchpump prime "0.5 mL" "100 mL/h"')
    with connected(port) as pump:
        armed = pump.prime(volume_nl, rate_nl_h)
        click.echo(
            f"Primes {armed.volume_nl / 1e6:.4f} mL at {armed.peak_nl_h / 1e6:g} mL/h;"
            f" the cap has {armed.cap_left_nl / 1e6:.4f} mL left before it."
        )
        if not yes and not click.confirm("Start?"):
            pump.disarm()
            raise Refused("not primed", "run it again and answer y, or add --yes")
        try:
            confirm_soft(armed.soft, named_soft(confirm))
        except Refused:
            pump.disarm()
            raise
        if armed.soft:
            pump.confirm_soft(armed.token, armed.soft)
        pump.start(armed.token)
        takes_s = volume_nl / rate_nl_h * 3600
        status = pump.wait(
            lambda s: s.state is not State.PRIMING, timeout_s=2 * takes_s + 10, poll_s=POLL_S
        )
        allotted = allotment.in_force(pump)
        if status.state in (State.ALARM, State.FAULT, State.RELIEVING):
            for alarm in pump.alarms():
                click.echo(describe(alarm), err=True)
            raise Alarmed("priming was stopped by an alarm", "clear its cause, then benchpump ack")
    left = f"; {allotted.left_nl / 1e6:.4f} mL of the cap left" if allotted else ""
    click.echo(f"Primed{left}. Next: benchpump run RECIPE")
