"""The figures on top of a report, and at the end of a run on the terminal."""

from __future__ import annotations

from dataclasses import dataclass

from benchpump.record import Run


@dataclass(frozen=True)
class Row:
    """One line of the summary."""

    label: str
    value: str


@dataclass(frozen=True)
class Summary:
    """`outcome` as in the record's end; `rows` for people."""

    outcome: str
    message: str
    rows: tuple[Row, ...]


def summarise(run: Run) -> Summary:
    """Figures of a run; what the record does not hold is left out."""
    rows: list[Row] = []
    header = run.header
    if header is not None:
        rows += [Row("Recipe", header.recipe), Row("Container", header.container)]
        if header.pump:
            rows.append(Row("Pump", header.pump))
        if header.profile:
            rows.append(Row("Profile", header.profile))
        if header.limit_binds:
            limit = f"{header.limit_nl_h / 1e6:g} mL/h, bound by {header.limit_binds}"
            rows.append(Row("Rate limit", limit))
    if run.samples:
        rows += _volume_rows(run)
        times_s = [run.time_s(sample) for sample in run.samples]
        planned = f" (program {clock(header.duration_s)})" if header else ""
        rows.append(Row("Time", f"{clock(times_s[-1] - times_s[0])}{planned}"))
        rows.append(Row("Highest rate", f"{max(s.rate_nl_h for s in run.samples) / 1e6:.3g} mL/h"))
        pressures = [s.pressure_pa for s in run.samples if s.pressure_pa is not None]
        if pressures:
            rows.append(Row("Highest pressure", f"{max(pressures) / 1e3:.1f} kPa"))
    rows.append(Row("Alarms", ", ".join(_alarms(run)) or "none"))
    if run.unreadable_lines:
        rows.append(Row("Torn lines in the record", str(run.unreadable_lines)))
    outcome = run.end.outcome if run.end else "cut short"
    message = run.end.message if run.end else "the record has no end: the host stopped first"
    return Summary(outcome, message, tuple(rows))


def _volume_rows(run: Run) -> list[Row]:
    # What counts is this run's share: an allotment may have been drawn from before.
    debited_nl = run.samples[-1].volume_nl - run.samples[0].volume_nl
    rows: list[Row] = []
    expected = f" of {run.header.expected_nl / 1e6:.4f} mL" if run.header else ""
    rows.append(Row("Volume debited", f"{debited_nl / 1e6:.4f} mL{expected}"))
    if run.header:
        used_nl = run.samples[-1].volume_nl
        cap_nl = run.header.cap_nl
        share = used_nl / cap_nl if cap_nl else 0.0
        rows.append(
            Row("Allotment used", f"{used_nl / 1e6:.4f} of {cap_nl / 1e6:.4g} mL ({share:.1%})")
        )
    if run.bench:
        out_nl = run.bench[-1].outflow_nl - run.bench[0].outflow_nl
        rows.append(Row("True outflow (bench)", f"{out_nl / 1e6:.4f} mL"))
        back_nl = run.bench[-1].drawn_back_nl - run.bench[0].drawn_back_nl
        if back_nl:
            rows.append(Row("Drawn back, never credited", f"{back_nl / 1e6:.4f} mL"))
    return rows


def _alarms(run: Run) -> list[str]:
    return [f"{a.name} at {clock(run.time_s(a))}" for a in run.alarms if a.priority != "low"]


def clock(seconds: float) -> str:
    """Seconds as `m:ss`, `h:mm:ss`, with days in front where there are any."""
    whole = round(seconds)
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds_left = divmod(rest, 60)
    if days:
        return f"{days} d {hours}:{minutes:02}:{seconds_left:02}"
    if hours:
        return f"{hours}:{minutes:02}:{seconds_left:02}"
    return f"{minutes}:{seconds_left:02}"
