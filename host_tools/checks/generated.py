"""Generated files are what their source makes of them now."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

GENERATORS = ("benchpump.board.generate", "benchpump.board.pio")


def check(root: Path, generators: tuple[str, ...] = GENERATORS) -> list[str]:
    """Each generator is asked with --check; what it says is the finding."""
    findings: list[str] = []
    for module in generators:
        done = subprocess.run(
            [sys.executable, "-m", module, "--check"], cwd=root, capture_output=True, text=True
        )
        if done.returncode != 0:
            said = (done.stdout + done.stderr).strip() or f"status {done.returncode}"
            findings += said.replace(f"{root}/", "").splitlines()
    return findings
