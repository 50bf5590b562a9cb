"""Power lost inside the writes of a pump that delivers, stops and is configured (C3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from benchpump.bench.emulated import EmulatedRig, Setup
from benchpump.bench.flash import PAGE_BYTES, CutMode, Flash, PowerCut
from benchpump.bench.pico import filesystem, image
from benchpump.bench.pico.forks import forked
from benchpump.bench.pico.rig import PicoRig
from benchpump.bench.reference import booted
from benchpump.bench.rig import Rig
from benchpump.link.messages import State
from benchpump.testing.powerloss.reference import reservation_steps
from benchpump.testing.procedures import ML_H, configure, latched, start_constant
from benchpump.testing.verdict import SUMMARY

Note = Callable[[str, object], None]
MODES: tuple[CutMode, ...] = ("before", "torn", "after")
RUNNING, STOPPING, AT_REST = "running", "stopping", "at rest"
ON_THE_CHIP = {(RUNNING, 3, "torn"), (AT_REST, 1, "torn"), (AT_REST, 2, "after")}
"""Phase, operation in it, mode: the chip itself is started again on what these left."""


@dataclass(frozen=True)
class Cut:
    """One cut, and what the pump says when the power is back."""

    phase: str
    operation: str
    mode: str
    done: int
    debited: int
    state: State
    alarms: tuple[str, ...]
    by: str

    def within(self, reservation: int) -> bool:
        """Whether C3 allows the debit: nothing lost, one reservation more, two if torn."""
        allowed = reservation * (2 if self.mode == "torn" else 1)
        return 0 <= self.debited - self.done <= allowed

    @property
    def told(self) -> bool:
        """Whether it says what was interrupted, and nothing else."""
        lost = (self.state, self.alarms) == (State.ALARM, ("POWER_LOST",))
        idle = (self.state, self.alarms) == (State.IDLE, ())
        return lost or (idle and self.phase != RUNNING and self.debited == self.done)


class Cuts:
    """Cuts the power at each write of the rig, in copies, as the rig itself goes on."""

    def __init__(self, rig: PicoRig) -> None:
        self.rig = rig
        self.phase = RUNNING
        self.seen: list[Cut] = []
        self._operations: Counter[str] = Counter()
        flash = rig.flash
        self._program, self._erase = flash.program, flash.erase
        flash.program = lambda address, page: self._at(
            "program", lambda: self._program(address, page)
        )
        flash.erase = lambda sector: self._at("erase", lambda: self._erase(sector))

    def _at(self, name: str, operate: Callable[[], int]) -> int:
        self._operations[self.phase] += 1
        number = self._operations[self.phase]
        modes = (MODES[number % len(MODES)],) if self.phase == AT_REST else MODES
        for mode in modes:
            where: tuple[str, int, CutMode] = (self.phase, number, mode)
            self.seen.append(forked(lambda at=where: self._cut(name, operate, at)))
        return operate()

    def _cut(self, name: str, operate: Callable[[], int], at: tuple[str, int, CutMode]) -> Cut:
        """In a copy: the operation with the power lost in it, and the start after it."""
        phase, _, mode = at
        rig, board = self.rig, self.rig.board
        rig.flash.program, rig.flash.erase = self._program, self._erase
        rig.flash.cut(mode, 1)
        with pytest.raises(PowerCut) as cut:
            operate()
        assert board.chip is not None
        board.chip.stall(cut.value.after_us * 1000)
        board.stop_chip()
        rig.truth.check()
        done = rig.truth.forward_steps
        if at not in ON_THE_CHIP:
            with EmulatedRig(Setup(vm="cpython", image=sectors_of(rig.flash))) as twin:
                return _started(twin, Cut(phase, name, mode, done, 0, State.BOOT, (), "twin"))
        rig.power_on()
        return _started(rig, Cut(phase, name, mode, done, 0, State.BOOT, (), "chip"))


def _started(rig: Rig, cut: Cut) -> Cut:
    before = rig.truth.forward_steps
    pump = booted(rig)
    rig.clock.sleep_ms(500)
    assert rig.truth.forward_steps == before
    status = pump.status()
    alarms = tuple(latched(pump))
    return replace(cut, debited=status.debited_steps, state=status.state, alarms=alarms)


def sectors_of(flash: Flash) -> bytes:
    """What the firmware's sectors hold, found as files. Raises where littlefs does not mount."""
    addresses = range(image.FILESYSTEM_AT, image.FLASH_BYTES, PAGE_BYTES)
    files = filesystem.read(b"".join(flash.read(address) for address in addresses))
    names = sorted(name for name in files if name.startswith("sectors/") and name[-1].isdigit())
    return b"".join(files[name] for name in names)


def _campaign(rig: PicoRig) -> tuple[list[Cut], int]:
    pump = rig.connect()
    start_constant(pump, 300 * ML_H, 60)
    reservation = reservation_steps(pump)
    cuts = Cuts(rig)
    rig.clock.sleep_ms(800)
    cuts.phase = STOPPING
    pump.stop()
    rig.clock.sleep_ms(500)
    cuts.phase = AT_REST
    configure(pump, near_end_minutes=4)
    rig.clock.sleep_ms(500)
    return cuts.seen, reservation


@pytest.mark.requirement("REQ-CUT-1")
def test_power_lost_in_every_write(idle: PicoRig, record_property: Note) -> None:
    """Before, inside and after each program and erase of the chip's flash, from a running pump to
    a new configuration: never less debited than done, one reservation more at most and two where
    it was torn, and then told as POWER_LOST; what was at rest mostly exact. Most starts are those
    of the same firmware on the twin's VM, by the sectors that the cut left in the chip's file
    system."""
    seen, reservation = forked(lambda: _campaign(idle))
    for cut in seen:
        print(cut)
    assert [cut for cut in seen if not cut.within(reservation) or not cut.told] == []
    found = Counter((cut.phase, cut.operation) for cut in seen)
    assert found[RUNNING, "program"] >= 3 * len(MODES)
    assert found[RUNNING, "erase"] == 0
    assert found[AT_REST, "erase"] >= 2
    known = [cut for cut in seen if cut.phase == AT_REST and cut.debited == cut.done]
    assert len(known) > found[AT_REST, "program"] * 3 // 4
    assert sum(cut.by == "chip" for cut in seen) == len(ON_THE_CHIP)
    most = max(cut.debited - cut.done for cut in seen)
    record_property(
        SUMMARY,
        f"{len(seen)} power cuts in writes of the chip: debit 0 to {most} steps above the pin,"
        f" reservation {reservation}",
    )
