"""The firmware booted on what a cut left, and what it then says of itself by the public client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchpump.bench.emulated import EmulatedRig
from benchpump.bench.flash import CutMode, Flash
from benchpump.bench.reference import booted
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import ML_H, latched, until

_WATCHED_MS = 500  # after the self-test: nothing may move by itself
_REST_RATE_NL_H = 200 * ML_H


@dataclass(frozen=True)
class Recovered:
    """What the pump says after a boot. `moved_steps` at the pin, in any direction; `operations`
    programs and erases that the boot took; `window_steps` forward steps in the rolling window."""

    state: State
    alarms: tuple[str, ...]
    flags: Flag
    identity: int
    debited_steps: int
    cap_left_steps: int
    window_steps: int
    moved_steps: int
    operations: int


class Recoverer:
    """Boots boards that are alike but for their memory.

    A rig that was just made and never waited serves as the pattern: a CPython VM is forked from
    it, any other is started anew for each memory.
    """

    def __init__(self, pattern: EmulatedRig) -> None:
        self._pattern = pattern
        self.boots = 0
        self.virtual_us = 0

    @contextmanager
    def powered(self, flash: Flash) -> Iterator[EmulatedRig]:
        """A board at power-on with a copy of that memory."""
        pattern = self._pattern
        rig = pattern.fork() if pattern.vm_kind == "cpython" else EmulatedRig(pattern.setup)
        self.boots += 1
        try:
            rig.board.flash = flash.copy()
            yield rig
            rig.truth.check()
        finally:
            self.virtual_us += rig.board.now_us
            rig.close()

    def recover(self, flash: Flash) -> Recovered:
        """Boot, watch, and read. Raises AssertionError by truth."""
        with self.powered(flash) as rig:
            before = rig.flash.operations
            pump = booted(rig)
            operations = rig.flash.operations - before
            rig.clock.sleep_ms(_WATCHED_MS)
            return _read(rig, pump, operations)

    def cut_again(self, flash: Flash, mode: CutMode, nth: int) -> Flash:
        """Cut the nth storage operation of the boot; what the memory holds then."""
        with self.powered(flash) as rig:
            rig.flash.cut(mode, nth)
            while rig.board.powered:
                rig.board.run_until(rig.board.now_us + 10_000)
            if rig.drive.forward_steps or rig.drive.reverse_steps:
                raise AssertionError("it moved while it recovered")
            return rig.flash.copy()

    def run_the_rest(self, flash: Flash, left_steps: int) -> int:
        """Arm all that the pump grants and run it; the steps at the pin.

        Truth holds it to `left_steps`. Raises AssertionError if it takes more.
        """
        with self.powered(flash) as rig:
            pump = booted(rig)
            pump.acknowledge()
            pl_per_step = pump.allotment().number("pl_per_step")
            rig.truth.allot(left_steps, pl_per_step)
            granted = pump.status().cap_left_steps
            pump.load([Segment.bolus(granted * pl_per_step // 1000, _REST_RATE_NL_H)])
            pump.start(pump.arm(on_host_loss="STANDALONE").token)
            until(pump, State.ALARM, State.FINISHED, timeout_s=600, poll_s=1)
            rig.clock.sleep_ms(_WATCHED_MS)
            if rig.drive.forward_steps != granted:
                raise AssertionError(f"{rig.drive.forward_steps} steps of {granted} granted")
            return rig.drive.forward_steps


def _read(rig: EmulatedRig, pump: Pump, operations: int) -> Recovered:
    status = pump.status()
    identity = 0
    window_steps = 0
    if status.flags & Flag.ALLOTTED:
        identity = pump.allotment().number("id")
        window = pump.limits().parts[2]
        window_steps = int(window["window_steps"]) - int(window["left_steps"])
    return Recovered(
        state=status.state,
        alarms=tuple(latched(pump)),
        flags=status.flags,
        identity=identity,
        debited_steps=status.debited_steps,
        cap_left_steps=status.cap_left_steps,
        window_steps=window_steps,
        moved_steps=rig.drive.forward_steps + rig.drive.reverse_steps,
        operations=operations,
    )
