"""Boluses on demand of the last run, found in the journal."""

import pytest

from benchpump.link.answers import LogRecord
from benchpump.link.messages import Command, Event, State
from benchpump.link.on_demand import Bolus, OnDemand, on_demand

RUNNING, PAUSED, ARMED, FINISHED = State.RUNNING, State.PAUSED, State.ARMED, State.FINISHED
Line = tuple[int, int, int, int]  # tick, code, value, limit

LOADED: Line = (0, Event.COMMAND, Command.SEGMENT, 0)


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


def found(
    *lines: Line, run_ticks: int, now_tick: int = 100_000, first_record: int = 1, boot: int = 1
) -> OnDemand:
    """What is found in a journal of these lines, the earliest first."""
    records = [
        LogRecord(number, boot, *line, 0, first_record + len(lines) - 1)
        for number, line in enumerate(lines, first_record)
    ]
    return on_demand(reversed(records), run_ticks, now_tick)


def test_each_with_its_time_and_volume() -> None:
    """Time of running, without the pause and what was shifted; one cut short, one going on."""
    made = found(
        LOADED, started(100), *bolus(300), (699, Event.TIME_SHIFT, 7, 0), left(700),
        started(5000), *bolus(5030, given=60), (5100, Event.BOLUS_STARTED, 50, 9000),
        run_ticks=800, now_tick=5220,
    )  # fmt: skip
    assert made.boluses == (
        Bolus(200, 6000, 100, 100),
        Bolus(593 + 30, 6000, 100, 60),
        Bolus(593 + 100, 9000, 50, None),
    )
    assert (made.given_steps, made.complete, made.same_allotment) == (160, True, True)


@pytest.mark.parametrize(
    "between", [[LOADED], [(800, Event.COMMAND, Command.PROGRAM_CLEAR, 0)]], ids=["load", "clear"]
)
def test_a_run_before_a_program_was_loaded_is_another(between: list[Line]) -> None:
    """Its boluses are not told, however short both runs were; refused commands load nothing."""
    first = (LOADED, started(100), *bolus(110), left(140))
    then = (started(900), *bolus(910), left(1000))
    assert len(found(*first, *between, *then, run_ticks=100).boluses) == 1
    refused = (800, Event.COMMAND, Command.SEGMENT, 103)
    assert len(found(*first, refused, *then, run_ticks=130).boluses) == 2


def test_a_run_to_its_end_is_another() -> None:
    """What starts after it begins anew, whatever was loaded."""
    first = (LOADED, started(100), *bolus(110), left(140, FINISHED))
    assert found(*first, started(900), left(1000), run_ticks=100) == OnDemand()


def test_a_run_before_a_restart_is_another() -> None:
    """The board forgets what it ran; its ticks begin anew too."""
    lines = (started(100), *bolus(110), left(140))
    records = [LogRecord(number, 1, *line, 0, 6) for number, line in enumerate(lines, 1)]
    lines = (started(900), left(1000))
    records += [LogRecord(number, 2, *line, 0, 6) for number, line in enumerate(lines, 5)]
    assert on_demand(reversed(records), 100, 2000) == OnDemand()


@pytest.mark.parametrize(("run_ticks", "count"), [(600, 2), (399, 1)])
def test_the_same_program_begun_anew(run_ticks: int, count: int) -> None:
    """Stopped after 200 ticks: gone on with, 600 were run in all; begun anew, 400 less the end."""
    lines = (LOADED, started(100), *bolus(110), left(300), started(900), *bolus(950), left(1300))
    made = found(*lines, run_ticks=run_ticks)
    assert (len(made.boluses), made.complete) == (count, True)
    assert made.boluses[-1].at_tick == (250 if count == 2 else 50)


def test_a_bolus_that_outlasts_the_program_hides_none() -> None:
    """200 ticks, then 50 and a bolus of 400: of the second start little was the program's."""
    lines = (LOADED, started(100), *bolus(110), left(300), started(900), *bolus(940, ticks=400))
    made = found(*lines, left(1340, FINISHED), run_ticks=250)
    assert [one.at_tick for one in made.boluses] == [10, 240]


def test_what_the_journal_does_not_keep_is_said() -> None:
    """Without the beginning: no times, and one whose own beginning is lost counts too."""
    lines = ((500, Event.BOLUS_ENDED, 80, 100), *bolus(600), left(700), started(900), left(1000))
    made = found(*lines, run_ticks=5000, first_record=7)
    assert made == OnDemand(
        (Bolus(None, None, 100, 80), Bolus(None, 6000, 100, 100)), complete=False
    )
    lines = ((500, Event.BOLUS_ENDED, 80, 100), left(1000), started(2000), left(2400))
    assert found(*lines, run_ticks=395, first_record=7) == OnDemand()


def test_another_allotment_has_other_steps() -> None:
    """Made since the run, it says nothing of what the run's steps were worth."""
    lines = (LOADED, started(100), *bolus(300), left(700), (800, Event.ALLOTMENT, 2, 1000))
    assert not found(*lines, run_ticks=600).same_allotment
    lines = ((0, Event.ALLOTMENT, 2, 1000), LOADED, started(100), *bolus(300), left(700))
    assert found(*lines, run_ticks=600).same_allotment
