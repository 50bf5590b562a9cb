"""A program granted less than falls due: borne for two ticks, then it stops and says so."""

from pathlib import Path

import pytest

from benchpump.link.messages import Flag, State
from benchpump.testing.altered_firmware import altering
from benchpump.testing.images import memory_of
from benchpump.testing.procedures import ML_H, allot, latched, start_constant, until
from benchpump.testing.targets import RigMaker

# ARM leaves no way to this, so the governor is altered: for a while it grants too little.
GRANTS = "        steps = want_steps\n"
TOO_FEW = """        steps = want_steps
        if self._state[_DEBITED] > 300:
            self.short_ticks = getattr(self, "short_ticks", 0) + 1
            steps = steps if self.short_ticks > {ticks} else 2
"""
SHORT_TICKS_MAX = 2


@pytest.mark.requirement("REQ-LIMIT-1", "REQ-DELIVERY-2")
@pytest.mark.parametrize("bolus", [False, True], ids=["program", "bolus"])
@pytest.mark.parametrize("ticks", [SHORT_TICKS_MAX - 1, SHORT_TICKS_MAX, SHORT_TICKS_MAX + 1])
def test_short_ticks(make_rig: RigMaker, tmp_path: Path, ticks: int, bolus: bool) -> None:
    """One and two short ticks shift the program and are made up for; the third is an alarm."""
    firmware = altering(make_rig, tmp_path)(
        "pump/governor.py", GRANTS, TOO_FEW.format(ticks=ticks)
    )
    rig = make_rig(firmware=firmware, image=memory_of(make_rig()))
    with rig.connect() as pump:
        until(pump, State.IDLE)
        allot(rig, pump)
        # Either's own share of a tick is more than what the altered governor grants.
        armed = start_constant(pump, 60 * ML_H, 5)
        total = armed.raw.number("steps")
        if bolus:
            offered = pump.bolus(50_000, 60 * ML_H)
            total += offered.raw.number("steps")
            pump.start(offered.token)
        status = until(pump, State.FINISHED, State.ALARM, timeout_s=20)
        if ticks <= SHORT_TICKS_MAX:
            assert status.state is State.FINISHED
            assert rig.truth.forward_steps == total
            # A deficit of one tick is made up; beyond that program time stands still (C4).
            assert (Flag.SHIFTED in status.flags) == (ticks > 1)
            return
        assert status.state is State.ALARM
        assert latched(pump) == ["LIMIT_REFUSED"]
        done = rig.truth.forward_steps
        assert done == status.debited_steps
        rig.clock.sleep_ms(3000)
        assert rig.truth.forward_steps == done
        pump.acknowledge()
        pump.start(pump.arm("REST").token)
        assert pump.status().state is State.RUNNING
