"""How a run ended: outcome, exit code, summary on the terminal, report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchpump.cli.exits import ExitCode
from benchpump.link.answers import ActiveAlarm
from benchpump.link.messages import Flag, State
from benchpump.link.status import Status
from benchpump.record import read_run
from benchpump.report import summarise, write_report


@dataclass(frozen=True)
class Ending:
    """Outcome as recorded, exit code, and one sentence that says what to do next."""

    outcome: str
    code: ExitCode
    message: str


def ending_of(status: Status, alarms: list[ActiveAlarm]) -> Ending:
    """What the last status of a run means."""
    if status.state is State.FINISHED or status.flags & Flag.KEEP_OPEN:
        return Ending("done", ExitCode.DONE, "the program has ended")
    if status.state is State.ALARM:
        first = alarms[0].info.name if alarms else "unknown"
        message = (
            f"{first}; clear its cause, then: benchpump ack, and benchpump run with --rest"
            " to go on inside the same cap"
        )
        return Ending("alarm", ExitCode.ALARM, message)
    if status.state is State.FAULT:
        first = alarms[0].info.name if alarms else "unknown"
        message = f"{first}; see benchpump status, mend it and restart the board"
        return Ending("alarm", ExitCode.ALARM, message)
    message = "stopped by a person; benchpump run with --rest goes on inside the same cap"
    return Ending("stopped", ExitCode.REFUSED, message)


def wrap_up(record: Path, report: Path | None) -> None:
    """Print the summary of a record, write its report, and say where both are."""
    run = read_run(record)
    summary = summarise(run)
    table = Table.grid(padding=(0, 2))
    for row in summary.rows:
        table.add_row(row.label, row.value)
    said = f": {summary.message}" if summary.message else ""
    click.echo(f"\n{summary.outcome}{said}")
    Console().print(table)
    click.echo(f"record  {record}")
    if report is not None:
        write_report(run, report)
        click.echo(f"report  {report}")
