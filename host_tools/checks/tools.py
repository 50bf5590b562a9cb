"""Run a tool of the virtual environment and give its lines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def lines_of(root: Path, *arguments: str | Path) -> list[str]:
    """Lines that a command printed, empty where it ended well.

    Raises FileNotFoundError when the tool is not there: run `make setup`.
    """
    done = subprocess.run(
        [str(argument) for argument in arguments], cwd=root, capture_output=True, text=True
    )
    if done.returncode == 0:
        return []
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return said or [f"{arguments[0]} ended with status {done.returncode}"]


def installed(name: str) -> Path:
    """Path of a tool beside the running Python."""
    return Path(sys.executable).parent / name
