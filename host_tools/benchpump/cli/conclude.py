"""How a calibration ends: refused, not written, or in force; on record each time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import click

from benchpump.cli.exits import Refused
from benchpump.cli.put_in_force import put_in_force
from benchpump.cli.rig_record import told
from benchpump.commissioning import records
from benchpump.commissioning.implausible import ImplausibleError
from benchpump.link.client import Pump

Content = Mapping[str, Any]


def refuse(folder: Path, kind: str, content: Content, error: ImplausibleError) -> NoReturn:
    """Put the readings on record with why they are not believed. Raises Refused."""
    refused = {"outcome": "refused", "reason": error.reason, "happened": str(error)}
    path = records.write(folder, kind, {**refused, **content})
    raise Refused(f"{error} (record {told(path)})", error.todo) from None


def conclude(
    pump: Pump, folder: Path, kind: str, content: Content, field: str, value: int, yes: bool
) -> Path:
    """Ask, write the field in service, and put all of it on record; the path of that.

    Raises Refused where a person says no or no jumper comes: that is on record too.
    """
    try:
        if not yes and not click.confirm(f"Write {field} = {value} to the pump?"):
            raise Refused("not written", "run it again and answer y")
        noted = put_in_force(pump, field, value)
    except Refused as refused:
        path = records.write(folder, kind, {"outcome": "not written", **content})
        raise Refused(f"{refused.message} (record {told(path)})", refused.todo) from None
    written: dict[str, Any] = {"field": field, "value": value}
    if noted is not None:  # by which the pump's own journal and this record find each other
        written |= {"journal_record": noted.record, "journal_boot": noted.boot}
    return records.write(folder, kind, {"outcome": "in force", **content, "pump": written})
