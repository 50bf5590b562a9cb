"""`python -m benchpump.report.trumpet`: what was measured as one file and one page of plots."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

FIGURES = Path("out/measured/trumpet")
ML_H = 1_000_000
FLOW = {"color": "#1f5fa8", "width": 1.5}
ERROR = {"color": "#b04a12", "width": 1.5}
SET = {"color": "#888888", "width": 1, "dash": "dot"}
HEADING = (
    "Flow after the start, and the largest errors over any window of a length (trumpet curve)"
    "<br><sup>measured on the emulated bench; dotted: the rate that was set</sup>"
)


def runs(place: Path = FIGURES) -> list[dict[str, Any]]:
    """Every run that was kept, by pump, the slowest first."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in place.glob("*.json")]
    return sorted(found, key=lambda run: (run["pump"], run["rate_nl_h"], run["back_pressure_pa"]))


def page(found: list[dict[str, Any]]) -> str:
    """A page with a start-up curve and a trumpet for each run."""
    titles = [
        f"{run['pump']}, {run['rate_nl_h'] / ML_H:g} mL/h, outlet at"
        f" {run['back_pressure_pa'] / 1000:+.4g} kPa: {what}"
        for run in found
        for what in ("start-up", "trumpet")
    ]
    subplots: Any = import_module("plotly.subplots")
    objects: Any = import_module("plotly.graph_objects")
    figure = subplots.make_subplots(
        rows=len(found), cols=2, subplot_titles=titles, vertical_spacing=0.4 / len(found)
    )
    for row, run in enumerate(found, 1):
        minutes = [(at + 0.5) * run["sample_s"] / 60 for at in range(len(run["flow_nl_h"]))]
        flows = [flow / ML_H for flow in run["flow_nl_h"]]
        flow = objects.Scatter(x=minutes, y=flows, name="flow", line=FLOW)
        figure.add_trace(flow, row=row, col=1)
        figure.add_hline(y=run["rate_nl_h"] / ML_H, line=SET, row=row, col=1)
        windows = [int(window) for window in run["trumpet_percent"]]
        for side, name in enumerate(("most below", "most above")):
            errors = [pair[side] for pair in run["trumpet_percent"].values()]
            error = objects.Scatter(x=windows, y=errors, name=name, line=ERROR)
            figure.add_trace(error, row=row, col=2)
        figure.add_hline(y=0, line=SET, row=row, col=2)
        figure.update_xaxes(title_text="min", row=row, col=1)
        figure.update_yaxes(title_text="mL/h", row=row, col=1)
        figure.update_xaxes(title_text="observation window, min", row=row, col=2)
        figure.update_yaxes(title_text="error, %", row=row, col=2)
    figure.update_layout(
        height=340 * len(found) + 120,
        showlegend=False,
        template="plotly_white",
        title_text=HEADING,
        margin={"t": 120},
    )
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
