"""Boluses on demand of the last run: the journal has them, the program as it was run has not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from benchpump.link.answers import AsRun, LogRecord
from benchpump.link.client import JournalGapError, Pump
from benchpump.link.messages import Event, State


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
    """`Pump.last_run`, and the boluses on demand that were given beside it.

    Raises JournalGapError where records are dropped while they are read.
    """
    run = pump.last_run()
    if not run.count:
        return run, OnDemand()
    try:
        return run, on_demand(pump.log(run.first_record))
    except JournalGapError as gap:
        return run, on_demand(pump.log(gap.last + 1), complete=False)


def on_demand(records: Iterable[LogRecord], *, complete: bool = True) -> OnDemand:
    """Find them in the records of a run, from its first one on if they are complete."""
    boluses: list[Bolus] = []
    run_ticks = 0
    since_tick: int | None = None  # it has been running
    same_allotment = True
    for record in records:
        if record.code == Event.STATE and record.value == State.RUNNING:
            since_tick = record.tick
        elif record.code == Event.STATE and record.limit == State.RUNNING:
            run_ticks += 0 if since_tick is None else record.tick - since_tick
            since_tick = None
        elif record.code == Event.TIME_SHIFT and since_tick is not None:
            run_ticks -= record.value
        elif record.code == Event.BOLUS_STARTED:
            known = complete and since_tick is not None
            at_tick = run_ticks + record.tick - (since_tick or 0) if known else None
            boluses.append(Bolus(at_tick, record.limit, record.value, None))
        elif record.code == Event.BOLUS_ENDED and boluses and boluses[-1].given_steps is None:
            boluses[-1] = replace(boluses[-1], given_steps=record.value)
        elif record.code == Event.BOLUS_ENDED:
            boluses.append(Bolus(None, None, record.limit, record.value))
        elif record.code == Event.ALLOTMENT:
            same_allotment = False
    return OnDemand(tuple(boluses), complete, same_allotment)
