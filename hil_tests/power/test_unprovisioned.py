"""What a pump does with a memory that is blank, or is not its own (C3)."""

from collections.abc import Callable

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import (
    Flag,
    PumpJournalFullError,
    PumpUnprovisionedError,
    PumpWrongStateError,
    State,
)
from benchpump.link.segments import Segment
from benchpump.testing.images import memory_of, with_ledger, without_configuration
from benchpump.testing.procedures import (
    ML_H,
    allot,
    fitted_to,
    latched,
    propose,
    start,
    start_constant,
    until,
)
from benchpump.testing.provisioning import provision
from benchpump.testing.targets import RigMaker

CAP_UL = 500
RATE = 100 * ML_H
_MORE_THAN_A_JOURNAL = 14 * 15 * 8


def refuses_to_pump(rig: Rig, alarms: list[str]) -> None:
    """Says that it is not provisioned and why, takes no step towards motion, and stands."""
    with rig.connect() as pump:
        status = until(pump, State.FAULT, State.IDLE, timeout_s=5)
        assert status.state is State.FAULT
        assert Flag.UNPROVISIONED in status.flags
        assert latched(pump) == alarms
        first_steps: list[Callable[[], object]] = [
            lambda: propose(pump, CAP_UL, fitted_to(rig)),
            lambda: pump.arm("FRESH"),
            lambda: pump.prime(1000, RATE),
        ]
        for first_step in first_steps:
            with pytest.raises(PumpUnprovisionedError):
                first_step()
        with pytest.raises(PumpWrongStateError):
            pump.start(1)
        rig.clock.sleep_ms(1000)
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-PROVISION-1")
def test_a_blank_memory_refuses_until_it_is_provisioned(make_rig: RigMaker) -> None:
    """A new board pumps nothing; once provisioned and allotted it does."""
    rig = make_rig(provisioned=False)
    refuses_to_pump(rig, ["CONFIG_INVALID", "LEDGER_INVALID"])
    provision(rig)
    with rig.connect() as pump:
        allotted = allot(rig, pump, CAP_UL)
        start(pump, [Segment.bolus(10_000, RATE)])
        until(pump, State.FINISHED)
    assert 0 < rig.truth.forward_steps <= allotted.cap_steps


@pytest.mark.requirement("REQ-PROVISION-1", "REQ-CAP-2")
def test_a_blank_ledger_does_not_refill_an_allotment(make_rig: RigMaker) -> None:
    """Wiping the ledger is no way to more volume: the configuration knows that there was one."""
    used = make_rig()
    with used.connect() as pump:
        until(pump, State.IDLE)
        allot(used, pump, CAP_UL)
        start(pump, [Segment.bolus(10_000, RATE)])
        until(pump, State.FINISHED)
    rig = make_rig(image=with_ledger(memory_of(used), None))
    refuses_to_pump(rig, ["LEDGER_INVALID"])


@pytest.mark.requirement("REQ-PROVISION-1", "REQ-CAP-2")
def test_an_older_ledger_is_refused(make_rig: RigMaker) -> None:
    """A copy of the ledger from before the last provisioning is behind the configuration."""
    first = make_rig()
    with first.connect() as pump:
        until(pump, State.IDLE)
        allot(first, pump, CAP_UL)
    again = make_rig(image=memory_of(first))
    provision(again)
    rig = make_rig(image=with_ledger(memory_of(again), memory_of(first)))
    refuses_to_pump(rig, ["LEDGER_INVALID"])
    provision(rig)
    with rig.connect() as pump:
        assert Flag.ALLOTTED not in pump.status().flags


@pytest.mark.requirement("REQ-PROVISION-1")
def test_a_blank_configuration_is_refused(make_rig: RigMaker) -> None:
    """Limits and calibration are not guessed: without them the ledger alone is not enough."""
    rig = make_rig(image=without_configuration(memory_of(make_rig())))
    refuses_to_pump(rig, ["CONFIG_INVALID", "LEDGER_INVALID"])


@pytest.mark.requirement("REQ-CAP-2", "REQ-WINDOW-2")
def test_another_chip_with_the_same_memory_goes_on(
    make_rig: RigMaker, pump: Pump, rig: Rig
) -> None:
    """Reflashed, with the memory kept: allotment, debit and window are as they were."""
    allotted = allot(rig, pump, CAP_UL)
    start_constant(pump, RATE, 5)
    until(pump, State.FINISHED)
    rig.clock.sleep_ms(500)
    done = rig.truth.forward_steps
    reflashed = make_rig(image=memory_of(make_rig.rigs[0]))
    reflashed.truth.allot(allotted.cap_steps - done, allotted.pl_per_step)
    with reflashed.connect() as other:
        status = until(other, State.IDLE, timeout_s=5)
        assert other.allotment().number("id") == allotted.identity
        assert status.debited_steps == done
        assert status.cap_left_steps == allotted.cap_steps - done
        window = other.limits().parts[2]
        assert int(window["window_steps"]) - int(window["left_steps"]) == done
        other.load([Segment.bolus(status.cap_left_steps * allotted.pl_per_step // 1000, RATE)])
        other.start(other.arm("FRESH").token)
        until(other, State.ALARM)
        assert latched(other)[0] == "CAP_REACHED"
    assert reflashed.truth.forward_steps == allotted.cap_steps - done


@pytest.mark.requirement("REQ-PROVISION-1", "REQ-LOG-3")
def test_commands_do_not_use_up_the_journal_of_a_blank_board(make_rig: RigMaker) -> None:
    """However many commands come before it is provisioned, the journal takes the next one: or a
    full one would refuse provisioning too."""
    rig = make_rig(provisioned=False)
    with rig.connect() as pump:
        until(pump, State.FAULT)
        refused = 0
        for _ in range(_MORE_THAN_A_JOURNAL):
            try:
                pump.silence(1000)
            except PumpJournalFullError:
                refused += 1
        assert refused == 0
    provision(rig)
    with rig.connect() as pump:
        assert until(pump, State.IDLE).state is State.IDLE
