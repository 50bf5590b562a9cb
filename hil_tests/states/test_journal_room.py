"""Room in the journal: set aside at ARM, kept for alarms, and what happens when it is used up."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import (
    Alarm,
    Command,
    Event,
    PumpJournalFullError,
    PumpRefused,
    State,
)
from benchpump.link.segments import Segment
from benchpump.testing.procedures import (
    ML_H,
    allot,
    configure_in_service,
    latched,
    start_constant,
    until,
)
from benchpump.testing.raw_host import RawHost

# 14 sectors of 15 pages, one of them in use; two pages of eight records are the alarms'.
MOST = (14 - 1) * 15 * 8 - 16
OF_A_RUN = 64
OF_A_BOLUS, OF_A_TITRATION = 4, 3
OF_A_COMMAND = 8
PARTS_OF_ARM = 11
PART_OF_THE_JOURNAL = 6  # in the answer to SELFtest?
TICK_MS = 50
TICKS_PER_MINUTE = 1200
LIST = list(Command)


def log_free(pump: Pump) -> int:
    """Records other than alarms that there is room for."""
    return pump.selftest().number("log_free")


@pytest.mark.requirement("REQ-LOG-3")
@pytest.mark.parametrize("boluses", [0, 1, 2], ids=["one_less", "exact", "one_more"])
def test_arm_asks_for_what_there_can_be(rig: Rig, pump: Pump, boluses: int) -> None:
    """One record less than the journal can have, and as many, are set aside; one more: refused."""
    needed = MOST - 1 + boluses
    periods = (needed - OF_A_RUN - OF_A_BOLUS * boluses) // OF_A_TITRATION
    assert OF_A_RUN + OF_A_BOLUS * boluses + OF_A_TITRATION * periods == needed
    configure_in_service(rig, pump, bolus_count=boluses, titration_count=1, titration_minutes=2)
    allot(rig, pump)
    pump.load([Segment.constant(ML_H // 10, 2 * periods * TICKS_PER_MINUTE)])
    try:
        token = pump.arm("FRESH").token
    except PumpRefused as refused:
        token = 0
        assert isinstance(refused, PumpJournalFullError)
        assert refused.detail == needed
    assert (token == 0) == (needed > MOST)
    if not token:
        assert pump.status().state is State.IDLE
        return
    pump.start(token)  # at once: in a state that moves nothing is made ready any more
    assert pump.status().state is State.RUNNING
    assert log_free(pump) >= needed - OF_A_COMMAND


@pytest.mark.requirement("REQ-LOG-3")
def test_the_token_waits_for_the_room(rig: Rig, pump: Pump) -> None:
    """With a journal full of old records, a host that asks for the token as fast as it can gets
    it no sooner than there is the room that the run may take."""
    configure_in_service(rig, pump, bolus_count=0, titration_count=1, titration_minutes=2)
    allot(rig, pump)
    start_constant(pump, ML_H, 3600)
    fill(rig, pump, OF_A_COMMAND)
    pump.stop()
    periods = (MOST - 1 - OF_A_RUN) // OF_A_TITRATION
    needed = OF_A_RUN + OF_A_TITRATION * periods
    host = RawHost(rig)
    host.load(f"CONST {ML_H // 10} {ML_H // 10} 0 {2 * periods * TICKS_PER_MINUTE}")
    assert log_free(pump) < needed - OF_A_COMMAND
    host.write(host.line("ARM FRESH STANDALONE 5000"), TICK_MS)
    while b"token=" not in host.write(host.line(f"PART? {PARTS_OF_ARM - 1}"), TICK_MS):
        pass
    host.write(host.line("SELFtest?"), 2 * TICK_MS)
    room = host.write(host.line(f"PART? {PART_OF_THE_JOURNAL}"), 2 * TICK_MS)
    assert int(room.split(b"log_free=")[1].split()[0]) >= needed - OF_A_COMMAND


@pytest.mark.requirement("REQ-LOG-3")
def test_the_default_leaves_days_enough(rig: Rig, pump: Pump) -> None:
    """As provisioned, two weeks can be armed: what is asked for is bounded by the first day."""
    configure_in_service(rig, pump, window_cap_ul=1000)
    allot(rig, pump)
    pump.load([Segment.constant(ML_H // 100, 14 * 24 * 60 * TICKS_PER_MINUTE)])
    pump.arm("FRESH")
    assert log_free(pump) >= OF_A_RUN + 4 * OF_A_BOLUS + 24 * 6 * OF_A_TITRATION


def fill(rig: Rig, pump: Pump, free: int) -> None:
    """Have commands journalled, one record each, until so many are free."""
    while (left := log_free(pump)) > free:
        for _ in range(min(left - free, 100)):
            pump.silence(1000)
    assert log_free(pump) == free


@pytest.mark.requirement("REQ-LOG-3", "REQ-LOG-2", "REQ-STOP-1")
def test_a_full_journal_refuses_commands_while_running(rig: Rig, pump: Pump) -> None:
    """One more than kept and exactly that: taken; one less: refused, and the run goes on. An
    alarm is still on record, STOP is obeyed, and standing makes room again."""
    configure_in_service(rig, pump, bolus_count=0, titration_count=0)
    allot(rig, pump)
    start_constant(pump, ML_H, 3600)
    fill(rig, pump, OF_A_COMMAND + 1)
    pump.silence(1000)
    pump.silence(1000)
    with pytest.raises(PumpJournalFullError) as refused:
        pump.silence(1000)
    assert refused.value.detail == OF_A_COMMAND - 1
    with pytest.raises(PumpJournalFullError):
        pump.pause()
    status = pump.status()
    assert status.state is State.RUNNING
    newest = list(pump.log(pump_newest(pump)))[-1].record
    switch = rig.inject("cassette", "out")
    until(pump, State.ALARM)
    codes = [record.code for record in pump.log(newest + 1)]
    assert codes[:2] == [Alarm.CASSETTE_OUT, Event.STATE]
    switch.clear()
    rig.clock.sleep_ms(1000)
    pump.acknowledge()
    assert pump.status().state is State.IDLE
    assert log_free(pump) > 100


def pump_newest(pump: Pump) -> int:
    """Number of the newest record."""
    return next(iter(pump.log())).newest


@pytest.mark.requirement("REQ-LOG-3", "REQ-STOP-1")
def test_stop_is_never_refused_for_it(rig: Rig, pump: Pump) -> None:
    """With the journal full STOP stops, and is on record: what commands leave free is for that."""
    configure_in_service(rig, pump, bolus_count=0, titration_count=0)
    allot(rig, pump)
    start_constant(pump, ML_H, 3600)
    fill(rig, pump, OF_A_COMMAND - 1)
    newest = pump_newest(pump)
    rig.link.write(b"STOP\n")  # the line alone, without the stop byte
    rig.clock.sleep_ms(500)
    rig.link.read(0)
    assert pump.status().state is State.IDLE
    done = rig.truth.forward_steps
    rig.clock.sleep_ms(5000)
    assert rig.truth.forward_steps == done
    told = [(record.code, record.value) for record in pump.log(newest + 1)]
    assert (Event.STATE, State.IDLE) in told
    assert (Event.COMMAND, LIST.index(Command.STOP)) in told
    assert latched(pump) == []
