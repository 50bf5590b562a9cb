"""What `make test` shows of the chip's own image: once from a blank board to a delivery."""

from __future__ import annotations

import pytest

from benchpump.bench.pico.rig import PicoRig
from benchpump.bench.provisioning import provision
from benchpump.bench.reference import booted
from benchpump.link.messages import Flag, State
from benchpump.testing.procedures import ML_H, allot, start_constant, until

RATE = 60 * ML_H
RUNS_S = 2


@pytest.mark.proof
@pytest.mark.usefixtures("uf2")
@pytest.mark.requirement("REQ-IMAGE-1")
def test_a_deployed_board_is_made_ready_and_delivers() -> None:
    """Deployed files start and test themselves, the link answers; provisioned and started again,
    what was asked for is at the step pin, the chip's counter and the debit, to the step (C1-C4).
    """
    with PicoRig() as rig:
        blank = booted(rig).status()
        assert (blank.state, blank.debited_steps) == (State.FAULT, 0)
        assert blank.flags & Flag.UNPROVISIONED
        provision(rig)
        assert rig.board.drive.forward_steps == 0
        with rig.connect() as pump:
            pl_per_step = allot(rig, pump).pl_per_step
            start_constant(pump, RATE, RUNS_S)
            until(pump, State.FINISHED, timeout_s=RUNS_S + 1)
            drive = rig.board.drive
            due_steps = RATE * RUNS_S * 1000 // 3600 // pl_per_step
            assert due_steps <= drive.forward_steps <= due_steps + 1
            assert drive.reverse_steps == 0
            assert pump.status().debited_steps == drive.forward_steps
        rig.truth.check()
