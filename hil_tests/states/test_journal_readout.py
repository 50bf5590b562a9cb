"""The journal read out over the link: no gap, no duplicate, and nothing left out in silence."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.errors import JournalGapError
from benchpump.link.messages import Event, State
from benchpump.testing.procedures import until

PER_SECTOR = 15 * 8
WHOLE = 14 * PER_SECTOR


def add(pump: Pump, records: int) -> None:
    """Have so many commands put on record."""
    for _ in range(records):
        pump.silence(1000)


@pytest.mark.requirement("REQ-LOG-4")
def test_while_records_are_added(pump: Pump) -> None:
    """One more comes with each of the first twenty read: each once, in order, to the last."""
    until(pump, State.IDLE)
    read = pump.log()
    seen = [next(read)]
    planned = seen[0].newest
    for record in read:
        seen.append(record)
        if len(seen) <= 21:
            add(pump, 1)
    numbers = [record.record for record in seen]
    assert numbers == list(range(1, planned + 21))
    assert [record.code for record in seen[-20:]] == [Event.COMMAND] * 20
    assert all(record.newest >= record.record for record in seen)


@pytest.mark.requirement("REQ-LOG-4")
def test_after_it_went_round(rig: Rig, pump: Pump) -> None:
    """The oldest are gone: the read-out begins with the oldest kept; who asks for one of those
    lost is told which are. Records dropped in mid-read-out are told, and it can go on."""
    until(pump, State.IDLE)
    for _ in range(WHOLE // 100 + 1):
        add(pump, 100)
        rig.clock.sleep_ms(2000)
    read = pump.log()
    oldest = next(read)
    assert oldest.record > 1
    with pytest.raises(JournalGapError) as lost:
        next(pump.log(1))
    assert (lost.value.first, lost.value.last) == (1, oldest.record - 1)
    with pytest.raises(JournalGapError):
        next(pump.log(oldest.record - 1))
    assert next(pump.log(oldest.record)).record == oldest.record
    for _ in range(4):
        add(pump, PER_SECTOR)
        rig.clock.sleep_ms(2000)
    with pytest.raises(JournalGapError) as gap:
        next(read)
    assert gap.value.first == oldest.record + 1
    assert gap.value.last > gap.value.first
    rest = list(pump.log(gap.value.last + 1))
    numbers = [record.record for record in rest]
    assert numbers == list(range(gap.value.last + 1, rest[-1].newest + 1))
