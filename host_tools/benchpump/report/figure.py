"""The plots of a report: flow, volume against cap, pressure; the alarms marked on all three."""

from __future__ import annotations

from typing import Any, cast

import plotly.graph_objects as plotly_objects  # pyright: ignore[reportMissingTypeStubs]
import plotly.subplots as plotly_subplots  # pyright: ignore[reportMissingTypeStubs]

from benchpump.record import Alarm, Run
from benchpump.report.series import Series, commanded_rate, expected_rate, thin, true_rate

# Okabe and Ito's palette: told apart by colour-blind readers too.
BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#9AA0A6"
PRIORITY_COLOURS = {"high": RED, "medium": ORANGE, "low": GREY}
FLOW, VOLUME, PRESSURE = 1, 2, 3
TITLES = {FLOW: "Flow (mL/h)", VOLUME: "Volume (mL)", PRESSURE: "Pressure (kPa)"}
# A line that opens after an occlusion gushes far above any commanded rate: the flow axis opens at
# this many times the commanded peak, and what is above it is written beside its place.
FLOW_HEADROOM = 1.25


def figure_json(run: Run) -> str:
    """The figure as the JSON that plotly.js draws."""
    return Plots(run).json()


class Plots:
    """Three plots over one axis of time; `scale` seconds make one of its units."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.scale, self.unit = _time_unit(max(run.times_s.values(), default=0.0))
        subplots = cast("Any", plotly_subplots)
        self.figure: Any = subplots.make_subplots(
            rows=3, cols=1, shared_xaxes=True, vertical_spacing=0.075, row_heights=[0.4, 0.3, 0.3]
        )
        self._flow()
        self._volume()
        self._pressure()
        for alarm in run.alarms:
            self._alarm(alarm)
        self._layout()

    def json(self) -> str:
        """The figure as JSON."""
        return cast("str", self.figure.to_json())

    def _flow(self) -> None:
        commanded, source = commanded_rate(self.run)
        true = true_rate(self.run)
        expected = expected_rate(self.run)
        if expected.x:
            self._line(FLOW, expected, "Program, undisturbed", GREY, dash="dot")
        shape = "linear" if source == "leases" else "hv"
        self._line(FLOW, commanded, f"Commanded flow (from {source})", BLUE, shape=shape)
        if true.x:
            self._line(FLOW, true, "True flow (bench)", ORANGE)
        top = max([y for y in commanded.y + expected.y if y is not None], default=0.0)
        if top > 0:
            top *= FLOW_HEADROOM
            self.figure.update_yaxes(range=[-0.02 * top, top], row=FLOW, col=1)
            self._beyond(true, top, ORANGE)
            self._beyond(commanded, -0.02 * top, BLUE)

    def _beyond(self, series: Series, edge: float, colour: str) -> None:
        """Write the extreme of a curve that leaves the plot beside the place where it leaves."""
        up = edge > 0
        values = [y for y in series.y if y is not None] or [0.0]
        peak = max(values) if up else min(values)
        if (peak <= edge) if up else (peak >= edge):
            return
        self.figure.add_annotation(
            x=series.x[series.y.index(peak)] / self.scale, y=edge, row=FLOW, col=1, xanchor="left",
            yanchor="top" if up else "bottom", showarrow=False, font={"color": colour},
            text=f" ▲ {peak:.3g} mL/h" if up else f" ▼ {peak:.3g} mL/h (back-off)",
        )  # fmt: skip

    def _volume(self) -> None:
        debited, cap, outflow = Series(), Series(), Series()
        for sample in self.run.samples:
            time_s = self.run.time_s(sample)
            debited.add(time_s, sample.volume_nl / 1e6)
            cap.add(time_s, (sample.volume_nl + sample.cap_left_nl) / 1e6)
        for bench in self.run.bench:
            outflow.add(self.run.time_s(bench), bench.outflow_nl / 1e6)
        self._line(VOLUME, cap, "Cap", RED, dash="dash")
        self._line(VOLUME, debited, "Debited from the allotment", BLUE)
        if outflow.x:
            self._line(VOLUME, outflow, "True outflow (bench)", ORANGE)

    def _pressure(self) -> None:
        pressure = Series()
        for sample in self.run.samples:
            reading = sample.pressure_pa
            pressure.add(self.run.time_s(sample), None if reading is None else reading / 1e3)
        self._line(PRESSURE, pressure, "Pressure, as the pump reads it", GREEN)
        for limit in sorted({a.limit for a in self.run.alarms if a.unit == "Pa" and a.limit}):
            self.figure.add_hline(
                y=limit / 1e3, row=PRESSURE, col=1,
                line={"color": RED, "dash": "dash", "width": 1},
                annotation={"text": f"alarm limit {limit / 1e3:.1f} kPa", "font": {"color": RED}},
                annotation_position="bottom left",
            )  # fmt: skip

    def _alarm(self, alarm: Alarm) -> None:
        colour = PRIORITY_COLOURS.get(alarm.priority, GREY)
        x = self.run.time_s(alarm) / self.scale
        for row in TITLES:
            self.figure.add_vline(x=x, row=row, col=1, line={"color": colour, "width": 1.3})
        self.figure.add_annotation(
            x=x, y=0.72, yref="y domain", row=FLOW, col=1, showarrow=False, xanchor="right",
            text=alarm.name.replace("_", " ").lower() + " ", font={"color": colour},
            bgcolor="rgba(255,255,255,0.85)",
        )  # fmt: skip

    def _line(self, row: int, series: Series, name: str, colour: str, **style: Any) -> None:
        thinned = thin(series)
        trace = cast("Any", plotly_objects).Scatter(
            x=[round(x / self.scale, 5) for x in thinned.x],
            y=[None if y is None else round(y, 5) for y in thinned.y],
            name=name, mode="lines", line={"color": colour, "width": 1.8, **style},
            legend="legend" if row == FLOW else f"legend{row}",
        )  # fmt: skip
        self.figure.add_trace(trace, row=row, col=1)

    def _layout(self) -> None:
        legends: dict[str, Any] = {}
        for row, title in TITLES.items():
            rangemode: dict[str, Any] = {} if row == FLOW else {"rangemode": "tozero"}
            self.figure.update_yaxes(title_text=title, row=row, col=1, **rangemode)
            axis = self.figure.layout["yaxis" if row == FLOW else f"yaxis{row}"]
            legends["legend" if row == FLOW else f"legend{row}"] = {
                "orientation": "h", "x": 0, "y": axis.domain[1] + 0.005, "yanchor": "bottom",
            }  # fmt: skip
        # One line through all three plots under the pointer.
        self.figure.update_xaxes(
            showspikes=True, spikemode="across", spikethickness=1, spikecolor=GREY
        )
        title = f"Time since the record began ({self.unit})"
        self.figure.update_xaxes(title_text=title, row=PRESSURE, col=1)
        self.figure.update_layout(
            template="plotly_white", height=880, hovermode="x unified", **legends,
            margin={"l": 70, "r": 40, "t": 40, "b": 50}, modebar={"orientation": "v"},
            font={"family": "system-ui, sans-serif", "size": 13},
        )  # fmt: skip


def _time_unit(length_s: float) -> tuple[float, str]:
    if length_s < 180:
        return 1.0, "s"
    return (60.0, "min") if length_s < 3 * 3600 else (3600.0, "h")
