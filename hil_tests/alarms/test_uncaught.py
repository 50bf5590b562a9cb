"""An exception that nothing catches: motor off, on record as a code, told by the next start."""

from pathlib import Path

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import (
    Alarm,
    PumpFaultLatchedError,
    PumpUnconfirmedError,
    PumpWrongStateError,
    State,
)
from benchpump.testing.altered_firmware import altering
from benchpump.testing.images import memory_of
from benchpump.testing.procedures import ML_H, allot, latched, start_constant, until
from benchpump.testing.raw_host import RawHost
from benchpump.testing.targets import RigMaker

RATE = 100 * ML_H
# What of the tick had run, a bit each, as the alarm's limit tells it.
SENSED, DETECTED, DECIDED, DELIVERED = 1, 2, 4, 8
# Where the firmware is made to raise, once, a second or so into the run.
IN_TICK = {
    "sense": ("pump/app.py", "        now = self.clock.ticks_ms()\n", 0),
    "detect": ("pump/app.py", "        self.watch.look(self.reading)\n", SENSED),
    "decide": ("pump/app.py", "        self.governor.refill()\n", SENSED | DETECTED),
    "deliver": (
        "pump/app.py",
        "        state = self.state\n        if state == codes.STATE_RUNNING:\n",
        SENSED | DETECTED | DECIDED,
    ),
    "granted": (
        "pump/gate.py",
        "        debited = governor.debited()\n        if debited > ledger.reserved:\n",
        SENSED | DETECTED | DECIDED,
    ),
    "leased": (
        "pump/gate.py",
        "        self._reverse = signed_steps < 0\n",
        SENSED | DETECTED | DECIDED,
    ),
    "report": (
        "pump/app.py",
        "        self.panel.show(self.state, self.tick_count)\n"
        "        if self.steps_ran == _ALL_RAN:\n",
        SENSED | DETECTED | DECIDED | DELIVERED,
    ),
}
ALSO = ("sense", "decide", "deliver", "granted", "leased")  # in the long suite
RAISES = {
    "pump/app.py": "        if self.infusing() and self.governor.debited() > 50:\n"
    "            raise ValueError\n",
    # The state is what the gate does not know; it is asked for no lease once the fault stands.
    "pump/gate.py": "        if self._governor.debited() > 50:\n            raise ValueError\n",
}


def broken_in_the_tick(make_rig: RigMaker, folder: Path, place: str) -> Rig:
    """A pump whose firmware raises at one place of a tick, when it has pumped a little."""
    file, lines, _ = IN_TICK[place]
    firmware = altering(make_rig, folder)(file, lines, RAISES[file] + lines)
    return make_rig(firmware=firmware, image=memory_of(make_rig()))


def run_into_it(rig: Rig, pump: Pump) -> int:
    """Let it pump until the fault stands; steps done."""
    until(pump, State.IDLE)
    allot(rig, pump)
    start_constant(pump, RATE, 60)
    until(pump, State.FAULT, timeout_s=10)
    return rig.truth.forward_steps


@pytest.mark.requirement("REQ-UNCAUGHT-1")
@pytest.mark.parametrize(
    "place",
    [pytest.param(one, marks=[pytest.mark.long] if one in ALSO else []) for one in IN_TICK],
)
def test_it_stops_the_motor_and_is_told_twice(
    make_rig: RigMaker, tmp_path: Path, place: str
) -> None:
    """Raised in any part of the tick: still at once, a fault, a code on record with state and
    what had run; the next start tells it, and once acknowledged it stays away."""
    rig = broken_in_the_tick(make_rig, tmp_path, place)
    with rig.connect() as pump:
        done = run_into_it(rig, pump)
        assert done > 0
        alarm = pump.alarms()[0]
        ran = IN_TICK[place][2]
        assert (alarm.info.name, alarm.value, alarm.limit) == ("UNCAUGHT", State.RUNNING, ran)
        assert latched(pump) == ["UNCAUGHT"]
        rig.clock.sleep_ms(5000)
        assert rig.truth.forward_steps == done
        records = [record for record in pump.log() if record.code == Alarm.UNCAUGHT]
        assert [(record.value, record.limit) for record in records] == [(State.RUNNING, ran)]
        with pytest.raises(PumpFaultLatchedError):
            pump.acknowledge()
        for _ in range(2):
            rig.power_cycle()
            until(pump, State.ALARM, timeout_s=5)
            assert "UNCAUGHT_BEFORE" in latched(pump)
            with pytest.raises(PumpWrongStateError):
                pump.arm("FRESH")
        assert pump.status().debited_steps >= done
        pump.acknowledge()
        rig.clock.sleep_ms(200)
        rig.power_cycle()
        until(pump, State.IDLE, timeout_s=5)
        assert latched(pump) == []
    assert rig.truth.forward_steps == done


@pytest.mark.requirement("REQ-UNCAUGHT-1")
def test_the_motor_is_off_at_once(make_rig: RigMaker, tmp_path: Path) -> None:
    """What was leased is dropped: less is done than was debited when it raised, and the debit
    is made exact by what hardware says was not done."""
    rig = broken_in_the_tick(make_rig, tmp_path, "report")
    with rig.connect() as pump:
        done = run_into_it(rig, pump)
        assert done <= 50
        assert pump.status().debited_steps == done


@pytest.mark.requirement("REQ-UNCAUGHT-1")
def test_one_in_the_link_is_caught_too(make_rig: RigMaker, tmp_path: Path) -> None:
    """A command whose handling raises: the fault stands, reading goes on, nothing moves."""
    old = "        self._app.pause()\n        return 0\n"
    firmware = altering(make_rig, tmp_path)("pump/operator.py", old, "        raise KeyError\n")
    rig = make_rig(firmware=firmware, image=memory_of(make_rig()))
    with rig.connect() as pump:
        until(pump, State.IDLE)
        allot(rig, pump)
        start_constant(pump, RATE, 60)
        rig.clock.sleep_ms(1000)
        host = RawHost(rig)
        host.write(host.line("PAUSe"), 60)
        until(pump, State.FAULT, timeout_s=1)
        done = rig.truth.forward_steps
        assert latched(pump) == ["UNCAUGHT"]
        assert pump.alarms()[0].limit == 0
        rig.clock.sleep_ms(5000)
        assert rig.truth.forward_steps == done > 0
        rig.power_cycle()
        until(pump, State.ALARM, timeout_s=5)
        assert latched(pump) == ["UNCAUGHT_BEFORE"]


@pytest.mark.requirement("REQ-UNCAUGHT-1", "REQ-TRAVEL-2")
@pytest.mark.pump("syringe", reason="about the travel of a plunger")
def test_the_container_is_to_be_confirmed(make_rig: RigMaker, tmp_path: Path) -> None:
    """Raised between a lease of a withdrawal and its bookkeeping: where the plunger is, is not
    believed, through the restart too: nothing is armed or drawn back until it was confirmed."""
    leased = "        self._reverse = signed_steps < 0\n"
    far = "        if signed_steps < 0 and self.reversed_steps > 50:\n"
    raising = f"{far}            raise ValueError\n{leased}"
    firmware = altering(make_rig, tmp_path)("pump/gate.py", leased, raising)
    rig = make_rig(firmware=firmware, image=memory_of(make_rig()))
    with rig.connect() as pump:
        until(pump, State.IDLE)
        allot(rig, pump)
        pump.start(pump.prime(400_000, RATE).token)
        until(pump, State.IDLE)
        pump.start(pump.withdraw(200_000, RATE).token)
        until(pump, State.FAULT, timeout_s=10)
        assert rig.truth.reverse_steps > 50
        rig.power_cycle()
        until(pump, State.ALARM, timeout_s=5)
        pump.acknowledge()
        until(pump, State.IDLE)
        with pytest.raises(PumpUnconfirmedError):
            pump.withdraw(1000, RATE)
        with pytest.raises(PumpUnconfirmedError):
            pump.prime(1000, RATE)
