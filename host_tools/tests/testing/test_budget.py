"""The over-delivery budget: what the analysis adds up, and the page that shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchpump import tree_root
from benchpump.link.messages import ALARMS, Reaction
from benchpump.testing.procedures import ML_H
from benchpump.testing.safety import budget, over_delivery, stopping
from benchpump.testing.safety.causes import BY_NAME, CAUSES, ELSEWHERE
from benchpump.testing.safety.stopping import Stop

FAST = 300 * ML_H


def stop(cause: str = "kill", phase_ms: int = 0, time_ms: float = 40.0) -> Stop:
    """A measurement with figures that are easy to find again."""
    return Stop(cause, FAST, phase_ms, "emulator", time_ms, 1234.0, 5678.0, ["WATCHDOG"])


def test_motion_that_goes_on_is_bounded_in_volume() -> None:
    """REQ-BUDGET-1: 120 ms at 300 mL/h are 10 uL, a step, 5 per cent and the mechanism."""
    limit = budget.ending_within(FAST, 120)
    assert limit.displaced_nl == pytest.approx((10_000 + 103.206) * 1.05 + 1000)
    # 87.5 uL/s through 0.1 kPa s/uL are 8.75 kPa, at 1.5 uL/kPa.
    assert limit.outflow_nl == pytest.approx(limit.displaced_nl + 8.75 * 1500 + 1000)


def test_where_nothing_may_move_nothing_is_allowed() -> None:
    """REQ-BUDGET-1: a bound of no time leaves no step's room and only the line's relaxing."""
    limit = budget.ending_within(FAST, 0)
    assert limit.displaced_nl == 0
    assert 0 < limit.outflow_nl < 15_000


def test_worst_line_adds_what_it_stores() -> None:
    """REQ-BUDGET-2: a line just below the trip gives 1.5 uL for each of 68.95 kPa more."""
    limit = budget.ending_within(FAST, 120)
    assert budget.worst_nl(limit) - limit.displaced_nl == pytest.approx(103_425)


def test_every_cause_expects_an_alarm_that_there_is() -> None:
    """Causes and protocol.toml agree; no two causes share a name."""
    names = {info.name for info in ALARMS.values()}
    assert {cause.alarm for cause in CAUSES if cause.alarm} <= names
    assert len(BY_NAME) == len(CAUSES)


def test_every_alarm_that_stops_has_a_row() -> None:
    """REQ-BUDGET-1: each alarm that stops is a row of the table, or is said to be shown elsewhere,
    in a file that there is; none is both."""
    stopping_ones = {info.name for info in ALARMS.values() if info.reaction != Reaction.FLAG}
    rows = {cause.alarm for cause in CAUSES} | {cause.or_alarm for cause in CAUSES}
    assert stopping_ones - rows == ELSEWHERE.keys()
    for reason in ELSEWHERE.values():
        assert (tree_root() / reason.rpartition(" ")[2]).is_file()


def test_the_worst_over_the_moments_is_shown() -> None:
    """Of several moments in a tick the largest of each figure counts."""
    worst = stopping.worst([stop(time_ms=40), stop(phase_ms=17, time_ms=90)], "kill", FAST)
    assert worst is not None
    assert worst.time_ms == 90
    assert stopping.worst([stop()], "hang", FAST) is None


def test_figures_stand_beside_their_bounds() -> None:
    """The row of a cause shows measured and analysed; what was not measured says so."""
    page = over_delivery.page([stop()])
    row = next(line for line in page.splitlines() if "interpreter dies" in line)
    limit = BY_NAME["kill"].bound(FAST)
    cells = [cell.strip() for cell in row.split("|")]
    assert cells[3:7] == ["40", "120", "1.23", over_delivery.microlitres(limit.displaced_nl)]
    assert over_delivery.NOT_MEASURED in page


def test_records_come_back(tmp_path: Path) -> None:
    """What a test keeps is what the page is made of."""
    kept = stop()
    assert stopping.record(kept, tmp_path).name == "kill_300000000_0.json"
    assert stopping.recorded(tmp_path) == [kept]
