"""No file names a folder of the machine that it was written on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

HOMES = re.compile(r"(?<![\w.~-])/(?:home|root|Users|work|opt|mnt|media|tmp)/[\w.-]+")
TEXT = {".py", ".md", ".toml", ".json", ".mjs", ".pio", ".lock", ".in", ".txt", ".svg", ""}


def check(root: Path) -> list[str]:
    """Findings in every text file that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    findings: list[str] = []
    for name in sorted(filter(None, listed.stdout.split("\0"))):
        path = root / name
        if path.suffix in TEXT and path.is_file():
            findings += machine_paths(name, path.read_text(encoding="utf-8"))
    return findings


def machine_paths(name: str, text: str) -> list[str]:
    """Findings in the text of one file."""
    return [
        f"{name}:{number}: {found.group()}: use a path relative to the repository"
        for number, line in enumerate(text.splitlines(), 1)
        for found in HOMES.finditer(line)
    ]
