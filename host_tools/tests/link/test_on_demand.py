"""Boluses on demand of the last run, found in the journal."""

from benchpump.link.answers import LogRecord
from benchpump.link.messages import Event, State
from benchpump.link.on_demand import Bolus, OnDemand, on_demand

RUNNING, PAUSED, ARMED = State.RUNNING, State.PAUSED, State.ARMED
Line = tuple[int, int, int, int]  # tick, code, value, limit


def started(tick: int) -> Line:
    """The program starts, or goes on."""
    return (tick, Event.STATE, RUNNING, ARMED)


def left(tick: int, state: State = PAUSED) -> Line:
    """It does not run any more."""
    return (tick, Event.STATE, state, RUNNING)


def bolus(tick: int, steps: int = 100, given: int = 100, ticks: int = 20) -> tuple[Line, Line]:
    """A bolus from beginning to end."""
    return (
        (tick, Event.BOLUS_STARTED, steps, 6000),
        (tick + ticks, Event.BOLUS_ENDED, given, steps),
    )


def found(*lines: Line, complete: bool = True) -> OnDemand:
    """What is found in records of these lines, the earliest first."""
    records = [LogRecord(number, 1, *line, 0, len(lines)) for number, line in enumerate(lines, 1)]
    return on_demand(records, complete=complete)


def test_each_with_its_time_and_volume() -> None:
    """Time of running, without the pause and what was shifted; one cut short, one going on."""
    made = found(
        started(100), *bolus(300), (699, Event.TIME_SHIFT, 7, 0), left(700),
        started(5000), *bolus(5030, given=60), (5100, Event.BOLUS_STARTED, 50, 9000),
    )  # fmt: skip
    assert made.boluses == (
        Bolus(200, 6000, 100, 100),
        Bolus(593 + 30, 6000, 100, 60),
        Bolus(593 + 100, 9000, 50, None),
    )
    assert (made.given_steps, made.complete, made.same_allotment) == (160, True, True)


def test_what_the_journal_does_not_keep_is_said() -> None:
    """Without the beginning: no times, and one whose own beginning is lost counts too."""
    lines = ((500, Event.BOLUS_ENDED, 80, 100), *bolus(600), left(700), started(900), left(1000))
    assert found(*lines, complete=False) == OnDemand(
        (Bolus(None, None, 100, 80), Bolus(None, 6000, 100, 100)), complete=False
    )


def test_another_allotment_has_other_steps() -> None:
    """Made since the run, it says nothing of what the run's steps were worth."""
    lines = (started(100), *bolus(300), left(700))
    assert found(*lines).same_allotment
    assert not found(*lines, (800, Event.ALLOTMENT, 2, 1000)).same_allotment
