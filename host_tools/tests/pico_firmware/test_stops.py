"""Stops at the step pin of the chip, at moments spread over a tick."""

from __future__ import annotations

import pytest

from benchpump.bench.pico.forks import forked
from benchpump.bench.pico.rig import PicoRig
from benchpump.link.messages import State
from benchpump.testing.procedures import ML_H, latched, start_constant

from .lines import watch_enable

MOMENTS = 12
TICK_MS = 50
LAST_STEP_MS = 60  # a tick to see it, and half of the next one's work


def _press(rig: PicoRig, after_ms: float) -> tuple[float, float]:
    rig.clock.sleep_ms(after_ms)
    enable = watch_enable(rig)
    switch = rig.inject("estop", "switch_only")
    pressed_us = rig.board.now_us
    before = rig.board.drive.forward_steps
    rig.clock.sleep_ms(500)
    ((cut_us, energised),) = enable
    assert not energised
    stopped = rig.board.drive.forward_steps
    last_ms = (rig.board.drive.last_step_us - pressed_us) / 1000 if stopped > before else 0.0
    pump = rig.connect()
    assert latched(pump) == ["ESTOP"]
    switch.clear()
    rig.clock.sleep_ms(1000)
    assert pump.status().state is State.ALARM
    pump.acknowledge()
    rig.clock.sleep_ms(1000)
    status = pump.status()
    assert status.state is State.IDLE
    assert status.debited_steps == rig.board.drive.forward_steps == stopped
    rig.truth.check()
    return last_ms, (cut_us - pressed_us) / 1000


def _presses(rig: PicoRig) -> list[tuple[float, float]]:
    start_constant(rig.connect(), 300 * ML_H, 60)
    rig.clock.sleep_ms(1000)
    return [forked(lambda at=at: _press(rig, at * TICK_MS / MOMENTS)) for at in range(MOMENTS)]


@pytest.mark.requirement("REQ-IMAGE-1", "REQ-HALT-1")
def test_the_estop_and_its_release(idle: PicoRig) -> None:
    """By the firmware alone: last step and cut of the driver within a tick and its work, every
    step that was granted and not made taken back; released and acknowledged it stands (C1, C3)."""
    seen = forked(lambda: _presses(idle))
    print(*seen, sep="\n")
    assert max(last_ms for last_ms, _ in seen) <= LAST_STEP_MS
    assert max(cut_ms for _, cut_ms in seen) <= LAST_STEP_MS
