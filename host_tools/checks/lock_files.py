"""Lock files pin by hash and hold no address of a package registry."""

from __future__ import annotations

import json
from pathlib import Path

ADDRESS = ":" + "//"


def check(root: Path) -> list[str]:
    """Findings in requirements*.lock, package-lock.json and .npmrc."""
    findings: list[str] = []
    locks = sorted(path.name for path in root.glob("requirements*.lock"))
    for name in (*locks, "package-lock.json", ".npmrc"):
        for number, line in enumerate((root / name).read_text(encoding="utf-8").splitlines(), 1):
            if ADDRESS in line:
                findings.append(f"{name}:{number}: holds an address: run `make lock`")
    for name in locks:
        findings += _unhashed(root / name)
    packages = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    findings += [
        f"package-lock.json: {place} has no integrity hash: run `make lock`"
        for place, facts in packages.items()
        if place and "integrity" not in facts
    ]
    return findings


def _unhashed(lock: Path) -> list[str]:
    findings: list[str] = []
    entries = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    for entry in entries:
        if entry and not entry.startswith("#") and ("==" not in entry or "--hash=" not in entry):
            findings.append(f"{lock.name}: {entry.split()[0]} is not pinned by hash")
    return findings
