"""A ledger that is full in mid-run stops the pump; what moved is on record (C3)."""

from pathlib import Path

import pytest

from benchpump.link.messages import State
from benchpump.testing.altered_firmware import altering
from benchpump.testing.images import memory_of
from benchpump.testing.procedures import ML_H, allot, latched, start_constant, until
from benchpump.testing.targets import RigMaker


@pytest.mark.requirement("REQ-LEDGER-3")
def test_it_stops_exactly_there(make_rig: RigMaker, tmp_path: Path) -> None:
    """ARM leaves no way to this, so the firmware is altered: it keeps most of the ledger back and
    asks for nothing at ARM. The stop is exact, also after a restart, and the next ARM goes on."""
    alter = altering(make_rig, tmp_path)
    alter(
        "pump/ledger.py",
        "        self._kept_pages = 2 * (self._log.pages_per_sector - 1)\n",
        "        self._kept_pages = 15 * (self._log.pages_per_sector - 1)\n",
    )
    firmware = alter(
        "pump/arming.py",
        "        return 0 if app.ledger.set_reservation(reservation) else codes.ERROR_STORAGE\n",
        "        self._records = 0\n"
        "        return 0 if app.ledger.set_reservation(reservation) else codes.ERROR_STORAGE\n",
    )
    rig = make_rig(firmware=firmware, image=memory_of(make_rig()))
    with rig.connect() as pump:
        until(pump, State.IDLE)
        allot(rig, pump)
        free = pump.selftest().number("records_free")
        assert free > 0
        start_constant(pump, 200 * ML_H, 170)
        until(pump, State.ALARM, State.FINISHED, timeout_s=200, poll_s=0.5)
        assert latched(pump) == ["LEDGER_FULL"]
        done = rig.truth.forward_steps
        rig.clock.sleep_ms(5000)
        assert rig.truth.forward_steps == done > 0
        assert pump.status().debited_steps == done
        rig.power_cycle()
        assert until(pump, State.IDLE, timeout_s=5).debited_steps == done
        assert latched(pump) == []
