"""The table of stopping causes: time to the last step and volume after it, by truth (C9)."""

from pathlib import Path

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.testing.altered_firmware import altering
from benchpump.testing.images import memory_of
from benchpump.testing.procedures import ML_H, until
from benchpump.testing.safety import budget, stopping
from benchpump.testing.safety.causes import CAUSES, Cause
from benchpump.testing.targets import RigMaker

# The highest rate at one moment is in every run; `make report` and `make hil-long` measure all.
MOMENTS = [
    pytest.param(
        rate_nl_h,
        phase_ms,
        marks=() if (rate_nl_h, phase_ms) == (budget.RATES_NL_H[0], 0) else pytest.mark.long,
        id=f"{rate_nl_h // ML_H}-{phase_ms}ms",
    )
    for rate_nl_h in budget.RATES_NL_H
    for phase_ms in stopping.PHASES_MS
]


def _marks(cause: Cause) -> list[pytest.MarkDecorator]:
    """What the bench needs for a cause, and whose it is."""
    marks = [pytest.mark.bench(instrumented=True)] if cause.instrumented else []
    if cause.pump:
        reason = f"about a cause, {cause.text}, of that pump"
        marks.append(pytest.mark.pump(cause.pump, reason=reason))
    return marks


EACH = [
    pytest.param(
        cause,
        marks=_marks(cause),
        id=cause.name,
    )
    for cause in CAUSES
    if cause.defect is None
]
DEFECTS = [pytest.param(cause, id=cause.name) for cause in CAUSES if cause.defect is not None]


@pytest.mark.requirement("REQ-BUDGET-1")
@pytest.mark.parametrize(("rate_nl_h", "phase_ms"), MOMENTS)
@pytest.mark.parametrize("cause", EACH)
def test_stays_in_its_budget(
    rig: Rig, pump: Pump, cause: Cause, rate_nl_h: int, phase_ms: int
) -> None:
    """After the cause the last step, the volume displaced and the outflow stay in the budget."""
    hold_to_its_budget(rig, pump, cause, rate_nl_h, phase_ms)


@pytest.mark.requirement("REQ-BUDGET-1", "REQ-UNCAUGHT-1", "REQ-MEMORY-1")
@pytest.mark.parametrize(("rate_nl_h", "phase_ms"), MOMENTS)
@pytest.mark.parametrize("cause", DEFECTS)
def test_a_defect_of_the_firmware_stays_in_its_budget(
    make_rig: RigMaker, tmp_path: Path, cause: Cause, rate_nl_h: int, phase_ms: int
) -> None:
    """The same for what a board cannot be given: a firmware with that defect, at that moment."""
    assert cause.defect is not None
    firmware = altering(make_rig, tmp_path)(*cause.defect)
    rig = make_rig(firmware=firmware, image=memory_of(make_rig()))
    with rig.connect() as pump:
        until(pump, State.IDLE)
        hold_to_its_budget(rig, pump, cause, rate_nl_h, phase_ms)


def hold_to_its_budget(rig: Rig, pump: Pump, cause: Cause, rate_nl_h: int, phase_ms: int) -> None:
    """Measure, keep, and compare with the analysis."""
    stop = stopping.measure(rig, pump, cause, rate_nl_h, phase_ms)
    stopping.record(stop)
    limit = cause.bound(rate_nl_h)
    first = stop.alarms[0] if stop.alarms else ""
    assert first in (cause.alarm, cause.or_alarm or cause.alarm)
    assert stop.time_ms <= limit.time_ms
    assert stop.displaced_nl <= limit.displaced_nl
    assert stop.outflow_nl <= limit.outflow_nl
