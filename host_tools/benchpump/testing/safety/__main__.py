"""`make report`: write docs/safety/*.md again from fmea.toml and the measured figures."""

from __future__ import annotations

import sys

from benchpump import tree_root
from benchpump.testing.safety import budget, fmea, over_delivery, stopping
from benchpump.testing.safety.causes import CAUSES


def main() -> int:
    """Status 1, and nothing is written, when figures are missing: a page must not look whole."""
    stops = stopping.recorded()
    wanted = {
        (cause.name, rate_nl_h, phase_ms)
        for cause in CAUSES
        for rate_nl_h in budget.RATES_NL_H
        for phase_ms in stopping.PHASES_MS
    }
    missing = wanted - {(stop.cause, stop.rate_nl_h, stop.phase_ms) for stop in stops}
    if missing:
        print(f"{len(missing)} of {len(wanted)} stops are not measured: run make report")
        return 1
    stops = [stop for stop in stops if (stop.cause, stop.rate_nl_h, stop.phase_ms) in wanted]
    stopping.save(stops)
    place = tree_root() / "docs" / "safety"
    pages = {
        "over-delivery.md": over_delivery.page(stops),
        "fmea.md": fmea.page(fmea.load(place / "fmea.toml"), stops),
    }
    for name, text in pages.items():
        (place / name).write_text(text, encoding="utf-8")
        print(f"written: docs/safety/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
