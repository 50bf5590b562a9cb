"""Records of what was done to a pump: one TOML file each, numbered, never written over.

Each names the file before it and its SHA-256, so that a history that was changed shows it.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

VERSION = 1
_FILE = re.compile(r"(\d{4})-([a-z]+)\.toml")


class RecordsError(Exception):
    """Records that cannot be read or written; the message says which and why."""


@dataclass(frozen=True)
class Record:
    """One record as it was read. `intact`: what it says of the one before it is true."""

    path: Path
    number: int
    kind: str
    content: dict[str, Any]
    intact: bool


def write(folder: Path, kind: str, content: Mapping[str, Any]) -> Path:
    """Write the next record of a folder, which is made where it is not there.

    `kind` is a word of small letters. Raises RecordsError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = _files(folder)
        head: dict[str, Any] = {"version": VERSION, "kind": kind}
        if before:
            head |= {"previous": before[-1].name, "previous_sha256": _sha256(before[-1])}
        number = int(before[-1].name[:4]) + 1 if before else 1
        path = folder / f"{number:04d}-{kind}.toml"
        with path.open("x", encoding="utf-8") as file:
            file.write(as_toml({**head, **content}))
    except OSError as error:
        raise RecordsError(f"the record cannot be written: {error}") from error
    return path


def usable(folder: Path) -> None:
    """Find out before anything is measured that records can be written. Raises RecordsError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise RecordsError(f"records cannot be kept in {folder}: {error}") from error


def read(folder: Path) -> list[Record]:
    """All records of a folder, the oldest first; none where there is no folder.

    Raises RecordsError for a file that is no record.
    """
    records: list[Record] = []
    before: Path | None = None
    for path in _files(folder):
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise RecordsError(f"{path} cannot be read: {error}") from error
        if content.get("version") != VERSION:
            raise RecordsError(f"{path}: version {content.get('version')}, known is {VERSION}")
        intact = content.get("previous") == (before.name if before else None)
        if before is not None:
            intact = intact and content.get("previous_sha256") == _sha256(before)
        records.append(Record(path, int(path.name[:4]), str(content["kind"]), content, intact))
        before = path
    return records


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _FILE.fullmatch(path.name))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def as_toml(content: Mapping[str, Any]) -> str:
    """TOML of texts, numbers, booleans, tables of those, and lists of such tables."""
    lines: list[str] = []
    tables: list[tuple[str, object]] = []
    for key, value in content.items():
        if isinstance(value, Mapping) or (isinstance(value, list) and value):
            tables.append((key, cast("object", value)))
        elif not isinstance(value, list):
            lines.append(f"{key} = {_value(value)}")
    for key, value in tables:
        many = isinstance(value, Sequence)
        entries = cast("Sequence[Mapping[str, Any]]", value if many else [value])
        for entry in entries:
            lines += ["", f"[[{key}]]" if many else f"[{key}]"]
            lines += [f"{name} = {_value(one)}" for name, one in entry.items()]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # A basic string of TOML escapes as JSON does, and DEL besides.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | float):
        return repr(value)
    raise TypeError(f"{value!r} has no place in a record")
