"""All cuts of the reference run, each memory recovered once, counted and judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from benchpump.bench.flash import CutMode
from benchpump.bench.store_map import store_map
from benchpump.link.messages import State
from benchpump.testing.powerloss import judge
from benchpump.testing.powerloss.memories import Left, left_by_cuts
from benchpump.testing.powerloss.moments import Moment
from benchpump.testing.powerloss.recovery import Recovered, Recoverer
from benchpump.testing.powerloss.reference import Reference

_MODES: tuple[CutMode, ...] = ("before", "torn", "after")
_FINDINGS_MAX = 20


@dataclass
class Counts:
    """What was done.

    `worst` are excesses in reservations after a clean cut, one that tore a ledger operation, one
    after which the last record was damaged, and a second cut during the recovery; `least_steps`
    is below 0 if volume was lost.
    """

    operations: int = 0
    cuts_at_ticks: int = 0
    cuts_at_operations: int = 0
    memories: int = 0
    second_cuts: int = 0
    damaged_records: int = 0
    run_to_the_cap: int = 0
    boots: int = 0
    least_steps: int = 0
    worst: dict[str, Fraction] = field(
        default_factory=lambda: dict.fromkeys(("clean", "torn", "damaged", "again"), Fraction())
    )

    def line(self) -> str:
        """The summary in one line."""
        worst = ", ".join(f"{kind} {float(excess):.2f}" for kind, excess in self.worst.items())
        return (
            f"powerloss: {self.cuts_at_ticks} cuts at ticks, {self.cuts_at_operations} at"
            f" {self.operations} storage operations, {self.second_cuts} more in recoveries,"
            f" {self.damaged_records} with the last record damaged;"
            f" {self.memories} distinct memories, {self.boots} boots,"
            f" {self.run_to_the_cap} run to the cap;"
            f" worst excess in reservations: {worst}; least {self.least_steps} steps"
        )


class Campaign:
    """Recovers and judges. `found` holds what was wrong, at most a page of it."""

    def __init__(self, reference: Reference, recoverer: Recoverer, seed: int) -> None:
        self._places = store_map()
        self._reference = reference
        self._recoverer = recoverer
        self._dice = Random(seed)
        self._seed = seed
        self._recovered: dict[bytes, Recovered] = {}
        self.counts = Counts(
            operations=len(reference.operations), cuts_at_ticks=len(reference.cuts)
        )
        self.found: list[str] = []

    def run(self, torn_variants: int, again_every: int, to_the_cap_every: int) -> Counts:
        """Every memory; about one in so many cut again (once in each mode) or run to the cap."""
        counts = self.counts
        counts.cuts_at_operations = counts.operations * (torn_variants + 2)
        for left in left_by_cuts(self._reference, self._places, torn_variants, self._seed):
            counts.damaged_records += left.damaged
            fingerprint = left.flash.fingerprint()
            new = fingerprint not in self._recovered
            if new:
                self._recovered[fingerprint] = self._recoverer.recover(left.flash)
            recovered = self._recovered[fingerprint]
            kind, reservations = "clean", 1
            if left.damaged:
                kind, reservations = "damaged", 2
            elif left.tore(self._places):
                kind, reservations = "torn", 2
            for moment in left.moments:
                self._judge(kind, left, moment, recovered, reservations)
            if new and self._dice.randrange(again_every) == 0:
                self._cut_again(left, recovered, reservations)
            interrupted = recovered.identity and recovered.state == State.ALARM
            if new and interrupted and self._dice.randrange(to_the_cap_every) == 0:
                self._run_to_the_cap(left, recovered)
        counts.memories = len(self._recovered)
        counts.boots = self._recoverer.boots
        return counts

    def _cut_again(self, left: Left, recovered: Recovered, reservations: int) -> None:
        for mode in _MODES:
            nth = self._dice.randrange(recovered.operations) + 1
            memory = self._recoverer.cut_again(left.flash, mode, nth)
            more = 2 if mode == "torn" else 1
            twice = self._recoverer.recover(memory)
            self.counts.second_cuts += 1
            for moment in left.moments:
                self._judge("again", left, moment, twice, reservations + more, f"{mode} {nth}")

    def _run_to_the_cap(self, left: Left, recovered: Recovered) -> None:
        reference = self._reference
        truths = (reference.truth_steps(at, recovered.identity) for at in left.moments)
        left_steps = reference.cap_steps[recovered.identity] - max(truths)
        self._recoverer.run_the_rest(left.flash, left_steps)
        self.counts.run_to_the_cap += 1

    def _judge(
        self,
        kind: str,
        left: Left,
        moment: Moment,
        recovered: Recovered,
        reservations: int,
        again: str = "",
    ) -> None:
        reference = self._reference
        clean = kind == "clean" and left.torn is None and not left.between
        wrong = list(judge.findings(reference, moment, recovered, reservations, clean=clean))
        one = reference.reservations.get(recovered.identity)
        if one:
            excess = judge.excess_steps(reference, moment, recovered)
            counts = self.counts
            counts.worst[kind] = max(counts.worst[kind], Fraction(excess, one))
            counts.least_steps = min(counts.least_steps, excess)
        if wrong and len(self.found) < _FINDINGS_MAX:
            self.found.append(f"{_where(left, moment, again)}: {'; '.join(wrong)}")


def _where(left: Left, moment: Moment, again: str) -> str:
    what = "last record damaged" if left.damaged else "clean"
    if left.torn is not None:
        what = f"torn {left.torn.kind} at {left.torn.place}"
    second = f", again {again}" if again else ""
    return f"cut at {moment.at_us / 1000:.1f} ms ({what}{second})"


def replay(found: Sequence[str]) -> str:
    """The findings as the text of a failure."""
    return "\n  ".join(["recoveries that contract C3 does not allow:", *found])
