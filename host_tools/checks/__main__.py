"""`python -m checks`: run every check, one line each; status 1 when one is red."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from checks import (
    fmea,
    generated,
    imports,
    lock_files,
    machine_paths,
    pyright,
    requirements,
    ruff,
    signoff,
    spelling,
    vm_differences,
)

CHECKS = (
    imports,
    vm_differences,
    requirements,
    signoff,
    fmea,
    generated,
    lock_files,
    machine_paths,
    ruff,
    spelling,
    pyright,
)


def main(root: Path, chosen: list[str]) -> int:
    """Run the checks (all, or those named), print a line each; returns how many are red."""
    red = 0
    for module in CHECKS:
        name = module.__name__.rpartition(".")[2]
        if chosen and name not in chosen:
            continue
        started = time.monotonic()
        findings = module.check(root)
        took = f"{time.monotonic() - started:.1f} s"
        verdict = "RED" if findings else "ok"
        print(f"{verdict:<4}{name:<15}{len(findings):>4} findings  {took}", flush=True)
        for finding in findings:
            print(f"    {finding}")
        red += bool(findings)
    return red


if __name__ == "__main__":
    sys.exit(1 if main(Path(__file__).parents[2], sys.argv[1:]) else 0)
