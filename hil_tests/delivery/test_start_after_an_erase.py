"""A tick that is late because memory was erased starves nobody who starts in it (C4)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Event, Flag, State
from benchpump.testing.procedures import allot, latched, until
from benchpump.testing.raw_host import RawHost

RATE = 100_000_000
TICKS = 100
FIRST_STEPS = {
    "run": ("ARM FRESH STANDALONE 255000", State.RUNNING, State.FINISHED),
    "prime": (f"PRIMe 100000 {RATE}", State.PRIMING, State.IDLE),
}
# The journal erases ahead once in a sector of it, 120 records.
COMMANDS_MAX = 250
ANSWERS_WITHIN_MS = 110


def start_within_an_erase(rig: Rig, host: RawHost, token: int) -> None:
    """Have commands journalled until one makes the pump erase; START comes while it does."""
    for _ in range(COMMANDS_MAX):
        rig.link.write(host.line("SILence 1000"))
        if not rig.link.read(ANSWERS_WITHIN_MS):
            rig.link.write(host.line(f"STARt {token}"))
            return
    raise AssertionError("nothing was erased")


@pytest.mark.requirement("REQ-DELIVERY-2", "REQ-TICK-3")
@pytest.mark.parametrize("what", list(FIRST_STEPS))
def test_it_is_no_alarm(rig: Rig, pump: Pump, what: str) -> None:
    """START in the poll after an erase of 400 ms: it runs to its end, shifts nothing, and all of
    it is delivered."""
    first_step, running, over = FIRST_STEPS[what]
    allot(rig, pump)
    host = RawHost(rig)
    host.load(f"CONST {RATE} {RATE} 0 {TICKS}")
    rig.inject("store", "slow")
    token = host.arm(first_step)
    start_within_an_erase(rig, host, token)
    status = until(pump, running, State.ALARM, timeout_s=2)
    assert status.state is running
    status = until(pump, over, State.ALARM, timeout_s=20)
    assert status.state is over
    assert Flag.SHIFTED not in status.flags
    assert "DRIVE_STARVED" not in latched(pump)
    assert Event.TIME_SHIFT not in [record.code for record in pump.log()]
    assert rig.truth.forward_steps == status.debited_steps > 0


@pytest.mark.requirement("REQ-DELIVERY-2", "REQ-PRIME-1")
def test_late_while_priming_shifts_no_infusion(rig: Rig, pump: Pump) -> None:
    """A late tick of a priming is that one's: told in the journal, not by the infusion's flag."""
    allot(rig, pump)
    pump.start(pump.prime(500_000, RATE).token)
    rig.clock.sleep_ms(1000)
    rig.inject("clock", "slow", extra_ms=300, ticks=1)
    status = until(pump, State.ALARM, timeout_s=5)
    assert latched(pump) == ["DRIVE_STARVED"]
    assert Flag.SHIFTED not in status.flags
    told = [record.value for record in pump.log() if record.code == Event.TIME_SHIFT]
    assert told in ([5], [6])
