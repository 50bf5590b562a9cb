"""What every record of bring-up and calibration begins with, and where it is kept."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from platformdirs import user_data_path
from serial.tools import list_ports

from benchpump.cli.exits import Unusable
from benchpump.commissioning import records
from benchpump.link.client import Pump

_Command = TypeVar("_Command", bound=Callable[..., object])


def record_options(command: _Command) -> _Command:
    """--records, --rig, --operator and --note; they come as the arguments of `Keeping`."""
    for option in (
        click.option("--note", default="", help="Whatever is to be remembered."),
        click.option("--operator", default="", help="Who did it; default: the user's name."),
        click.option(
            "--rig", default="", metavar="NAME",
            help="Name of this rig; default: the board's USB serial number, else its kind.",
        ),
        click.option(
            "--records", envvar="BENCHPUMP_RECORDS", type=click.Path(path_type=Path),
            metavar="DIR", help="Where records are kept. Default: BENCHPUMP_RECORDS, else the"
            " user's data folder.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


@dataclass(frozen=True)
class Keeping:
    """Where the records of one rig are, and who writes them."""

    records: Path | None
    rig: str
    operator: str
    note: str

    def folder(self, port: str | None, identity: str) -> Path:
        """Of the rig at a port that answered `*IDN?` so. Raises Unusable for a name."""
        name = self.rig or usb_serial(port) or [*identity.split(","), "pump"][1]
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
            raise Unusable(f"--rig: {name!r} cannot be a folder", "letters, digits, - and _")
        return (self.records or user_data_path("benchpump") / "records") / name

    def usable_folder(self, port: str | None, identity: str) -> Path:
        """The same, and records can be written there. Raises Unusable."""
        folder = self.folder(port, identity)
        try:
            records.usable(folder)
        except records.RecordsError as error:
            raise Unusable(str(error), "name another folder with --records") from None
        return folder

    def head(self, pump: Pump, port: str | None) -> dict[str, Any]:
        """Date, person, note, board and what of the pump tells this one from another."""
        user = os.environ.get("USER") or os.environ.get("USERNAME") or "unknown"
        selftest = pump.selftest()
        return {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "operator": self.operator or user,
            "note": self.note,
            "board": pump.idn(),
            "usb_serial": usb_serial(port),
            "ledger_generation": selftest.number("generation"),
            "boot": selftest.number("boot"),
        }


def usb_serial(port: str | None) -> str:
    """USB serial number of the board at a port, which a Pico has from its flash; else empty."""
    for found in list_ports.comports():
        if port and found.device == port:
            return found.serial_number or ""
    return ""


def told(path: Path) -> str:
    """A path for people: relative to where they are, if it is below."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
