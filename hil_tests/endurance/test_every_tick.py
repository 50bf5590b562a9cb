"""Every tick of a program with everything in it is held to what is due then (C4).

`make endurance` does the same for seven days.
"""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.testing.endurance.course import Operator, Plan
from benchpump.testing.procedures import TICKS_PER_H


def run(rig: Rig, pump: Pump, plan: Plan) -> None:
    """The plan, and the figures that it showed."""
    operator = Operator(rig, pump, plan)
    operator.run(lambda: None)
    watch = operator.watch
    assert watch.ticks >= 0.99 * plan.days * plan.day_ticks  # a hold ends some minutes early
    print(
        f"{watch.ticks} ticks: worst |granted - due| {watch.worst_granted:.6f},"
        f" |delivered - due| {watch.worst_delivered:.6f} of a step"
    )


@pytest.mark.requirement("REQ-DELIVERY-1")
@pytest.mark.bench(start_ticks_ms=2**30 - 600_000, start_edges=2**30 - 100)
def test_a_day_in_half_an_hour(rig: Rig, pump: Pump) -> None:
    """Every kind of segment, bolus, pause, titration and hold, while both counters wrap."""
    run(rig, pump, Plan(rig.pump, 1, TICKS_PER_H // 2, pause_ms=30_000))


@pytest.mark.long
@pytest.mark.requirement("REQ-DELIVERY-1")
@pytest.mark.bench(start_ticks_ms=2**30 - 7_200_000, start_edges=2**30 - 1000)
def test_a_whole_day(rig: Rig, pump: Pump) -> None:
    """The same in 24 h: stretches of hundreds of thousands of ticks."""
    run(rig, pump, Plan(rig.pump, 1))
