"""One group of memories: each booted, cut again in its recovery, booted again, and judged."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from benchpump.bench.flash import SECTOR_BYTES, Cells, Flash
from benchpump.bench.store_map import Room
from benchpump.testing.powerloss import checks
from benchpump.testing.powerloss.boots import Boots
from benchpump.testing.powerloss.cuts import Patch, patched
from benchpump.testing.powerloss.plan import Group, Memory
from benchpump.testing.powerloss.recovery import Recovered, recover
from benchpump.testing.powerloss.second_cut import Again, Step, second_cuts, steps
from benchpump.testing.powerloss.truths import Truths
from benchpump.testing.powerloss.verdicts import Outcome, Verdicts

_Way = TypeVar("_Way")
ROOMS: tuple[Room, ...] = ("config", "ledger", "journal")
JOURNAL_TAIL = 3  # records before the cut that are read of each memory; all, of one a group


@dataclass(frozen=True)
class Depth:
    """How much of what could be done is done.

    In one group of so many (0: in none) second cuts are made at every byte of a program, and one
    memory is run to cap or window. `every_memory`: a second cut in every recovery, also in those
    that are alike. `again`: any second cut at all.
    """

    again_prefixes_every: int
    run_to_the_end_every: int
    every_memory: bool = False
    again: bool = True


class Survey:
    """Surveys one group. `only` restricts it to the memory of that name, for a replay."""

    def __init__(
        self, group: Group, truths: Truths, boots: Boots, depth: Depth, only: str = ""
    ) -> None:
        self._group = group
        self._boots = boots
        self._depth = depth
        self._memories = [at for at in group.memories if only in ("", at.name)]
        self._base = Flash(len(group.base) // SECTOR_BYTES)
        self._base.load(group.base)
        self._touched: tuple[range, ...] = ()
        first_record = None
        if group.room == "journal":
            least = min(at.records for memory in self._memories for at in memory.moments)
            first_record = max(1, least - JOURNAL_TAIL + 1)
        self._verdicts = Verdicts(truths, first_record)

    def run(self) -> Outcome:
        """All of it."""
        verdicts, boots, base, group = self._verdicts, self._boots, self._base, self._group
        before = boots.made
        name = f"{self._memories[0].name}, the memory before"
        with verdicts.failures_told(name), boots.powered(base) as rig:
            self._touched = recover(rig).touched
        recoveries = self._first()
        if group.room == "journal":
            checks.whole_journal(verdicts, boots, base, self._memories[-1])
            if not group.everywhere:
                checks.journal_apart(verdicts, self._memories, recoveries)
        if self._depth.again:
            again = self._again(recoveries)
            checks.really_cut(verdicts, boots, base, self._memories, again)
        every = self._depth.run_to_the_end_every
        if every and group.number % every == 0:
            checks.to_the_end(verdicts, boots, base, self._memories, recoveries)
        verdicts.outcome.counts.boots = boots.made - before
        return verdicts.outcome

    def _first(self) -> dict[str, Recovered]:
        outcome = self._verdicts.outcome
        counts = outcome.counts
        for memory in self._memories:
            cut = "damaged" if memory.kind == "damaged" else memory.name.split()[1]
            counts.cuts[cut] = counts.cuts.get(cut, 0) + 1
            outcome.memories.add(patched(self._base, memory.patch).fingerprint())
        distinct = _distinct((memory.patch, memory.name, memory) for memory in self._memories)
        found: dict[str, Recovered] = {}
        for memories, one in self._recover(distinct):
            for memory in memories:
                name = memory.name
                found[name] = one
                reservations = memory.reservations
                self._verdicts.judge(name, memory.kind, memory, one, reservations, memory.orderly)
        return found

    def _again(self, recoveries: dict[str, Recovered]) -> dict[str, Recovered]:
        verdicts = self._verdicts
        every_group = self._depth.again_prefixes_every
        prefixed = bool(every_group) and self._group.number % every_group == 0
        known = {frozenset(memory.patch.items()) for memory in self._memories}
        every: list[Again] = []
        alike: dict[str, list[Memory]] = {}
        for walked, memories in self._alike(recoveries):
            taken = memories
            if not self._depth.every_memory and len(memories) > 2:
                taken = [memories[0], memories[-1]]
            for memory in taken:
                alike[memory.name] = memories
                prefixes = prefixed and memory is taken[0]
                places = verdicts.truths.places
                every += second_cuts(self._base, memory, walked, places, prefixes=prefixes)
        fresh = (a for a in every if frozenset(a.patch.items()) not in known)
        distinct = _distinct((a.patch, f"{a.first.name}, again {a.name}", a) for a in fresh)
        verdicts.outcome.counts.second_memories += len(distinct)
        found: dict[str, Recovered] = {}
        told: dict[tuple[str, str], Recovered] = {}
        for ways, one in self._recover(distinct):
            for way in ways:
                name = f"{way.first.name}, again {way.name}"
                found[name] = one
                for memory in alike[way.first.name]:
                    reservations = memory.reservations + way.reservations
                    verdicts.judge(name, "again", memory, one, reservations, False)
                # What was taken for alike recovers alike; where bits flicker it need not.
                twin = told.setdefault((alike[way.first.name][0].name, way.name), one)
                if "torn" not in name and twin.figures != one.figures:
                    verdicts.tell(name, f"{one.figures}, and its like {twin.figures}")
        return found

    def _alike(
        self, recoveries: dict[str, Recovered]
    ) -> list[tuple[tuple[Step, ...], list[Memory]]]:
        """Memories from which the same was recovered by the same steps, with these steps."""
        rooms = ROOMS if self._group.everywhere else (self._group.room,)
        found: dict[Hashable, tuple[tuple[Step, ...], list[Memory]]] = {}
        for memory in self._memories:
            one = recoveries.get(memory.name)
            if one is None:
                continue
            flash = patched(self._base, memory.patch)
            walked = steps(flash, one.changes, rooms, self._verdicts.truths.places)
            self._verdicts.outcome.counts.stands_for += 3 * len(one.changes)
            key = (one.figures, walked, memory.name.split()[1])
            found.setdefault(key, (walked, []))[1].append(memory)
        return list(found.values())

    def _recover(
        self, distinct: Sequence[tuple[Patch, str, list[_Way]]]
    ) -> list[tuple[list[_Way], Recovered]]:
        """Boot each; a boot that failed is told and left out."""
        verdicts = self._verdicts
        first_record = verdicts.first_record
        configured = self._group.room == "config"
        found: list[tuple[list[_Way], Recovered]] = []
        patches = [changed for changed, _, _ in distinct]
        for number, rig in self._boots.each(self._base, self._touched, patches):
            _, name, ways = distinct[number]
            with verdicts.failures_told(name):
                one = recover(rig, first_record, with_configuration=configured)
                verdicts.outcome.counts.journals += first_record is not None
                found.append((ways, one))
        return found


def _distinct(ways: Iterable[tuple[Patch, str, _Way]]) -> list[tuple[Patch, str, list[_Way]]]:
    """Each memory once, with the name of the first and all the ways to it."""
    found: dict[frozenset[tuple[int, Cells]], tuple[Patch, str, list[_Way]]] = {}
    for changed, name, way in ways:
        found.setdefault(frozenset(changed.items()), (changed, name, []))[2].append(way)
    return list(found.values())
