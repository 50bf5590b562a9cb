"""When a cut came, what stood at the step pin then, and what the host had been told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """What the host knew: `confirmed` and `proposed` are identities of allotments, 0 for none.

    `resting` while the pump stands and has had time to write the exact figure; `provisioned` once
    provisioning was answered for. `configured` and `configuring` are numbers of configurations:
    the one that stands for sure and the one that may.
    """

    provisioned: bool
    resting: bool
    confirmed: int
    proposed: int
    configured: int
    configuring: int


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant of the reference run; `forward_steps` at the pin; `moving`: it was midway
    between the start and the end of a motion; `records`: journal records that were complete."""

    at_us: int
    forward_steps: int
    known: Known
    moving: bool = False
    records: int = 0


def extremes(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """The first and the last moment of each kind.

    A memory that is the same at all of them is judged by these alone: the pin never goes back in
    the reference run, so whatever holds for the least and the most steps holds for those between.
    """
    kinds: dict[tuple[Known, bool, int], tuple[Moment, Moment]] = {}
    for moment in moments:
        kind = (moment.known, moment.moving, moment.records)
        least, most = kinds.get(kind, (moment, moment))
        if moment.forward_steps < least.forward_steps:
            least = moment
        if moment.forward_steps > most.forward_steps:
            most = moment
        kinds[kind] = (least, most)
    return tuple(dict.fromkeys(moment for pair in kinds.values() for moment in pair))
