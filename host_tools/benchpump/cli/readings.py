"""`benchpump limits` and `benchpump log`: what the pump keeps, read only."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from benchpump.cli import allotment
from benchpump.cli.connect import connected
from benchpump.cli.ports import port_option
from benchpump.link.answers import LogRecord, Parts
from benchpump.link.client import Pump
from benchpump.link.errors import JournalGapError
from benchpump.link.messages import ALARMS, ERRORS, EVENTS, Command, State
from benchpump.link.status import TICK_S


@click.command()
@port_option
def limits(port: str | None) -> None:
    """Show the limits in force and which one binds."""
    with connected(port) as pump:
        answer = pump.limits()
        allotted = allotment.in_force(pump)
    rate, cap, window, minutes = answer.parts[:4]
    click.echo(f"rate    at most {int(rate['rate_nl_h']) / 1e6:g} mL/h, bound by {rate['binds']}")
    click.echo(f"        {_sources(answer)}")
    click.echo(f"profile {_profile(answer)}")
    if allotted is None:
        click.echo("cap     no allotment in force; make one: benchpump allot")
        return
    ml_per_step = allotted.nl_per_step / 1e6
    for name, part, total in (("cap", cap, "cap_steps"), ("window", window, "window_steps")):
        left_ml = int(part["left_steps"]) * ml_per_step
        click.echo(f"{name:<7} {left_ml:.4f} mL left of {int(part[total]) * ml_per_step:.4g} mL")
    hours = int(minutes["window_minutes"]) / 60
    click.echo(f"        the window is the last {hours:g} h of powered time")


def _sources(answer: Parts) -> str:
    """What each source says; a container and a profile may say nothing."""
    names = ("ceiling", "board", "drive", "config", "container", "profile")
    said = [(name, answer.number(name)) for name in names]
    return ", ".join(f"{name} {nl_h / 1e6:g}" for name, nl_h in said if nl_h)


def _profile(answer: Parts) -> str:
    """The active profile and its soft limits."""
    number = answer.text("active")
    if number == "none":
        return "none active"
    limits = (
        ("soft rate", "soft_nl_h", 1e6, "mL/h"),
        ("soft volume", "soft_volume_ul", 1e3, "mL"),
        ("soft bolus", "soft_bolus_nl", 1e6, "mL"),
        ("pressure", "pressure_pa", 1e3, "kPa"),
    )
    said = [(name, answer.number(key) / scale, unit) for name, key, scale, unit in limits]
    shown = [f"{name} {value:g} {unit}" for name, value, unit in said if value]
    return ", ".join([number, *shown])


@click.command()
@port_option
@click.option("--from", "first", default=0, metavar="N", help="First record wanted.")
def log(port: str | None, first: int) -> None:
    """Print the pump's journal: commands, alarms, states; it survives power-off."""
    progress = sys.stderr.isatty() and not sys.stdout.isatty()
    with connected(port) as pump:
        count = 0
        for record in _records(pump, first):
            click.echo(journal_line(record))
            count += 1
            if progress:
                click.echo(f"\rrecord {record.record} of {record.newest}", nl=False, err=True)
    if progress:
        click.echo(err=True)
    if not count:
        click.echo("The journal is empty.")


def _records(pump: Pump, first: int) -> Iterator[LogRecord]:
    """Every record from `first`; those that are lost are said in their place."""
    while True:
        try:
            yield from pump.log(first)
            return
        except JournalGapError as gap:
            click.echo(f"records {gap.first} to {gap.last} are lost", err=True)
            first = gap.last + 1


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
