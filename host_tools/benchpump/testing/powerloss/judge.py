"""Recovered against true: what contract C3 allows after a cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchpump.link.answers import LogRecord
from benchpump.link.messages import Event, Flag, State
from benchpump.testing.powerloss.moments import Moment
from benchpump.testing.powerloss.recovery import Figures, Recovered
from benchpump.testing.powerloss.truths import Truths


def excess_steps(truths: Truths, moment: Moment, figures: Figures) -> int:
    """How far the debit stands above the pin; below 0 volume was lost."""
    return figures.debited_steps - truths.steps(moment, figures.identity)


def findings(
    truths: Truths, moment: Moment, recovered: Recovered, reservations: int, *, orderly: bool
) -> Iterator[str]:
    """What is wrong with a recovery after a cut at that moment; nothing if all is well.

    `reservations` is how many C3 allows for the cuts (one a cut, two where it tore a record);
    `orderly` if there was one and it fell into no operation and between none that belong
    together: from a pump at rest it then takes nothing, for the exact figure was written.
    """
    known = moment.known
    figures = recovered.figures
    if recovered.moved_steps:
        yield f"{recovered.moved_steps} steps by itself"
    unprovisioned = bool(figures.flags & Flag.UNPROVISIONED)
    if known.provisioned and unprovisioned:
        yield f"provisioning was lost: {figures.alarms}"
    if not known.confirmed <= figures.identity <= known.proposed:
        yield f"allotment {figures.identity}, {known.confirmed} was confirmed"
    excess = excess_steps(truths, moment, figures)
    allowed = reservations * truths.reservations.get(figures.identity, 0)
    if known.resting and orderly:
        allowed = 0
    if not 0 <= excess <= allowed:
        yield f"debit {figures.debited_steps}, {excess} above the pin, 0..{allowed} allowed"
    if figures.identity:
        in_window = figures.window_steps - moment.forward_steps
        if not 0 <= in_window <= allowed:
            yield f"window {figures.window_steps}, {in_window} above the pin, 0..{allowed}"
        whole = truths.cap_steps[figures.identity]
        if figures.cap_left_steps != max(0, whole - figures.debited_steps):
            yield f"cap left {figures.cap_left_steps} of {whole}"
    yield from _state(moment, figures, unprovisioned, orderly)
    if recovered.configuration:
        yield from _configuration(truths, moment, recovered)


def _state(moment: Moment, figures: Figures, unprovisioned: bool, orderly: bool) -> Iterator[str]:
    told = (figures.state, figures.alarms)
    lost = (State.ALARM, ("POWER_LOST",))
    idle = (State.IDLE, ())
    if unprovisioned:
        if figures.state != State.FAULT:
            yield f"unprovisioned in state {figures.state.name}"
    elif moment.moving:
        if told != lost:
            yield f"it was moving, and now {figures.state.name} {figures.alarms}"
    elif moment.known.resting and orderly:
        if told != idle:
            yield f"it stood, and now {figures.state.name} {figures.alarms}"
    elif told not in (lost, idle):
        yield f"{figures.state.name} {figures.alarms}"


def _configuration(truths: Truths, moment: Moment, recovered: Recovered) -> Iterator[str]:
    known = moment.known
    possible = truths.configurations[known.configured : known.configuring + 1]
    if recovered.configuration not in possible:
        yield f"configuration is neither of {known.configured}..{known.configuring}"


_BY_A_BOOT = (Event.BOOT, Event.STATE)
_EVENTS = 128  # codes from here on are no alarms


def journal_findings(
    truths: Truths, moments: Sequence[Moment], first: int, journal: Sequence[LogRecord]
) -> Iterator[str]:
    """What is wrong with the journal from record `first` on: every record from before the cut is
    there and unchanged, in order, without a gap; what follows is told by the boots since."""
    least = min(moment.records for moment in moments)
    most = max(moment.records for moment in moments)
    for offset, record in enumerate(journal):
        number = first + offset
        if record.record != number:
            yield f"journal: {record.record} where {number} was due"
            return
        # What a cut fell into may be there, or not.
        if number <= most and _content(record) == _content(truths.journal[number - 1]):
            continue
        if number <= least:
            yield f"journal: record {number} is {record}"
        elif record.boot <= _boot(truths, least):
            yield f"journal: record {number} of boot {record.boot} was never written: {record}"
        elif record.code >= _EVENTS and record.code not in _BY_A_BOOT:
            yield f"journal: no boot writes {record}"
    if journal and journal[-1].record < journal[-1].newest:
        yield f"journal: it ends at {journal[-1].record} of {journal[-1].newest}"
    if first + len(journal) <= least:
        yield f"journal: {least} records were written, {first + len(journal) - 1} are left"


def _boot(truths: Truths, records: int) -> int:
    return truths.journal[records - 1].boot if records else 0


def _content(record: LogRecord) -> tuple[int, ...]:
    return (
        record.record, record.boot, record.tick, record.code, record.value, record.limit,
        record.debited_steps,
    )  # fmt: skip
