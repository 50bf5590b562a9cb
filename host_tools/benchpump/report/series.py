"""Curves of a run as lists of points: rates from volumes, and long ones thinned for the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from benchpump.record import Run

# A rate is the volume of a window over its length: long enough that one step (0.1 uL in a 10 mL
# syringe) is below 2 % of 5 mL/h, short enough to show a bolus.
RATE_WINDOW_S = 5.0
# Points that a screen can show; thinning keeps the extremes of each bucket.
POINTS_MAX = 4_000


@dataclass
class Series:
    """x in seconds, y in the unit of the plot; None breaks the line."""

    x: list[float] = field(default_factory=list[float])
    y: list[float | None] = field(default_factory=list["float | None"])

    def add(self, x: float, y: float | None) -> None:
        """Append one point."""
        self.x.append(x)
        self.y.append(y)


def rate_ml_h(times_s: Sequence[float], volumes_nl: Sequence[float]) -> Series:
    """Flow in mL/h from growing volumes, one point in the middle of each window."""
    series = Series()
    start = 0
    for index in range(1, len(times_s)):
        span_s = times_s[index] - times_s[start]
        if span_s >= RATE_WINDOW_S:
            moved_nl = volumes_nl[index] - volumes_nl[start]
            middle_s = (times_s[index] + times_s[start]) / 2
            series.add(middle_s, moved_nl / span_s * 3600 / 1e6)
            start = index
    return series


def expected_rate(run: Run) -> Series:
    """The program's own curve, mL/h, as if it ran undisturbed from the start of the run."""
    series = Series()
    for time_s, rate_nl_h, _ in run.header.curve if run.header else []:
        series.add(start_of_run_s(run) + time_s, rate_nl_h / 1e6)
    return series


def start_of_run_s(run: Run) -> float:
    """When the pump was first seen running, s; 0 if never."""
    return next((run.time_s(s) for s in run.samples if s.state == "running"), 0.0)


def commanded_rate(run: Run) -> tuple[Series, str]:
    """Commanded flow, mL/h, and its source: the leases if a bench saw them, else status."""
    if len(run.bench) > 1:
        times = [run.time_s(b) for b in run.bench]
        return rate_ml_h(times, [b.step_volume_nl for b in run.bench]), "leases"
    series = Series()
    for sample in run.samples:
        series.add(run.time_s(sample), sample.rate_nl_h / 1e6)
    return series, "status"


def true_rate(run: Run) -> Series:
    """Flow that left the outlet as the bench measured it, mL/h; empty without a bench."""
    return rate_ml_h([run.time_s(b) for b in run.bench], [b.outflow_nl for b in run.bench])


def thin(series: Series, points: int = POINTS_MAX) -> Series:
    """At most about `points` points: each bucket's least and greatest in order, gaps kept."""
    count = len(series.x)
    if count <= points:
        return series
    bucket = -(-count * 2 // points)
    thinned = Series()
    for start in range(0, count, bucket):
        indices = range(start, min(start + bucket, count))
        valued = [(value, i) for i in indices if (value := series.y[i]) is not None]
        kept = {min(valued)[1], max(valued)[1]} if valued else set[int]()
        kept.update(
            i for i in indices if series.y[i] is None and i and series.y[i - 1] is not None
        )
        for i in sorted(kept):
            thinned.add(series.x[i], series.y[i])
    return thinned
