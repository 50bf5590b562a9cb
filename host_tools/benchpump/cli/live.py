"""Progress while a recipe runs: a live panel on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import TracebackType
from typing import Protocol

import click
from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from benchpump.record import Header, Sample
from benchpump.report.summary import clock

TICK_S = 0.05
# Plain lines: one a minute of the pump's time, and one at each change of state or alarm.
PLAIN_EVERY_S = 60.0

_STATE_STYLES = {"running": "bold green", "alarm": "bold red", "fault": "bold red"}


class Display(Protocol):
    """Where progress goes; used with `with`."""

    def show(self, sample: Sample) -> None:
        """Show the newest status."""
        ...

    def say(self, text: str) -> None:
        """Say something that stays."""
        ...

    def paused(self) -> AbstractContextManager[None]:
        """Leave the terminal alone for as long as it is entered, so that one can be asked."""
        ...

    def __enter__(self) -> Display:
        """Begin."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End; what was shown last stays."""
        ...


def make_display(header: Header, console: Console | None = None) -> Display:
    """The display that fits where standard output goes."""
    console = console or Console()
    return LiveDisplay(header, console) if console.is_terminal else PlainDisplay(header)


class PlainDisplay:
    """A line for each minute of the pump's time and for each change."""

    def __init__(self, header: Header) -> None:
        self._header = header
        self._first_tick: int | None = None
        self._shown_s = float("-inf")
        self._shown: tuple[str, str] = ("", "")

    def show(self, sample: Sample) -> None:
        """Print a line if it is due."""
        first = self._first_tick = sample.tick if self._first_tick is None else self._first_tick
        time_s = (sample.tick - first) * TICK_S
        state = (sample.state, sample.alarm)
        if state == self._shown and time_s - self._shown_s < PLAIN_EVERY_S:
            return
        self._shown, self._shown_s = state, time_s
        alarm = f"  {sample.alarm}" if sample.alarm else ""
        click.echo(
            f"{clock(time_s):>8}  {sample.state:<9}{sample.rate_nl_h / 1e6:8.3f} mL/h"
            f"{sample.volume_nl / 1e6:9.4f} of {self._header.cap_nl / 1e6:.4g} mL"
            f"  {_pressure(sample):>10}{alarm}"
        )

    def say(self, text: str) -> None:
        """Print it."""
        click.echo(text)

    def paused(self) -> AbstractContextManager[None]:
        """It is never in the way."""
        return nullcontext()

    def __enter__(self) -> PlainDisplay:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing to put away."""


class LiveDisplay:
    """A panel that is redrawn in place, ten times a second at most."""

    def __init__(self, header: Header, console: Console) -> None:
        self._header = header
        self._first_tick: int | None = None
        self._console = console
        self._live = Live(console=console, refresh_per_second=10)

    def show(self, sample: Sample) -> None:
        """Redraw with the newest status."""
        if self._first_tick is None:
            self._first_tick = sample.tick
        self._live.update(self.panel(sample))

    def panel(self, sample: Sample) -> Group:
        """Rate, volume against cap, pressure and state."""
        header = self._header
        time_s = (sample.tick - (self._first_tick or 0)) * TICK_S
        table = Table.grid(padding=(0, 2))
        state = Text(sample.state, style=_STATE_STYLES.get(sample.state, "bold"))
        if sample.alarm:
            state.append(f"  {sample.alarm}", style="bold red")
        table.add_row("State", state)
        table.add_row("Time", f"{clock(time_s)} of about {clock(header.duration_s)}")
        table.add_row("Rate", f"{sample.rate_nl_h / 1e6:.3f} mL/h")
        table.add_row("Pressure", _pressure(sample))
        table.add_row(
            "Volume", f"{sample.volume_nl / 1e6:.4f} of {header.cap_nl / 1e6:.4g} mL cap"
        )
        bar = ProgressBar(total=header.cap_nl or 1, completed=sample.volume_nl, width=40)
        table.add_row("", bar)
        return Group(Text(header.recipe, style="bold"), table)

    def say(self, text: str) -> None:
        """Print it above the panel."""
        self._console.print(text, highlight=False, markup=False)

    @contextmanager
    def paused(self) -> Generator[None]:
        """Leave the terminal alone for a while."""
        self._live.stop()
        try:
            yield
        finally:
            self._live.start()

    def __enter__(self) -> LiveDisplay:
        """Take over the bottom of the terminal."""
        self._live.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave the last panel standing."""
        self._live.__exit__(kind, error, traceback)


def _pressure(sample: Sample) -> str:
    return "no reading" if sample.pressure_pa is None else f"{sample.pressure_pa / 1e3:.1f} kPa"
