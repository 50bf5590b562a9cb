"""`benchpump limits` and `benchpump log`: what the pump keeps, read only."""

from __future__ import annotations

import click

from benchpump.cli import allotment
from benchpump.cli.connect import connected
from benchpump.cli.ports import port_option
from benchpump.link.answers import LogRecord
from benchpump.link.messages import ALARMS, ERRORS, EVENTS, Command, State
from benchpump.link.status import TICK_S


@click.command()
@port_option
def limits(port: str | None) -> None:
    """Show the limits in force and which one binds."""
    with connected(port) as pump:
        answer = pump.limits()
        allotted = allotment.in_force(pump)
        rate, cap, window, minutes = answer.parts
    click.echo(f"rate    at most {int(rate['rate_nl_h']) / 1e6:g} mL/h, bound by {rate['binds']}")
    if allotted is None:
        click.echo("cap     no allotment in force; make one: benchpump allot")
        return
    ml_per_step = allotted.nl_per_step / 1e6
    for name, part, total in (("cap", cap, "cap_steps"), ("window", window, "window_steps")):
        left_ml = int(part["left_steps"]) * ml_per_step
        click.echo(f"{name:<7} {left_ml:.4f} mL left of {int(part[total]) * ml_per_step:.4g} mL")
    hours = int(minutes["window_minutes"]) / 60
    click.echo(f"        the window is the last {hours:g} h of powered time")


@click.command()
@port_option
@click.option("--from", "first", default=0, metavar="N", help="First record wanted.")
def log(port: str | None, first: int) -> None:
    """Print the pump's journal: commands, alarms, states; it survives power-off."""
    with connected(port) as pump:
        count = 0
        for record in pump.log(first):
            click.echo(journal_line(record))
            count += 1
    if not count:
        click.echo("The journal is empty.")


def journal_line(record: LogRecord) -> str:
    """One journal record for people."""
    return (
        f"{record.record:>6}  boot {record.boot:<3} {record.tick * TICK_S:>10.2f} s"
        f"  {_what(record):<44} {record.debited_steps} steps debited"
    )


def _what(record: LogRecord) -> str:
    event = EVENTS.get(record.code, f"code {record.code}").partition(":")[0]
    value, limit = record.value, record.limit
    if record.code in ALARMS:
        figures = f" (value {value}, limit {limit})" if limit else ""
        return f"alarm {ALARMS[record.code].name}{figures}"
    if event == "STATE" and 0 <= value < len(State) and 0 <= limit < len(State):
        return f"state {State(limit).name.lower()} → {State(value).name.lower()}"
    if event == "COMMAND" and 0 <= value < len(Command):
        kind = ERRORS.get(limit)
        answer = kind.info.name if kind else "done" if limit == 0 else str(limit)
        return f"command {Command(value).name.lower()}: {answer}"
    return f"{event.lower()} {value}" + (f", {limit}" if limit else "")
