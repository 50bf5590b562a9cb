"""A ledger that does not belong to the configuration (C3)."""

from contextlib import suppress

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.errors import PumpLost
from benchpump.link.messages import Flag, State
from benchpump.testing.procedures import latched, until


@pytest.mark.requirement("REQ-PROVISION-1")
def test_a_ledger_of_another_generation_is_refused(rig: Rig, pump: Pump) -> None:
    """Power lost while a new ledger is made, before the configuration knows it: it is refused."""
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    pump.service(True)
    # The first two programs are the new ledger's first page; what follows has not begun.
    rig.inject("store", "before", nth=3)
    with suppress(PumpLost):  # power may go before the answer does
        pump.provision()
    rig.clock.sleep_ms(2000)
    rig.power_cycle()
    status = until(pump, State.FAULT, State.IDLE, timeout_s=5)
    assert status.state is State.FAULT
    assert latched(pump) == ["LEDGER_INVALID"]
    assert Flag.UNPROVISIONED in status.flags
