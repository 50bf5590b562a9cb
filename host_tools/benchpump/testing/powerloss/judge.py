"""Recovered against true: what contract C3 allows after a cut."""

from __future__ import annotations

from collections.abc import Iterator

from benchpump.link.messages import Flag, State
from benchpump.testing.powerloss.moments import Moment
from benchpump.testing.powerloss.recovery import Recovered
from benchpump.testing.powerloss.reference import Reference


def excess_steps(reference: Reference, moment: Moment, recovered: Recovered) -> int:
    """How far the debit stands above the pin; below 0 volume was lost."""
    return recovered.debited_steps - reference.truth_steps(moment, recovered.identity)


def findings(
    reference: Reference, moment: Moment, recovered: Recovered, reservations: int, *, clean: bool
) -> Iterator[str]:
    """What is wrong with a recovery after a cut at that moment; nothing if all is well.

    `reservations` is how many C3 allows for the cuts (one a cut, two where it tore a record);
    `clean` if there was one and it fell into no operation and between none that belong together:
    from a pump at rest it then takes nothing, for the exact figure was written.
    """
    known = moment.known
    if recovered.moved_steps:
        yield f"{recovered.moved_steps} steps by itself"
    unprovisioned = bool(recovered.flags & Flag.UNPROVISIONED)
    if known.provisioned and unprovisioned:
        yield f"provisioning was lost: {recovered.alarms}"
    if not known.confirmed <= recovered.identity <= known.proposed:
        yield f"allotment {recovered.identity}, {known.confirmed} was confirmed"
    excess = excess_steps(reference, moment, recovered)
    allowed = reservations * reference.reservations.get(recovered.identity, 0)
    if known.resting and clean:
        allowed = 0
    if not 0 <= excess <= allowed:
        yield f"debit {recovered.debited_steps}, {excess} above the pin, 0..{allowed} allowed"
    if recovered.identity:
        in_window = recovered.window_steps - moment.forward_steps
        if not 0 <= in_window <= allowed:
            yield f"window {recovered.window_steps}, {in_window} above the pin, 0..{allowed}"
        whole = reference.cap_steps[recovered.identity]
        if recovered.cap_left_steps != max(0, whole - recovered.debited_steps):
            yield f"cap left {recovered.cap_left_steps} of {whole}"
    yield from _state(reference, moment, recovered, unprovisioned, clean)


def _state(
    reference: Reference, moment: Moment, recovered: Recovered, unprovisioned: bool, clean: bool
) -> Iterator[str]:
    told = (recovered.state, recovered.alarms)
    lost = (State.ALARM, ("POWER_LOST",))
    idle = (State.IDLE, ())
    if unprovisioned:
        if recovered.state != State.FAULT:
            yield f"unprovisioned in state {recovered.state.name}"
    elif reference.moving(moment):
        if told != lost:
            yield f"it was moving, and now {recovered.state.name} {recovered.alarms}"
    elif moment.known.resting and clean:
        if told != idle:
            yield f"it stood, and now {recovered.state.name} {recovered.alarms}"
    elif told not in (lost, idle):
        yield f"{recovered.state.name} {recovered.alarms}"
