"""Two Picos in the emulator, wired pin to pin by wiring.toml: the pump's and the rig board's.

The plant on the host closes the loop over the rig board's port, all in the chips' one time. Needs
the chip's image, and is skipped without.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchpump import tree_root
from benchpump.bench.flash import SECTOR_BYTES, Flash
from benchpump.bench.hardware.rig import HardwareRig
from benchpump.bench.hardware.rig_board import RigBoardLost
from benchpump.bench.pico import filesystem, image
from benchpump.bench.pico.pair import Pair
from benchpump.bench.pico.provisioned import provisioned_flash
from benchpump.bench.pico.rig import PicoSetup
from benchpump.bench.reference import booted
from benchpump.board import deployment
from benchpump.board.wiring import document
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.testing.procedures import ML_H, allot, latched, start_constant, until

pytestmark = pytest.mark.requirement("REQ-RIG-4")
BOARDS = tree_root() / "boards"
RATE = 60 * ML_H
ESTOP = 5


@dataclass
class Bench:
    """Both boards, the rig on the host, and its client."""

    pair: Pair
    rig: HardwareRig
    pump: Pump

    def drained(self) -> None:
        """Let the last lease run out, and the loop see it."""
        self.rig.clock.sleep_ms(300)

    def counts_agree(self) -> None:
        """Every edge that the emulator saw at the step pin, and no other, was counted."""
        assert self.rig.truth.forward_steps + self.rig.truth.reverse_steps == self.pair.steps


@pytest.fixture(scope="module")
def bench(uf2: Path) -> Iterator[Bench]:
    """A provisioned pump and a rig board as flashed, both started: once for all tests here."""
    memory = image.flash_of(uf2)
    files = deployment.board_files(tree_root() / "firmware", BOARDS / "rig_pico")
    memory[image.FILESYSTEM_AT :] = filesystem.build(files)
    content = provisioned_flash(PicoSetup())
    flash = Flash(len(content) // SECTOR_BYTES, 0)
    flash.load(content)
    pair = Pair(document.load(BOARDS / "rig_pico/wiring.toml"), flash, bytes(memory))
    rig = HardwareRig(pair.rig_port, lambda: pair.pump_port)
    booted(rig)
    with rig.connect() as pump:
        allot(rig, pump, cap_ul=9_000)
        yield Bench(pair, rig, pump)


def test_delivery(bench: Bench) -> None:
    """Steps counted by the rig board are those at the pin; the loop keeps to 50 Hz."""
    start_constant(bench.pump, RATE, 60)
    bench.rig.clock.sleep_ms(2000)
    assert bench.rig.panel[0] == "steady_green"
    bench.pump.stop()
    bench.drained()
    bench.counts_agree()
    assert bench.pair.steps > 200
    assert bench.rig.plant.delivered_nl > 0
    assert bench.rig.loop_hz >= 50
    assert bench.rig.board.late == 0
    bench.rig.truth.check()


def test_the_estop_pressed_by_the_rig_board(bench: Bench) -> None:
    """Its contact opens at the pump's pin, and motion ends in time."""
    start_constant(bench.pump, RATE, 60)
    bench.rig.clock.sleep_ms(500)
    pressed = bench.rig.inject("estop", "switch_only")
    bench.rig.truth.expect_stop("e-stop", bench.rig.board.now_us, 120)
    bench.rig.clock.sleep_ms(500)
    steps = bench.pair.steps
    assert latched(bench.pump) == ["ESTOP"]
    assert not bench.rig.truth.enabled
    pressed.clear()
    bench.drained()
    assert bench.pair.steps == steps
    bench.counts_agree()
    bench.pump.acknowledge()
    bench.rig.truth.check()


def test_an_occlusion_through_filter_and_converter(bench: Bench) -> None:
    """The plant's pressure, by PWM and filter to the pump's converter: it trips and relieves."""
    start_constant(bench.pump, RATE, 60)
    bench.rig.clock.sleep_ms(300)
    occluded = bench.rig.inject("downstream", "occluded")
    until(bench.pump, State.RELIEVING, State.ALARM, timeout_s=30)
    alarm = bench.pump.alarms()[0]
    assert alarm.info.name == "OCCLUSION_DOWNSTREAM"
    assert alarm.limit <= alarm.value < alarm.limit + 2000
    assert abs(alarm.value - bench.rig.plant.pressure_pa) < 5000  # it has been read since
    until(bench.pump, State.ALARM, timeout_s=30)
    assert bench.rig.truth.reverse_steps > 0
    occluded.clear()
    bench.drained()
    bench.counts_agree()
    bench.pump.acknowledge()
    bench.rig.truth.check()


def test_a_host_that_is_silent(bench: Bench) -> None:
    """Nobody closes the loop: after 300 ms the rig board opens the e-stop, and the pump stops."""
    start_constant(bench.pump, RATE, 60)
    bench.rig.clock.sleep_ms(500)
    pair = bench.pair
    chip: Any = pair.pump and pair.pump.chip
    silent_us = pair.now_us
    pair.run_until(silent_us + 280_000, None)
    assert not chip.mcu.gpio[ESTOP].input_value
    pair.run_until(silent_us + 340_000, None)
    assert chip.mcu.gpio[ESTOP].input_value
    pair.run_until(silent_us + 460_000, None)
    steps = pair.steps
    pair.run_until(silent_us + 700_000, None)
    assert pair.steps == steps
    with pytest.raises(RigBoardLost, match="let go"):
        bench.rig.clock.sleep_ms(20)
