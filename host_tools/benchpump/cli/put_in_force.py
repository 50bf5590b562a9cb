"""One configuration field written in service: a person fits the jumper, and takes it out again."""

from __future__ import annotations

import click

from benchpump.cli.config_file import field_named
from benchpump.cli.exits import Refused
from benchpump.cli.provision import SELFTEST_S, past_selftest
from benchpump.commissioning.reading import await_reading
from benchpump.link.answers import LogRecord
from benchpump.link.client import Pump
from benchpump.link.messages import Event, State
from benchpump.link.sensed import Switch

JUMPER_WAIT_S = 60.0
_LATEST_RECORDS = 16  # of the journal, in which the change must be


def put_in_force(pump: Pump, name: str, value: int) -> LogRecord | None:
    """Set, commit, read back; return the pump's own journal record of it, None if not kept.

    Raises Refused where the jumper does not come, or the value does not stay.
    """
    field = field_named(name)
    click.echo("Fit the service jumper within 60 s.")
    if not _jumper(pump, fitted=True):
        todo = "run the command again and fit the jumper when asked"
        raise Refused("the service jumper was not fitted; nothing was written", todo)
    pump.service(True)
    pump.config_set(field.index, value)
    pump.config_commit()
    pump.wait(past_selftest, timeout_s=SELFTEST_S)
    if pump.config_get(field.index) != value:
        raise Refused(f"{name} did not stay {value}", "benchpump log says more; run it again")
    record = _journalled(pump, field.index, value)
    click.echo(f"{name} = {value} {field.unit} is in force. Take the service jumper out.")
    _jumper(pump, fitted=False)
    if pump.status().state is State.SERVICE:
        pump.service(False)
    return record


def _jumper(pump: Pump, fitted: bool) -> bool:
    seen = await_reading(
        pump, lambda sensed: (Switch.JUMPER in sensed.switches) == fitted, JUMPER_WAIT_S
    )
    return seen is not None


def _journalled(pump: Pump, field: int, value: int) -> LogRecord | None:
    oldest = next(pump.log(), None)
    if oldest is None:
        return None
    found: LogRecord | None = None
    for record in pump.log(max(oldest.record, oldest.newest - _LATEST_RECORDS)):
        change = record.code in (Event.CONFIG_SET, Event.LIMIT_WIDENED)
        if change and (record.value, record.limit) == (field, value):
            found = record
    return found
