"""What the measurements after IEC 60601-2-24 found, kept one file a run for the report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FIGURES = Path("out/measured")


def keep(kind: str, name: str, figures: Mapping[str, Any], place: Path = FIGURES) -> Path:
    """Write one run as `place/kind/name.json`."""
    path = place / kind / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return path


def errors_percent(volumes_nl: Sequence[float], set_nl: float) -> tuple[float, float]:
    """Error of the mean and, signed, the worst error of any, in % of the setting."""
    errors = [volume / set_nl * 100 - 100 for volume in volumes_nl]
    return sum(errors) / len(errors), max(errors, key=abs)
