"""`benchpump status`: what the pump is doing, in plain words or as JSON."""

from __future__ import annotations

import json

import click

from benchpump.cli import allotment
from benchpump.cli.confirm import container_of
from benchpump.cli.connect import connected
from benchpump.cli.infusion import describe
from benchpump.cli.ports import port_option
from benchpump.cli.profile import limits_in_force
from benchpump.link.messages import ALARMS, Flag
from benchpump.link.status import Status
from benchpump.report.summary import clock


@click.command()
@port_option
@click.option("--json", "as_json", is_flag=True, help="As one line of JSON, for scripts.")
def status(port: str | None, as_json: bool) -> None:
    """Show state, rate, volume against cap, pressure and alarms. Changes nothing."""
    with connected(port) as pump:
        now = pump.status()
        allotted = allotment.in_force(pump)
        if as_json:
            click.echo(json.dumps(as_dictionary(now, allotted)))
            return
        click.echo(f"pump      {pump.idn()}, up {clock(now.uptime_s)}")
        click.echo(f"state     {now.state.name.lower()}{_flags(now)}")
        click.echo(f"rate      {now.rate_nl_h / 1e6:g} mL/h")
        pressure = "no reading" if now.pressure_pa is None else f"{now.pressure_pa / 1e3:.1f} kPa"
        click.echo(f"pressure  {pressure}")
        if allotted is None:
            click.echo("allotment none; make one: benchpump allot")
        else:
            used_nl = allotted.cap_nl - allotted.left_nl
            click.echo(
                f"allotment {allotted.identity}: {used_nl / 1e6:.4f} of"
                f" {allotted.cap_nl / 1e6:.4g} mL from {container_of(allotted.container).name}"
            )
        limits = limits_in_force(pump)
        click.echo(f"limit     {limits.rate_nl_h / 1e6:g} mL/h, bound by {limits.binds}")
        click.echo(f"profile   {limits.profile}")
        for alarm in pump.alarms():
            click.echo(describe(alarm))


def as_dictionary(now: Status, allotted: allotment.InForce | None) -> dict[str, object]:
    """The status with units in the names."""
    return {
        "state": now.state.name.lower(),
        "alarm": ALARMS[now.alarm].name if now.alarm in ALARMS else None,
        "flags": [flag.name.lower() for flag in Flag if flag in now.flags and flag.name],
        "rate_nl_h": now.rate_nl_h,
        "pressure_pa": now.pressure_pa,
        "segment": now.segment,
        "tick": now.tick,
        "debited_steps": now.debited_steps,
        "cap_left_steps": now.cap_left_steps,
        "nl_per_step": allotted.nl_per_step if allotted else None,
    }


def _flags(now: Status) -> str:
    names = [flag.name.lower() for flag in Flag if flag in now.flags and flag.name]
    return f" ({', '.join(names)})" if names else ""
