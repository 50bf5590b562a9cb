"""Judges the recoveries of a group and keeps what was found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction

from benchpump.bench.vm import VmCrashed
from benchpump.link.tables import PumpError
from benchpump.testing.powerloss import judge
from benchpump.testing.powerloss.counts import Counts
from benchpump.testing.powerloss.moments import Moment
from benchpump.testing.powerloss.plan import Memory
from benchpump.testing.powerloss.recovery import Recovered
from benchpump.testing.powerloss.truths import Truths

FINDINGS_MAX = 20  # of a group


@dataclass
class Outcome:
    """`found` names each memory with what is wrong; `memories` are fingerprints."""

    counts: Counts = field(default_factory=Counts)
    found: list[str] = field(default_factory=list[str])
    memories: set[bytes] = field(default_factory=set[bytes])


class Verdicts:
    """`first_record` is where the journal was read from; None where it was not."""

    def __init__(self, truths: Truths, first_record: int | None) -> None:
        self.truths = truths
        self.outcome = Outcome()
        self.first_record = first_record

    def judge(
        self,
        name: str,
        kind: str,
        memory: Memory,
        recovered: Recovered,
        reservations: int,
        orderly: bool,
    ) -> None:
        """A recovery from the memory, at each of its moments."""
        truths = self.truths
        counts = self.outcome.counts
        one = truths.reservations.get(recovered.figures.identity)
        for moment in memory.moments:
            wrong = judge.findings(truths, moment, recovered, reservations, orderly=orderly)
            self.tell(_at(name, moment), *wrong)
            if one:
                excess = judge.excess_steps(truths, moment, recovered.figures)
                counts.worst[kind] = max(counts.worst[kind], Fraction(excess, one))
                counts.least_steps = min(counts.least_steps, excess)
        if self.first_record is not None:
            self.judge_journal(name, memory, recovered, self.first_record)

    def judge_journal(self, name: str, memory: Memory, recovered: Recovered, first: int) -> None:
        """What was read of it from that record on."""
        wrong = judge.journal_findings(self.truths, memory.moments, first, recovered.journal)
        self.tell(_at(name, memory.moments[0]), *wrong)

    @contextmanager
    def failures_told(self, name: str) -> Iterator[None]:
        """A firmware that ends, does not answer or breaks a contract is a finding like others."""
        try:
            yield
        except (AssertionError, PumpError, VmCrashed) as failure:
            self.tell(name, f"{type(failure).__name__}: {' '.join(str(failure).split())}")

    def tell(self, where: str, *wrong: str) -> None:
        """Keep what is wrong there, if anything is."""
        if wrong and len(self.outcome.found) < FINDINGS_MAX:
            self.outcome.found.append(f"{where}: {'; '.join(wrong)}")


def _at(name: str, moment: Moment) -> str:
    return f"{name}, at {moment.at_us / 1000:.1f} ms"
