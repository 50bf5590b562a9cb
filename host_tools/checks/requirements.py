"""The requirement matrix: every row is verified by a test or open and says what will show it, what
only the chip shows has a procedure, an analysis its document, and no test marks or mentions a row
that is not there. docs/requirements.toml says at its top what a row holds.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from checks.sources import Source, python_files

MATRIX = "docs/requirements.toml"
TEXTS = ("id", "text", "source", "figure", "hazard", "evidence")
EVIDENCE = ("model", "image", "silicon", "analysis")
ON_THE_CHIP = ("image", "silicon")
PROCEDURE = ("connect", "do", "times", "passes")
HAZARDS = (
    "operational",
    "environmental",
    "electrical",
    "hardware",
    "software",
    "mechanical",
    "use",
)
IDENTIFIER = re.compile(r"REQ-[A-Z]+-[1-9]\d*")
MENTION = re.compile(r"\bREQ-[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
PROCEDURE_CHARACTERS = 40  # shorter is no procedure


def check(root: Path) -> list[str]:
    """Findings in the matrix and in the `requirement` markers of every test."""
    with (root / MATRIX).open("rb") as file:
        rows: list[dict[str, Any]] = tomllib.load(file).get("requirement", [])
    findings: list[str] = []
    marked: dict[str, list[str]] = {}
    for source in python_files(root, "host_tools/tests/**/test_*.py", "hil_tests/**/test_*.py"):
        for place, identifier in markers(source):
            marked.setdefault(identifier, []).append(place)
    known = [str(row.get("id")) for row in rows]
    for row in rows:
        findings += [f"{MATRIX}: {row.get('id')}: {text}" for text in _row(root, row, marked)]
    twice = sorted(name for name in set(known) if known.count(name) > 1)
    findings += [f"{MATRIX}: {name} is there twice" for name in twice]
    for identifier, places in sorted(marked.items()):
        if identifier not in known:
            findings.append(f"{places[0]}: marks {identifier}: {MATRIX} has no such row")
    for source in python_files(root, "firmware/tests/**/*.py", "hil_tests/**/*.py"):
        for place, identifier in mentions(source):
            if identifier not in known and identifier not in marked:
                findings.append(f"{place}: names {identifier}: {MATRIX} has no such row")
    return findings


def mentions(source: Source) -> Iterator[tuple[str, str]]:
    """`path:line` and whatever looks like an identifier, docstrings and comments included."""
    for number, line in enumerate(source.lines, 1):
        yield from ((f"{source.path}:{number}", found) for found in MENTION.findall(line))


def markers(source: Source) -> Iterator[tuple[str, str]]:
    """`path:line` and identifier of each marker that applies to at least one test function."""
    yield from _marks(source, source.tree.body, [])


def _marks(
    source: Source, body: list[ast.stmt], above: list[ast.expr]
) -> Iterator[tuple[str, str]]:
    here = above + [
        node.value
        for node in body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
    ]
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _marks(source, node.body, here + node.decorator_list)
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for mark in here + node.decorator_list:
                yield from _identifiers(source, mark)


def _identifiers(source: Source, mark: ast.expr) -> Iterator[tuple[str, str]]:
    for node in ast.walk(mark):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.requirement":
            for argument in node.args:
                literal = argument.value if isinstance(argument, ast.Constant) else None
                yield f"{source.path}:{node.lineno}", str(literal or ast.unparse(argument))


def _row(root: Path, row: dict[str, Any], marked: dict[str, list[str]]) -> Iterator[str]:
    for key in TEXTS:
        if not isinstance(row.get(key), str) or not row[key].strip():
            yield f"{key} is missing"
    for key, value in row.items():
        if key not in (*TEXTS, "tests", "open", "procedure", "document"):
            yield f"{key} is not a field of a row"
        elif key not in TEXTS and _empty(value):
            yield f"{key} is empty"
    if not IDENTIFIER.fullmatch(str(row.get("id"))):
        yield "the identifier is not of the form REQ-WORD-1"
    if row.get("evidence") not in EVIDENCE:
        yield f"evidence is one of {', '.join(EVIDENCE)}"
    if row.get("hazard") not in HAZARDS:
        yield f"hazard is one of {', '.join(HAZARDS)}"
    yield from _proof(root, row)
    tests: list[str] = row.get("tests", [])
    yield from (f"test {name} does not exist" for name in tests if not _exists(root, name))
    verified = bool(tests) or str(row.get("id")) in marked
    if "open" in row:
        if len(str(row["open"])) < PROCEDURE_CHARACTERS:
            yield "open without a procedure: say how it will be shown"
        if verified and row.get("evidence") not in ON_THE_CHIP:
            yield "open, yet a test verifies it: take `open` away"
    elif not verified:
        yield "no test verifies it: mark one, or say `open` with a procedure"


def _proof(root: Path, row: dict[str, Any]) -> Iterator[str]:
    """What the kind of evidence asks for: a procedure on the chip, a document for an analysis."""
    evidence = row.get("evidence")
    if evidence in ON_THE_CHIP:
        procedure: dict[str, Any] = row.get("procedure", {})
        for key in PROCEDURE:
            if not str(procedure.get(key, "")).strip():
                yield f"evidence {evidence} without a procedure: {key} is missing"
        for key in procedure:
            if key not in PROCEDURE:
                yield f"{key} is not a field of a procedure"
    elif "procedure" in row:
        yield "a procedure belongs to image or silicon"
    if evidence == "analysis":
        if not (root / str(row.get("document", ""))).is_file():
            yield "evidence analysis without its document"
    elif "document" in row:
        yield "a document belongs to an analysis"


def _empty(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, dict):
        inside: list[object] = list(cast("dict[str, object]", value).values())
    else:
        inside = list(cast("list[object]", value)) if isinstance(value, list) else [""]
    return not inside or any(_empty(one) for one in inside)


def _exists(root: Path, name: str) -> bool:
    file, _, wanted = name.partition("::")
    path = root / file
    if not wanted or not path.is_file():
        return False
    tree: ast.AST = ast.parse(path.read_text(encoding="utf-8"))
    for part in wanted.split("::"):
        named = [
            node
            for node in ast.iter_child_nodes(tree)
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == part
        ]
        if not named:
            return False
        tree = named[0]
    return True
