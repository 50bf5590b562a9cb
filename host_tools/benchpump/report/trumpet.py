"""`python -m benchpump.report.trumpet`: what was measured as one file and one page of plots."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

FIGURES = Path("out/measured/trumpet")
ML_H = 1_000_000


def runs(place: Path = FIGURES) -> list[dict[str, Any]]:
    """Every run that was kept, by pump, the slowest first."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in place.glob("*.json")]
    return sorted(found, key=lambda run: (run["pump"], run["rate_nl_h"], run["back_pressure_pa"]))


def page(found: list[dict[str, Any]]) -> str:
    """A page with a start-up curve and a trumpet for each run."""
    titles = [
        f"{run['pump']}, {run['rate_nl_h'] / ML_H:g} mL/h,"
        f" {run['back_pressure_pa'] / 1000:g} kPa: {what}"
        for run in found
        for what in ("start-up (mL/h over min)", "trumpet (% over window, min)")
    ]
    subplots: Any = import_module("plotly.subplots")
    objects: Any = import_module("plotly.graph_objects")
    figure = subplots.make_subplots(rows=len(found), cols=2, subplot_titles=titles)
    for row, run in enumerate(found, 1):
        minutes = [(at + 0.5) * run["sample_s"] / 60 for at in range(len(run["flow_nl_h"]))]
        flows = [flow / ML_H for flow in run["flow_nl_h"]]
        figure.add_trace(objects.Scatter(x=minutes, y=flows), row=row, col=1)
        windows = [int(window) for window in run["trumpet_percent"]]
        for side in (0, 1):
            errors = [pair[side] for pair in run["trumpet_percent"].values()]
            figure.add_trace(objects.Scatter(x=windows, y=errors), row=row, col=2)
    figure.update_layout(height=320 * len(found), showlegend=False)
    return str(figure.to_html(include_plotlyjs=True))


def main() -> None:
    """The command line. Raises SystemExit where nothing was measured."""
    found = runs()
    if not found:
        raise SystemExit("no curve was measured: run hil_tests/delivery/test_trumpet.py")
    Path("out/trumpet.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    Path("out/trumpet.html").write_text(page(found), encoding="utf-8")
    print(f"written: out/trumpet.json, out/trumpet.html ({len(found)} runs)")


if __name__ == "__main__":
    main()
