"""A slice of the campaign, short enough for every day: one operation of each kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from benchpump.bench.store_map import Room
from benchpump.testing.powerloss.changes import Operation
from benchpump.testing.powerloss.ledger_record import is_record
from benchpump.testing.powerloss.plan import Group, Memory, Plan
from benchpump.testing.powerloss.reference import Length
from benchpump.testing.powerloss.survey import Depth

LENGTH = Length(infusion_ticks=600, prime_nl=20_000, second_bolus_nl=20_000)
DEPTH = Depth(again_prefixes_every=0, run_to_the_end_every=1)
LEAST_DEPTH = Depth(again_prefixes_every=0, run_to_the_end_every=0, again=False)
_PREFIXES = 3  # first, one in the middle, last


def daily_groups(plan: Plan, rooms: Sequence[Room]) -> Iterator[Group]:
    """The last ledger record of a run, journal record, and page of the configuration."""
    chosen = {_last(plan, room) for room in rooms}
    for group in plan.groups():
        memories = [at for at in group.memories if int(at.name.split()[0]) in chosen]
        if memories:
            yield replace(group, everywhere=False, memories=tuple(_thinned(memories)))


def _last(plan: Plan, room: Room) -> int:
    operations = plan.reference.operations
    places = plan.reference.truths.places
    if room == "journal":
        return max(at for at, one in enumerate(operations) if one.end.records > one.start.records)
    if room == "config":
        return max(
            number
            for number, operation in enumerate(operations)
            if operation.change.kind == "program" and operation.change.room(places) == room
        )
    # Of two in a row the earlier one: by the time of the later one its steps are being made.
    pairs = enumerate(pairwise(operations))
    return max(number for number, pair in pairs if all(_reserves(one) for one in pair))


def _reserves(operation: Operation) -> bool:
    return is_record(operation.change) and operation.start.moving


def _thinned(memories: list[Memory]) -> list[Memory]:
    prefixes = [at for at in memories if "prefix" in at.name]
    kept = {prefixes[len(prefixes) * at // _PREFIXES].name for at in range(_PREFIXES)}
    kept |= {prefixes[-1].name, memories[0].name.split()[0] + " torn 0"}
    return [at for at in memories if at.name in kept or at.whole or at.kind == "damaged"]
