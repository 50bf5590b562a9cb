"""Imports run one way: who may import whom (docs/architecture.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from checks.sources import Source, python_files

FIRMWARE_ROOMS = {"pump", "link", "main", "boot"}
# Modules of MicroPython that firmware may use; whatever is not here is asked for first.
MICROPYTHON = {"array", "binascii", "gc", "micropython", "struct", "sys"}
# lockstep_stream is put in place by each runner of the emulated board, before hal is imported.
_BOARD = {"io", "lockstep_stream", "machine", "os", "select", "time", "uctypes", "vfs"}
BOARD = MICROPYTHON | _BOARD
# What only one chip's image has.
CHIP_MODULES = {"rpi_pico": {"rp2"}, "rig_pico": {"rp2"}, "esp32_s3": {"esp32"}}

# Room of the host tools -> rooms that it may import.
HOST_ROOMS: dict[str, set[str]] = {
    "link": set(),
    "hub": {"link"},
    "bench": {"link", "board"},
    "recipes": set(),
    "record": {"recipes", "link"},
    "report": {"recipes", "link", "record"},
    "board": set(),
    "testing": {"bench", "link"},
    "flashing": {"link"},
    "commissioning": {"link", "board", "recipes"},
    "cli": {
        "link", "hub", "bench", "recipes", "record", "report", "board", "testing",
        "commissioning", "flashing",
    },
}  # fmt: skip
HIL_MAY = (
    "benchpump.link",
    "benchpump.bench.rig",
    "benchpump.testing",
    "benchpump.recipes",
    "benchpump.commissioning",
)


def check(root: Path) -> list[str]:
    """Findings for firmware, boards, host tools and HIL tests."""
    findings: list[str] = []
    for source in python_files(root, "firmware/**/*.py", "boards/*/*.py"):
        if not source.path.startswith("firmware/tests/"):
            findings += _device(root, source)
    for source in python_files(root, "host_tools/benchpump/**/*.py"):
        findings += _host(source)
    for source in python_files(root, "hil_tests/**/*.py"):
        findings += _hil(root, source)
    return findings


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported; `from a import b` counts as `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            before = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{before}.{alias.name}") for alias in node.names)


def _device(root: Path, source: Source) -> Iterator[str]:
    parts = source.path.split("/")
    folder = (root / source.path).parent
    siblings = {path.stem for path in (*folder.glob("*.py"), *folder.parent.glob("common/*.py"))}
    if parts[:2] == ["firmware", "pump"]:
        allowed, text = MICROPYTHON | {"pump"}, "pump imports only pump"
    elif parts[:2] == ["firmware", "link"]:
        allowed, text = MICROPYTHON | {"pump", "link"}, "link imports pump and itself"
    elif parts[0] == "firmware":
        allowed = MICROPYTHON | FIRMWARE_ROOMS | {"hal", "board_data"}
        text = "main joins board, app and link"
    elif parts[-1].startswith("run_"):
        return  # a runner belongs to one VM of the host and starts main
    else:
        chip = CHIP_MODULES.get(parts[1], set[str]())
        allowed = BOARD | chip | siblings | {"pump", "board_data"}
        text = "a board imports pump.hal and pump.lease, and what its own image has"
    for line, name in imported(source.tree):
        top = name.split(".")[0]
        wrong = top not in allowed
        if parts[0] == "boards" and top == "pump":
            wrong = name.split(".")[1:2] not in (["hal"], ["lease"])
        if wrong:
            yield f"{source.path}:{line}: imports {name}: {text}"


def _host(source: Source) -> Iterator[str]:
    room = source.path.split("/")[2].removesuffix(".py").replace("__main__", "cli")
    for line, name in imported(source.tree):
        parts = name.split(".")
        if parts[0] in FIRMWARE_ROOMS:
            yield f"{source.path}:{line}: imports firmware ({name}): start it as a child process"
        elif parts[0] == "":
            yield f"{source.path}:{line}: relative import: write benchpump.{room}…"
        elif parts[0] == "benchpump" and len(parts) > 1 and parts[1] in HOST_ROOMS:
            if room in HOST_ROOMS and parts[1] not in HOST_ROOMS[room] | {room}:
                may = ", ".join(sorted(HOST_ROOMS[room])) or "no other room"
                yield f"{source.path}:{line}: {room} imports {name}: it may import {may}"
            elif room not in HOST_ROOMS:
                yield f"{source.path}:{line}: imports {name}: the package itself knows no room"


def _hil(root: Path, source: Source) -> Iterator[str]:
    for line, name in imported(source.tree):
        top = name.split(".")[0]
        ours = top in FIRMWARE_ROOMS | {"benchpump"} or (root / "boards" / top).is_dir()
        if ours and not any(name == may or name.startswith(may + ".") for may in HIL_MAY):
            yield f"{source.path}:{line}: imports {name}: HIL tests know {', '.join(HIL_MAY)} only"
