"""Silicon: every row of the matrix that only a board can show has its place in the sign-off, and
none counts as met without a result there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checks.requirements import IDENTIFIER, MATRIX

PAGE = "docs/silicon-signoff.md"
_HEADING = re.compile(r"^### (.+)$", re.MULTILINE)
_COLUMNS = ("date", "board, firmware", "who", "measured", "verdict", "note, files")
_FILLED = ("date", "board, firmware", "who", "measured")
_VERDICTS = ("pass", "fail")


def check(root: Path) -> list[str]:
    """Findings in the matrix's silicon rows against the sign-off page."""
    with (root / MATRIX).open("rb") as file:
        rows: list[dict[str, Any]] = tomllib.load(file).get("requirement", [])
    silicon = {str(row["id"]): row for row in rows if row.get("evidence") == "silicon"}
    sections = _sections((root / PAGE).read_text(encoding="utf-8"))
    findings = [
        f"{PAGE}: {name}: no row of the matrix with evidence silicon"
        for name in sections
        if name not in silicon
    ]
    for name, row in silicon.items():
        if name not in sections:
            findings.append(f"{PAGE}: {name} has no procedure here")
            continue
        findings += [f"{PAGE}: {name}: {text}" for text in _section(name, sections[name])]
        passed = any(_passes(line) for line in results(sections[name]))
        if "open" not in row and not passed:
            findings.append(f"{MATRIX}: {name} is not open, yet {PAGE} has no result that passes")
    return findings


def results(section: str) -> list[dict[str, str]]:
    """Lines of a section's table of results that hold anything, by column."""
    lines: list[dict[str, str]] = []
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        is_head = cells == list(_COLUMNS) or set("".join(cells)) <= set("-")
        if line.startswith("|") and len(cells) == len(_COLUMNS) and not is_head:
            lines.append(dict(zip(_COLUMNS, cells, strict=True)))
    return lines


def _sections(page: str) -> dict[str, str]:
    parts = _HEADING.split(page)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _section(name: str, section: str) -> Iterator[str]:
    if not IDENTIFIER.fullmatch(name):
        yield "a heading is the identifier of one row"
    if f"<!-- made: {name} -->" not in section:
        yield "the procedure is not here: <!-- made: … --> and <!-- end -->"
    if f"| {' | '.join(_COLUMNS)} |" not in section:
        yield f"no table of results: {', '.join(_COLUMNS)}"
    for line in results(section):
        if line["verdict"] not in _VERDICTS:
            yield f"verdict {line['verdict']!r}: expected pass or fail"
        missing = [column for column in _FILLED if not line[column]]
        if missing:
            yield f"a result without {', '.join(missing)}"


def _passes(line: dict[str, str]) -> bool:
    return line["verdict"] == "pass" and all(line[column] for column in _FILLED)
