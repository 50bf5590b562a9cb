"""What a campaign did, in figures that can be added."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

KINDS = ("clean", "torn", "damaged", "again")


@dataclass
class Counts:
    """Of the first cut and the second; `stands_for` are pairs of a memory and a cut in its
    recovery that the booted memories of the second cut are all of.

    `worst` are excesses in reservations after a clean cut, one that tore a ledger operation, one
    after which the last record was damaged, and a second cut; `least_steps` below 0: volume lost.
    """

    operations: int = 0
    ticks: int = 0
    cuts: dict[str, int] = field(default_factory=dict[str, int])
    memories: int = 0
    second_memories: int = 0
    stands_for: int = 0
    spot_checks: int = 0
    journals: int = 0
    run_to_the_end: int = 0
    boots: int = 0
    least_steps: int = 0
    worst: dict[str, Fraction] = field(default_factory=lambda: dict.fromkeys(KINDS, Fraction()))

    def add(self, other: Counts) -> None:
        """Take in the counts of a group."""
        for name in (
            "second_memories",
            "stands_for",
            "spot_checks",
            "journals",
            "run_to_the_end",
            "boots",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for kind, count in other.cuts.items():
            self.cuts[kind] = self.cuts.get(kind, 0) + count
        for kind, excess in other.worst.items():
            self.worst[kind] = max(self.worst[kind], excess)
        self.least_steps = min(self.least_steps, other.least_steps)

    def line(self) -> str:
        """The summary in one line."""
        worst = ", ".join(f"{kind} {float(excess):.2f}" for kind, excess in self.worst.items())
        cuts = ", ".join(f"{count} {kind}" for kind, count in self.cuts.items())
        return (
            f"powerloss: {self.ticks} ticks, cut at each boundary and once within;"
            f" {self.operations} storage operations ({cuts}): {self.memories} distinct memories;"
            f" {self.stands_for} second cuts in their recoveries:"
            f" {self.second_memories} more; {self.boots} boots,"
            f" {self.journals} journals read, {self.run_to_the_end} run to cap or window,"
            f" {self.spot_checks} spot checks;"
            f" worst excess in reservations: {worst}; least {self.least_steps} steps"
        )
