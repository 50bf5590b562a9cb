"""The page of trumpet curves."""

from __future__ import annotations

import json
from pathlib import Path

from benchpump.report import trumpet


def test_page_has_two_plots_for_each_run(tmp_path: Path) -> None:
    """Runs come back sorted by rate, each with its start-up curve and its trumpet."""
    for rate_nl_h in (5_000_000, 100_000):
        run = {
            "pump": "syringe",
            "rate_nl_h": rate_nl_h,
            "back_pressure_pa": 13_330,
            "sample_s": 30,
            "flow_nl_h": [0, rate_nl_h],
            "trumpet_percent": {"2": [-1.5, 1.5], "31": [-0.1, 0.1]},
        }
        (tmp_path / f"{rate_nl_h}.json").write_text(json.dumps(run), encoding="utf-8")
    found = trumpet.runs(tmp_path)
    assert [run["rate_nl_h"] for run in found] == [100_000, 5_000_000]
    text = trumpet.page(found)
    assert text.count("kPa: start-up") == 2
    assert text.count(" outlet at +13.33 kPa: trumpet") == 2
