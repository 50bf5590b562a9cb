"""Types, by pyright; ignores are counted against a committed number, so that none slips in.

Twice: MicroPython's `time` or `os` are not those of the host, and pyright knows one standard
library at a time. What runs on a chip only is checked against the stubs of its own image.
"""

from __future__ import annotations

import json
import os
import re
import sysconfig
import tempfile
import tomllib
from pathlib import Path

from checks.sources import python_files
from checks.tools import lines_of

IGNORE = re.compile(r"#\s*(?:pyright|type):\s*(?:ignore|basic|standard)")


CHIP_BOARDS = ("boards/rpi_pico",)
"""Left out of the project's own settings in pyproject.toml."""


def check(root: Path) -> list[str]:
    """Pyright's errors, and a finding where the number of ignores is not the committed one."""
    # Named, for pyright prefers a pyrightconfig.json of any folder above to what lies here.
    return _errors(root, root / "pyproject.toml") + chip_errors(root) + ignores(root)


def chip_errors(root: Path) -> list[str]:
    """Pyright's errors in the boards that are a chip, with the stubs of its MicroPython."""
    stubs = sysconfig.get_path("purelib")  # micropython-rp2-stubs, and stdlib/ beside them
    with tempfile.TemporaryDirectory() as folder:
        boards = [os.path.relpath(root / board, Path(folder).resolve()) for board in CHIP_BOARDS]
        settings = {
            "include": boards,
            "typeshedPath": stubs,
            "extraPaths": [str(root / "firmware"), *(str(root / board) for board in CHIP_BOARDS)],
            "venvPath": str(root),
            "venv": ".venv",
            "typeCheckingMode": "basic",
            "reportMissingModuleSource": False,
        }
        path = Path(folder) / "pyrightconfig.json"
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
