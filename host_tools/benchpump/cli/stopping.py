"""`benchpump stop` and `benchpump ack`."""

from __future__ import annotations

import click

from benchpump.cli.connect import connected
from benchpump.cli.exits import Alarmed
from benchpump.cli.infusion import describe
from benchpump.cli.ports import port_option
from benchpump.link.messages import PumpAlarmLatchedError, PumpFaultLatchedError


@click.command()
@port_option
def stop(port: str | None) -> None:
    """Stop the pump at once. Works while `benchpump run` runs elsewhere; never refused."""
    with connected(port) as pump:
        pump.stop()
        state = pump.status().state.name.lower()
    click.echo(f"Stopped; the pump is {state}. To go on: benchpump run RECIPE --rest")


@click.command()
@port_option
def ack(port: str | None) -> None:
    """Acknowledge the latched alarms; a cause that persists stays (exit code 3)."""
    with connected(port) as pump:
        before = pump.alarms()
        for alarm in before:
            click.echo(describe(alarm))
        if not before:
            click.echo("Nothing to acknowledge: no alarm is latched.")
            return
        try:
            pump.acknowledge()
        except PumpAlarmLatchedError:
            raise Alarmed("the cause is still there", "remove it, then benchpump ack") from None
        except PumpFaultLatchedError:
            raise Alarmed("a fault is latched", "mend it and restart the board") from None
    click.echo("Acknowledged. To go on inside the same cap: benchpump run RECIPE --rest")
