"""The FMEA: no empty cell, every fault names alarms and requirements that there are, and every
alarm that stops is named by a fault.

Measured figures are not compared: `make report` writes them anew.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FMEA = "docs/safety/fmea.toml"
MATRIX = "docs/requirements.toml"
PROTOCOL = "host_tools/protocol.toml"
TEXTS = ("part", "failure", "hazard", "effect", "detector", "time", "released")
FLAG = "flag"
"""Reaction of the alarms that stop nothing."""
OPTIONAL = ("measured", "open")


def check(root: Path) -> list[str]:
    """Findings in the table of single faults."""
    known_alarms = _rows(root / PROTOCOL, "alarm")
    alarms = {row["name"] for row in known_alarms}
    requirements = {row["id"]: row for row in _rows(root / MATRIX, "requirement")}
    findings: list[str] = []
    seen: set[tuple[str, str]] = set()
    for row in _rows(root / FMEA, "fault"):
        name = (str(row.get("part")), str(row.get("failure")))
        said = [*_cells(row), *_names(row, alarms, requirements)]
        if name in seen:
            said.append("is there twice")
        seen.add(name)
        findings += [f"{FMEA}: {', '.join(name)}: {text}" for text in said]
    if not seen:
        return [f"{FMEA}: no fault at all"]
    stopping = [row["name"] for row in known_alarms if row.get("reaction") != FLAG]
    named = {name for row in _rows(root / FMEA, "fault") for name in row.get("alarms", [])}
    without = [name for name in stopping if name not in named]
    findings += [f"{FMEA}: no fault for the alarm {name}" for name in without]
    return findings


def _rows(path: Path, table: str) -> list[dict[str, Any]]:
    with path.open("rb") as file:
        return tomllib.load(file).get(table, [])


def _cells(row: dict[str, Any]) -> Iterator[str]:
    for key in TEXTS:
        if not isinstance(row.get(key), str) or not row[key].strip():
            yield f"{key} is missing"
    for key in OPTIONAL:
        if not str(row.get(key, "-")).strip():
            yield f"{key} is empty"
    if not isinstance(row.get("latent"), bool):
        yield "latent is true or false"
    for key in row:
        if key not in (*TEXTS, *OPTIONAL, "latent", "alarms", "requirements"):
            yield f"{key} is not a field of a fault"


def _names(
    row: dict[str, Any], alarms: set[str], requirements: dict[str, dict[str, Any]]
) -> Iterator[str]:
    named: list[str] | None = row.get("alarms")
    if named is None:
        yield "alarms is missing"
    yield from (f"no alarm {name} in {PROTOCOL}" for name in named or [] if name not in alarms)
    controls: list[str] = row.get("requirements", [])
    if not controls:
        yield "no requirement controls it"
    yield from (f"no row {name} in {MATRIX}" for name in controls if name not in requirements)
    known = [requirements[name] for name in controls if name in requirements]
    if known and all("open" in one for one in known) and "open" not in row:
        yield "all that controls it is open: say what is open"
