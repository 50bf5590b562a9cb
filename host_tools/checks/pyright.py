"""Types, by pyright; ignores are counted against a committed number, so that none slips in."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from checks.sources import python_files
from checks.tools import lines_of

IGNORE = re.compile(r"#\s*(?:pyright|type):\s*(?:ignore|basic|standard)")


def check(root: Path) -> list[str]:
    """Pyright's errors, and a finding where the number of ignores is not the committed one."""
    # Named, for pyright prefers a pyrightconfig.json of any folder above to what lies here.
    settings = root / "pyproject.toml"
    said = lines_of(root, root / "node_modules/.bin/pyright", "--project", settings)
    findings = [
        line.strip().replace(f"{root}/", "") for line in said if " error: " in line
    ] or said
    return findings + ignores(root)


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
