"""Progress on the terminal and as plain lines."""

import io

import pytest
from rich.console import Console

from benchpump.cli.live import LiveDisplay, PlainDisplay, make_display
from benchpump.record import Header, Sample

HEADER = Header("Titration", "BD Plastipak 10 mL", 4e6, 3e6, 1800)


def sample(tick: int, state: str = "running", alarm: str = "") -> Sample:
    """A status at a tick."""
    return Sample(tick, state, alarm, 5e6, 1.25e6, 2.75e6, 3456.0, 1)


def test_plain_lines_each_minute_and_at_each_change(capsys: pytest.CaptureFixture[str]) -> None:
    """A line a minute of pump time; a change of state or an alarm is told at once."""
    with PlainDisplay(HEADER) as display:
        for tick in range(1000, 1000 + 20 * 120, 20):
            display.show(sample(tick))
        display.show(sample(3400, "alarm", "OCCLUSION_DOWNSTREAM"))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[0].split() == [
        "0:00", "running", "5.000", "mL/h", "1.2500", "of", "4", "mL", "3.5", "kPa",
    ]  # fmt: skip
    assert lines[1].split()[0] == "1:00"
    assert lines[2].endswith("kPa  OCCLUSION_DOWNSTREAM")


def test_terminal_gets_the_live_panel() -> None:
    """Rate, volume against cap, pressure and state are on the panel; what is said stays."""
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=80)
    display = make_display(HEADER, console)
    assert isinstance(display, LiveDisplay)
    with display:
        display.show(sample(1000))
        display.say("line cleared")
        display.show(sample(2200, "alarm", "OCCLUSION_DOWNSTREAM"))
    shown = stream.getvalue()
    for part in ("5.000 mL/h", "1.2500 of 4 mL cap", "3.5 kPa", "OCCLUSION_DOWNSTREAM", "1:00 of"):
        assert part in shown
    assert "line cleared" in shown


def test_no_terminal_gets_plain_lines() -> None:
    """A pipe or a log file gets no control codes."""
    assert isinstance(make_display(HEADER, Console(file=io.StringIO())), PlainDisplay)
