"""The report's one file: HTML with the plotting library inside, no network needed."""

from __future__ import annotations

import base64
import gzip
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, cast

import plotly.offline as plotly_offline  # pyright: ignore[reportMissingTypeStubs]

from benchpump.record import Run
from benchpump.report.figure import figure_json
from benchpump.report.summary import clock, summarise

_OUTCOMES = {"done": "#1e8e3e", "alarm": "#D55E00", "refused": "#D55E00", "lost": "#D55E00"}


def write_report(run: Run, path: Path, title: str = "") -> Path:
    """Write the report of a run and return its path. Raises OSError where it cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(run, title), encoding="utf-8")
    return path


def page(run: Run, title: str = "") -> str:
    """Return the whole page. The library is stored compressed and unpacked by the browser."""
    summary = summarise(run)
    name = title or (run.header.recipe if run.header else "Run")
    rows = "".join(
        f"<tr><th>{escape(row.label)}</th><td>{escape(row.value)}</td></tr>"
        for row in summary.rows
    )
    figure = figure_json(run)  # plotly escapes "<" in it, so that no name ends the script element
    colour = _OUTCOMES.get(summary.outcome, "#5f6368")
    said = f" — {escape(summary.message)}" if summary.message else ""
    return _PAGE.format(
        title=escape(name), outcome=escape(summary.outcome), colour=colour, message=said,
        rows=rows, events=_events(run), figure=figure, library=_library(),
    )  # fmt: skip


def _events(run: Run) -> str:
    """Commands and alarms in order of time."""
    timed: list[tuple[float, str, str]] = []
    for command in run.commands:
        timed.append((run.time_s(command), command.name, command.answer))
    for alarm in run.alarms:
        value = ""
        if alarm.unit and alarm.value is not None and alarm.limit is not None:
            value = f": {alarm.value:g} {alarm.unit}, limit {alarm.limit:g} {alarm.unit}"
        what = f"{alarm.priority} priority"
        timed.append((run.time_s(alarm), alarm.name, what + value))
    return "".join(
        f"<tr><td>{clock(time_s)}</td><td>{escape(what)}</td><td>{escape(detail)}</td></tr>"
        for time_s, what, detail in sorted(timed, key=lambda event: event[0])
    )


@cache
def _library() -> str:
    source = cast("str", cast("Any", plotly_offline).get_plotlyjs())
    return base64.b64encode(gzip.compress(source.encode(), 9, mtime=0)).decode()


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; color: #202124; max-width: 1180px; margin: 2rem auto;
 padding: 0 1rem; }}
h1 {{ font-size: 1.5rem; margin: 0 0 .3rem; }}
h2 {{ font-size: 1.1rem; margin: 1.5rem 0 .4rem; }}
.outcome {{ color: #fff; background: {colour}; border-radius: 4px; padding: .1rem .6rem; }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; }}
#summary {{ columns: 2; column-gap: 3rem; margin: 1rem 0; }}
#summary table {{ width: 100%; }} #summary tr {{ break-inside: avoid; }}
th {{ text-align: left; font-weight: 400; color: #5f6368; padding: .15rem 1.5rem .15rem 0;
 white-space: nowrap; vertical-align: top; }}
td {{ padding: .15rem 1.5rem .15rem 0; vertical-align: top; }}
#events td {{ border-top: 1px solid #e8eaed; }}
footer {{ color: #5f6368; font-size: .85rem; margin: 2rem 0; }}
</style></head><body>
<h1>{title}</h1>
<p><span class="outcome">{outcome}</span>{message}</p>
<div id="summary"><table>{rows}</table></div>
<div id="plots">The plots need a browser of 2023 or newer with scripts allowed.</div>
<h2>What happened</h2>
<table id="events">{events}</table>
<footer>Drag to zoom, double-click to see all. Made by benchpump: a research bench pump,
not for patient use.</footer>
<script type="application/json" id="figure">{figure}</script>
<script type="text/plain" id="library">{library}</script>
<script>
(async () => {{
  const packed = Uint8Array.from(atob(document.getElementById("library").textContent),
    c => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(stream).text();
  document.head.append(script);
  const figure = JSON.parse(document.getElementById("figure").textContent);
  const plots = document.getElementById("plots");
  plots.textContent = "";
  await Plotly.newPlot(plots, figure.data, figure.layout,
    {{responsive: true, displaylogo: false, scrollZoom: false}});
}})();
</script>
</body></html>
"""
