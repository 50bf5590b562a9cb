"""Two courses compared: what is a difference, and that it fails the command."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchpump.testing.courses import (
    BURST_STEPS,
    BURSTS_MAX,
    TICKS_MAX,
    Course,
    Run,
    differences,
)
from benchpump.testing.side_by_side import tell

EVENTS = ("ARMED", "RUNNING", "alarm ESTOP", "ALARM")
BACK_TICKS = 20


def _run(*counts: int) -> Run:
    return Run(counts, max(counts), 0)


def _course(run: Run, events: tuple[str, ...] = EVENTS) -> Course:
    return Course({"run": run}, events)


def _told(one: Run, other: Run) -> int:
    found = differences(_course(one), _course(other))
    assert len(differences(_course(other), _course(one))) == len(found)
    return len(found)


def _back(steps: int, ticks: int = BACK_TICKS, forward: int = 400) -> Run:
    """Stops after `forward` steps, and draws back so many in so many ticks."""
    ahead = tuple(range(4, forward + 1, 4))
    behind = tuple(forward - steps * tick // ticks for tick in range(1, ticks + 1))
    return Run((*ahead, *behind), forward, steps)


@pytest.mark.parametrize(("apart", "told"), [(0, 0), (1, 0), (-1, 0), (2, 1), (-2, 1)])
def test_a_step_apart_is_none(apart: int, told: int) -> None:
    """Issue 4, traces compared: a step may fall on either side of a tick's end, two may not."""
    assert _told(_run(1, 4, 7), _run(1, 4 + apart, 7)) == told


@pytest.mark.parametrize(("ticks", "told"), [(4, 0), (3, 0), (2, 1)])
def test_a_run_that_ends_sooner_is_told(ticks: int, told: int) -> None:
    """A stop may come a tick sooner, not two."""
    counts = (1, 4, 7, 10)
    assert _told(_run(*counts), _run(*counts[:ticks])) == told


@pytest.mark.parametrize(("more", "told"), [(7, 0), (8, 1)])
def test_what_goes_out_in_a_stop_is_bounded_too(more: int, told: int) -> None:
    """No more than two ticks at that rate, and a step."""
    assert _told(Run((1, 4, 7, 10), 10, 0), Run((1, 4, 7, 10), 10 + more, 0)) == told
    # The tick of the stop itself may have been cut short.
    assert _told(Run((1, 4, 7, 8), 8, 0), Run((1, 4, 7, 8), 8 + more, 0)) == told


BOUND = BURSTS_MAX * BURST_STEPS


@pytest.mark.parametrize(
    ("apart", "told"), [(0, 0), (BOUND, 0), (BOUND + 1, 1), (-BOUND, 0), (-BOUND - 1, 1)]
)
def test_a_back_off_ends_where_the_other_one_does(apart: int, told: int) -> None:
    """To within the bursts that measuring at moments of its own may be worth."""
    assert _told(_back(160), _back(160 + apart)) == told


def test_what_went_out_more_comes_back_more() -> None:
    """The pressure says where a back-off ends: it is the end that is compared."""
    assert _told(_back(160, forward=400), _back(160 + 4 + BOUND, forward=404)) == 0


def test_a_back_off_of_one_alone() -> None:
    """However short it is."""
    assert _told(_back(0, ticks=1), _back(BURST_STEPS, ticks=1)) == 1


@pytest.mark.parametrize(("more", "told"), [(0, 0), (BURSTS_MAX + TICKS_MAX, 0), (4, 1), (20, 1)])
def test_a_back_off_takes_as_long(more: int, told: int) -> None:
    """A burst in every other tick only, say, is a difference."""
    assert _told(_back(160), _back(160, ticks=BACK_TICKS + more)) == told


def test_a_difference_fails_the_command_and_is_in_its_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two steps at a tick, another order of states and alarms, one alarm less: status 1, and the
    difference told last; else status 0 (issue 4)."""
    pump = _course(_run(1, 4, 7))
    swapped = (*EVENTS[:2], EVENTS[3], EVENTS[2])
    report = tmp_path / "out" / "report.txt"
    for chip, last in (
        (_course(_run(1, 6, 7)), "run: tick 1: emulator 4 steps, chip 6"),
        (replace(pump, events=swapped), f"on the chip {', '.join(swapped)}"),
        (replace(pump, events=EVENTS[:-1]), f"on the chip {', '.join(EVENTS[:-1])}"),
    ):
        assert tell(pump, chip, report) == 1
        assert report.read_text(encoding="utf-8").splitlines()[-1] == last
    assert tell(pump, _course(_run(1, 5, 7)), report) == 0
    assert capsys.readouterr().out.endswith(report.read_text(encoding="utf-8"))
    assert "no difference" in report.read_text(encoding="utf-8")
