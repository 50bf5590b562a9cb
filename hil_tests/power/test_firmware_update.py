"""Another firmware on the same board finds everything as it was (C2, C3)."""

from pathlib import Path

import pytest

from benchpump.link.messages import State
from benchpump.testing.altered_firmware import altering
from benchpump.testing.images import memory_of
from benchpump.testing.procedures import FIELD, ML_H, allot, latched, start_constant, until
from benchpump.testing.targets import RigMaker

OLD, NEW = 'VERSION = b"0.1.0"\n', 'VERSION = b"0.1.0+next"\n'


@pytest.mark.requirement("REQ-UPDATE-1", "REQ-CAP-2", "REQ-WINDOW-3")
@pytest.mark.parametrize("running", [False, True], ids=["at_rest", "in_mid_run"])
def test_it_keeps_what_there_was(make_rig: RigMaker, tmp_path: Path, running: bool) -> None:
    """Ledger, window, allotment, configuration and journal, after a version of another name took
    over; in mid-run the debit stays within its bound and POWER_LOST is told."""
    board = make_rig()
    with board.connect() as pump:
        until(pump, State.IDLE)
        pump.config_set(FIELD["window_cap_ul"].index, 4321)
        pump.config_commit()
        until(pump, State.IDLE)
        allotted = allot(board, pump, 2000)
        start_constant(pump, 100 * ML_H, 5 if not running else 60)
        board.clock.sleep_ms(7000)
        before = pump.allotment()
        version = pump.idn()
        limits = pump.limits().parts
        settings = [pump.config_get(field.index) for field in FIELD.values()]
        newest = next(iter(pump.log())).newest
    done = board.truth.forward_steps
    firmware = altering(make_rig, tmp_path)("pump/answers.py", OLD, NEW)
    updated = make_rig(image=memory_of(board), firmware=firmware)
    updated.truth.allot(allotted.cap_steps - done, allotted.pl_per_step)
    with updated.connect() as pump:
        until(pump, State.ALARM if running else State.IDLE, timeout_s=5)
        assert pump.idn() != version
        assert latched(pump) == (["POWER_LOST"] if running else [])
        after = pump.allotment()
        for name in ("id", "container", "cap_steps", "pl_per_step"):
            assert after.number(name) == before.number(name)
        assert [pump.config_get(field.index) for field in FIELD.values()] == settings
        debited = pump.status().debited_steps
        assert debited == done if not running else debited >= done
        if not running:
            assert pump.limits().parts == limits
        assert next(iter(pump.log(newest))).record == newest
        updated.clock.sleep_ms(5000)
    assert updated.truth.forward_steps == 0
