"""Boluses on demand of the last run: the program as it was run has none of them, the journal has.

The journal tells of each when it began, what was asked for and what was given. It does not tell
with which start a run began, but what can only lie before that: a program loaded, one run to its
end, the start of the board, or more running than the run has had.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from benchpump.link.answers import AsRun, LogRecord
from benchpump.link.client import Pump
from benchpump.link.messages import Command, Event, State

_LOADING = (Command.PROGRAM_CLEAR, Command.SEGMENT, Command.PROGRAM_END)
# From the last tick of the program to the record that motion has ended: bursts run out (own).
_SLACK_TICKS = 10


@dataclass(frozen=True)
class Bolus:
    """One bolus on demand, in steps of the allotment that it was debited from.

    `at_tick`: after how many ticks of running, pauses not counted; None where the journal does not
    go back to the beginning. `rate_nl_h` and `given_steps` are None where its own beginning or end
    is not on record; without an end it may still be going on.
    """

    at_tick: int | None
    rate_nl_h: int | None
    asked_steps: int
    given_steps: int | None


@dataclass(frozen=True)
class OnDemand:
    """What was given beside the program, the earliest first.

    `complete`: the journal goes back to the beginning of the run; else there may have been more.
    `same_allotment`: no other was made since, so that steps are worth what they are now.
    """

    boluses: tuple[Bolus, ...] = ()
    complete: bool = True
    same_allotment: bool = True

    @property
    def given_steps(self) -> int:
        """All that was given, as far as it is on record."""
        return sum(bolus.given_steps or 0 for bolus in self.boluses)


def last_run_with_boluses(pump: Pump) -> tuple[AsRun, OnDemand]:
    """`Pump.last_run`, and the boluses on demand that were given beside it."""
    now_tick = pump.status().tick
    run = pump.last_run()
    return run, on_demand(pump.log_back(), run.ticks, now_tick) if run.count else OnDemand()


def on_demand(back: Iterable[LogRecord], run_ticks: int, now_tick: int) -> OnDemand:
    """Find them in the journal, read back from its newest record.

    `run_ticks`: ticks of the program that were run until `now_tick`, 0 where the pump has
    forgotten (another program was loaded).
    """
    records, complete = _since_loaded(back)
    legs = _legs(records, now_tick, complete)
    while run_ticks and len(legs) > 1 and sum(leg.least_ticks for leg in legs) > run_ticks:
        del legs[0]  # of a run before, of the same program
        complete = True
    boluses: list[Bolus] = []
    before_ticks = 0
    for leg in legs:
        for bolus in leg.boluses:
            known = complete and bolus.at_tick is not None
            at_tick = before_ticks + (bolus.at_tick or 0) - leg.start_tick if known else None
            boluses.append(replace(bolus, at_tick=at_tick))
        before_ticks += leg.end_tick - leg.start_tick - leg.shifted_ticks
    same = all(record.code != Event.ALLOTMENT for record in records)
    return OnDemand(tuple(boluses), complete, same)


@dataclass
class _Leg:
    """Running without interruption; `at_tick` of its boluses is the pump's tick."""

    start_tick: int
    end_tick: int
    shifted_ticks: int = 0
    boluses: list[Bolus] = field(default_factory=list[Bolus])
    bolus_end_tick: int | None = None  # of the latest, None while it goes on

    def begin(self, record: LogRecord) -> None:
        """A bolus begins."""
        self.boluses.append(Bolus(record.tick, record.limit, record.value, None))
        self.bolus_end_tick = None

    def end(self, record: LogRecord) -> None:
        """A bolus ends; one whose beginning is not on record is known by its end."""
        if self.boluses and self.boluses[-1].given_steps is None:
            self.boluses[-1] = replace(self.boluses[-1], given_steps=record.value)
        else:
            self.boluses.append(Bolus(None, None, record.limit, record.value))
        self.bolus_end_tick = record.tick

    @property
    def least_ticks(self) -> int:
        """Ticks in which the program ran for certain: a bolus at the end may have outlasted it."""
        end_tick = self.end_tick
        if self.boluses:
            latest_tick = end_tick if self.bolus_end_tick is None else self.bolus_end_tick
            if latest_tick + _SLACK_TICKS >= end_tick:
                end_tick = self.boluses[-1].at_tick or self.start_tick
        return max(0, end_tick - self.start_tick - self.shifted_ticks - _SLACK_TICKS)


def _since_loaded(back: Iterable[LogRecord]) -> tuple[list[LogRecord], bool]:
    """What may be of the last run, the earliest first; whether its beginning is there."""
    found: list[LogRecord] = []
    started = False
    for record in back:
        other_boot = bool(found) and record.boot != found[0].boot
        if other_boot or (started and _before_a_run(record)):
            return found[::-1], True
        started = started or _enters_running(record)
        found.append(record)
    return found[::-1], bool(found) and found[-1].record == 1


def _before_a_run(record: LogRecord) -> bool:
    """Whether a start after this cannot go on with a run before it."""
    if record.code == Event.COMMAND:
        return record.value in _LOADING and record.limit == 0
    return _leaves_running(record) and record.value == State.FINISHED


def _enters_running(record: LogRecord) -> bool:
    return record.code == Event.STATE and record.value == State.RUNNING


def _leaves_running(record: LogRecord) -> bool:
    return record.code == Event.STATE and record.limit == State.RUNNING


def _legs(records: list[LogRecord], now_tick: int, complete: bool) -> list[_Leg]:
    """Each time it ran; before them what was under way where the beginning is missing."""
    if not records:
        return []
    legs = [_Leg(records[0].tick, records[0].tick)]
    running = not complete
    for record in records:
        leg = legs[-1]
        if _enters_running(record):
            legs.append(_Leg(record.tick, max(record.tick, now_tick)))
            running = True
        elif _leaves_running(record):
            leg.end_tick = max(leg.start_tick, min(record.tick, now_tick))
            running = False
        elif record.code == Event.TIME_SHIFT and running:
            leg.shifted_ticks += record.value
        elif record.code == Event.BOLUS_STARTED:
            leg.begin(record)
        elif record.code == Event.BOLUS_ENDED:
            leg.end(record)
    return legs
