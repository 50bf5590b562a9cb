"""`benchpump calibrate`: volume and pressure, and what was found before."""

from __future__ import annotations

from typing import Any

import click

from benchpump.cli.calibrate_pressure import pressure
from benchpump.cli.calibrate_volume import volume
from benchpump.cli.config_file import field_named
from benchpump.cli.connect import connected
from benchpump.cli.exits import Unusable
from benchpump.cli.ports import port_option
from benchpump.cli.rig_record import Keeping, record_options, told
from benchpump.commissioning import records
from benchpump.link.client import Pump

FIELDS = {"volume": "calibration_ppm", "pressure": "pressure_zero_code"}


@click.group()
def calibrate() -> None:
    """Find volume per step and pressure zero, with uncertainty, and keep them on record."""


@calibrate.command()
@port_option
@record_options
def show(port: str | None, **keeping: Any) -> None:
    """Show the calibrations on record, and whether the pump has the newest of them."""
    keep = Keeping(**keeping)
    with connected(port) as pump:
        folder = keep.folder(port, pump.idn())
        try:
            kept = records.read(folder)
        except records.RecordsError as error:
            raise Unusable(str(error), "put that file right, or elsewhere") from None
        for record in kept:
            click.echo(line(record))
        if not kept:
            click.echo(f"No record in {told(folder)}.")
        for kind, field in FIELDS.items():
            click.echo(_stands(pump, kind, field, kept))


def line(record: records.Record) -> str:
    """One record for people."""
    content = record.content
    said = content.get("reason", "")
    if "result" in content:
        said = ", ".join(f"{name} {value}" for name, value in content["result"].items())
    broken = "" if record.intact else "  THE RECORD BEFORE IT WAS CHANGED"
    head = f"{record.number:04d} {content.get('date', '')} {record.kind:<9}"
    note = f"  ({content['note']})" if content.get("note") else ""
    by = f"  by {content.get('operator', '')}"
    return f"{head} {content.get('outcome', '')}: {said}{by}{note}{broken}"


def _stands(pump: Pump, kind: str, name: str, kept: list[records.Record]) -> str:
    field = field_named(name)
    now = pump.config_get(field.index)
    newest = [r for r in kept if r.kind == kind and r.content.get("outcome") == "in force"]
    if not newest:
        by_default = "its default" if now == field.default else "set by nobody on record"
        return f"{name} = {now} {field.unit}: {by_default}"
    wanted = newest[-1].content["pump"]["value"]
    where = f"record {newest[-1].number:04d}"
    if now == wanted:
        return f"{name} = {now} {field.unit}: as in {where}"
    return f"{name} = {now} {field.unit}: NOT the {wanted} of {where}"


calibrate.add_command(volume)
calibrate.add_command(pressure)
