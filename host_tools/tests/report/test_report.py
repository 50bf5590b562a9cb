"""The report: self-contained, curves and marks in the right places, whatever is recorded."""

import base64
import gzip
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchpump.record import (
    Alarm,
    BenchSample,
    Command,
    End,
    Header,
    Run,
    RunRecorder,
    Sample,
    read_run,
)
from benchpump.report import summarise, write_report
from benchpump.report.page import page
from benchpump.report.series import Series, rate_ml_h, thin


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Two minutes at 6 mL/h with an alarm after one, true outflow one tenth below the steps."""
    path = tmp_path / "run.jsonl"
    with RunRecorder(path) as recorder:
        recorder.add(Header("A <recipe>", "c", 4e6, 2e5, 120, [(0, 6e6, 0), (120, 6e6, 2e5)]))
        recorder.add(Command(1000, "START </script>"))
        for second in range(121):
            tick = 1000 + 20 * second
            volume_nl = second * 6e6 / 3600
            recorder.add(Sample(tick, "running", "", 6e6, volume_nl, 4e6 - volume_nl, 2e3, 0))
            recorder.add(BenchSample(tick, second * 16, volume_nl, volume_nl * 0.9))
            if second == 60:
                recorder.add(Alarm(tick, "OCCLUSION_DOWNSTREAM", "high", 69_000, 68_950, "Pa"))
        recorder.add(End(3400, "done", "finished"))
    return read_run(path)


def figure(html: str) -> dict[str, Any]:
    """The figure inside a page."""
    found = re.search(
        r'<script type="application/json" id="figure">(.*?)</script>', html, re.DOTALL
    )
    assert found
    return json.loads(found[1])


def test_page_needs_no_network(run: Run) -> None:
    """Nothing is loaded from elsewhere; the plotting library is inside, whole."""
    html = page(run)
    assert not re.search(r"(?:src|href)\s*=", html)
    packed = re.search(r'id="library">([^<]*)<', html)
    assert packed
    assert b"Plotly" in gzip.decompress(base64.b64decode(packed[1]))
    assert len(html) < 2_500_000


def test_texts_are_escaped(run: Run) -> None:
    """Names from recipes and pumps cannot become markup."""
    run.alarms.append(replace(run.alarms[0], name="</script>"))
    run.times_s[id(run.alarms[1])] = 1.0
    html = page(run)
    assert "A &lt;recipe&gt;" in html
    assert "START &lt;/script&gt;" in html
    assert html.count("</script>") == 3


def test_curves_and_axes(run: Run) -> None:
    """Commanded and true flow, volume, cap and pressure, on axes with units."""
    plot = figure(page(run))
    curves = {trace["name"]: trace["y"] for trace in plot["data"]}
    assert curves["Commanded flow (from leases)"] == pytest.approx([6.0] * 24)
    assert curves["True flow (bench)"] == pytest.approx([5.4] * 24)
    assert curves["Debited from the allotment"][-1] == pytest.approx(0.2)
    assert set(curves["Cap"]) == {4.0}
    assert set(curves["Pressure, as the pump reads it"]) == {2.0}
    layout = plot["layout"]
    titles = [layout[axis]["title"]["text"] for axis in ("yaxis", "yaxis2", "yaxis3", "xaxis3")]
    assert titles == [
        "Flow (mL/h)", "Volume (mL)", "Pressure (kPa)", "Time since the record began (s)",
    ]  # fmt: skip


def test_alarm_is_marked_at_its_time_on_all_plots(run: Run) -> None:
    """One line on each plot, a minute in, and its limit on the pressure plot."""
    shapes = figure(page(run))["layout"]["shapes"]
    assert [s["x0"] for s in shapes if s["x0"] == s["x1"]] == [60.0] * 3
    assert [s["y0"] for s in shapes if s["y0"] == s["y1"]] == [68.95]


def test_without_a_bench_the_status_tells_the_rate(run: Run) -> None:
    """A real pump has no true flow: commanded flow then comes from its status."""
    run.bench.clear()
    names = [trace["name"] for trace in figure(page(run))["data"]]
    assert "Commanded flow (from status)" in names
    assert not any("bench" in name for name in names)


def test_summary_figures(run: Run) -> None:
    """Volume, time, pressure and alarms as a person reads them."""
    rows = {row.label: row.value for row in summarise(run).rows}
    assert rows["Volume debited"] == "0.2000 mL of 0.2000 mL"
    assert rows["Allotment used"] == "0.2000 of 4 mL (5.0%)"
    assert rows["True outflow (bench)"] == "0.1800 mL"
    assert rows["Time"] == "2:00 (program 2:00)"
    assert rows["Alarms"] == "OCCLUSION_DOWNSTREAM at 1:00"


def test_a_record_cut_short_says_so(run: Run, tmp_path: Path) -> None:
    """Without an end, and even without any line, there is a page that says what happened."""
    run.end = None
    assert summarise(run).outcome == "cut short"
    assert "cut short" in write_report(Run(), tmp_path / "out" / "empty.html").read_text("utf-8")


def test_rate_of_a_staircase() -> None:
    """Windows of five seconds turn volumes into mL/h."""
    series = rate_ml_h([0, 5, 10], [0, 5_000, 5_000])
    assert series.x == [2.5, 7.5]
    assert series.y == pytest.approx([3.6, 0.0])


def test_thinning_keeps_extremes_and_gaps() -> None:
    """A week of samples becomes a screenful that still shows its one spike and its one gap."""
    series = Series(list(range(100_000)), [1.0] * 100_000)
    series.y[31_234] = 50.0
    series.y[71_234] = None
    thinned = thin(series)
    assert len(thinned.x) <= 4_001
    assert thinned.y[thinned.x.index(31_234)] == 50.0
    assert thinned.y[thinned.x.index(71_234)] is None
    assert thinned.x == sorted(thinned.x)
