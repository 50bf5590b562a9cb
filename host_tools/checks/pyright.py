"""Types, by pyright; ignores are counted against a committed number, so that none slips in.

Several times: MicroPython's `time` or `os` are not those of the host, and pyright knows one
standard library at a time. What runs on a chip only is checked against the stubs of its own image.
"""

from __future__ import annotations

import json
import os
import re
import sys
import sysconfig
import tempfile
import tomllib
from pathlib import Path

from checks.sources import python_files
from checks.tools import lines_of

IGNORE = re.compile(r"#\s*(?:pyright|type):\s*(?:ignore|basic|standard)")


SHARED = "boards/common"
# Where the types of each chip's image are: below the virtual environment, None: in its packages.
CHIP_BOARDS: dict[str, str | None] = {
    "boards/rpi_pico": None,
    "boards/esp32_s3": "esp32_stubs",
    "boards/rig_pico": None,
}
"""Left out of the project's own settings in pyproject.toml, as what they share."""
NO_PUMP = ("boards/rig_pico",)
"""Has nothing of what the others share."""


def check(root: Path) -> list[str]:
    """Pyright's errors, and a finding where the number of ignores is not the committed one."""
    # Named, for pyright prefers a pyrightconfig.json of any folder above to what lies here.
    return _errors(root, root / "pyproject.toml") + chip_errors(root) + ignores(root)


def chip_errors(root: Path) -> list[str]:
    """Pyright's errors in the boards that are a chip, with the stubs of its MicroPython."""
    return [
        error
        for board, stubs in CHIP_BOARDS.items()
        for error in _board_errors(root, board, Path(sys.prefix, stubs) if stubs else None)
    ]


def _board_errors(root: Path, board: str, stubs: Path | None) -> list[str]:
    if stubs is not None and not stubs.is_dir():
        return [f"{board}: the types of its image are missing ({stubs.name}): run `make setup`"]
    standard_library = sysconfig.get_path("purelib")  # stdlib/ of MicroPython, for every chip
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder).resolve()
        settings = {
            "include": [
                os.path.relpath(root / part, here)
                for part in ((board,) if board in NO_PUMP else (board, SHARED))
            ],
            "typeshedPath": standard_library,
            "extraPaths": [
                *([str(stubs)] if stubs else []),
                *(str(root / part) for part in ("firmware", board, SHARED, f"{SHARED}/root")),
            ],
            "venvPath": str(root),
            "venv": ".venv",
            "typeCheckingMode": "basic",
            "reportMissingModuleSource": False,
        }
        path = here / "pyrightconfig.json"
        path.write_text(json.dumps(settings), encoding="utf-8")
        return _errors(root, path)


def _errors(root: Path, settings: Path) -> list[str]:
    said = lines_of(root, root / "node_modules/.bin/pyright", "--project", settings)
    return [line.strip().replace(f"{root}/", "") for line in said if " error: " in line] or said


def ignores(root: Path) -> list[str]:
    """A finding where the number of ignore comments differs from `[tool.benchpump] ignores`."""
    with (root / "pyproject.toml").open("rb") as file:
        committed: int = tomllib.load(file)["tool"]["benchpump"]["pyright_ignores"]
    found = [
        f"{source.path}:{number}"
        for source in python_files(root, "firmware/**/*.py", "boards/**/*.py", "h*/**/*.py")
        if source.path != "host_tools/checks/pyright.py"
        for number, line in enumerate(source.lines, 1)
        if IGNORE.search(line)
    ]
    if len(found) == committed:
        return []
    where = ", ".join(found)
    return [
        f"pyproject.toml: pyright_ignores = {committed}, but there are {len(found)} ({where}):"
        " mend the types; change the number only if there is no other way"
    ]
