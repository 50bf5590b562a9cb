"""An observer beside the drive that holds every tick of a run to what is due then (C4).

Granted is what the leases of the records say, delivered what `truth` counts at the step pin; due
comes from `due.Due`. Nothing that the pump says of itself is used, but for the moment at which it
answers a command: in that tick, before its lease, the command was carried out.
"""

from __future__ import annotations

from collections.abc import Callable

from benchpump.bench.drive import decode
from benchpump.bench.emulated import EmulatedRig
from benchpump.bench.lockstep_data import EXCHANGE_IDLE
from benchpump.bench.rig import Rig, Unsupported
from benchpump.testing.endurance.due import Due

_TOLD_MAX = 10


class StepWatch:
    """Attributes: `ticks` judged, `violations`.

    Raises Unsupported on a rig whose leases cannot be seen.
    """

    def __init__(self, rig: Rig, program: Due) -> None:
        if not isinstance(rig, EmulatedRig):
            raise Unsupported("leases are seen on the emulated bench only")
        self._board = board = rig.board
        self._program = program
        self._bolus: Due | None = None
        self._base_steps = board.drive.forward_steps
        self._granted = 0
        self._bolus_done = 0
        self._running = False
        self._command: Callable[[], None] | None = None
        self.ticks = 0
        self._worst_granted = (0, 1)
        self._worst_delivered = (0, 1)
        self.violations: list[str] = []
        board.listener = self._record

    # -- what the operator does: to be said before the command that does it --------------------

    def starts(self) -> None:
        """START of what was armed, fresh or the rest."""
        self._at_answer(lambda: self._run(True))

    def pauses(self) -> None:
        """PAUSE."""
        self._at_answer(lambda: self._run(False))

    def begins_bolus(self, bolus: Due) -> None:
        """START of a bolus on demand."""
        self._at_answer(lambda: self._begin_bolus(bolus))

    def titrates(self, rate_nl_h: int) -> None:
        """START of another rate."""
        self._at_answer(lambda: self._program.change_rate(rate_nl_h))

    def holds(self) -> None:
        """START of a hold."""
        self._at_answer(self._program.hold)

    def goes_on(self) -> None:
        """START of what ends a hold."""
        self._at_answer(self._program.go_on)

    @property
    def worst_granted(self) -> float:
        """The farthest that granted steps were from due; 1 is a step, of each stream."""
        return self._worst_granted[0] / self._worst_granted[1]

    @property
    def worst_delivered(self) -> float:
        """The same of delivered steps, whenever the drive was drained."""
        return self._worst_delivered[0] / self._worst_delivered[1]

    def check(self) -> None:
        """Raise AssertionError for what was wrong, or if nothing was judged."""
        if self._command is not None:
            raise AssertionError("a command was announced and never answered")
        if self.violations:
            raise AssertionError("steps are not due:\n  " + "\n  ".join(self.violations))
        if not self.ticks:
            raise AssertionError("no tick of the run was judged")

    # -- inside ---------------------------------------------------------------------------------

    def _at_answer(self, act: Callable[[], None]) -> None:
        if self._command is not None:
            raise RuntimeError("the command before has not been answered")
        self._command = act

    def _run(self, running: bool) -> None:
        self._running = running

    def _begin_bolus(self, bolus: Due) -> None:
        self._bolus = bolus

    def _record(self, out: tuple[int, ...], payload: bytes) -> None:
        """One OUT record, before its leases are taken."""
        if out[0] != EXCHANGE_IDLE:
            return
        if self._board.drive.end_us <= self._board.now_us:
            self._judge_drained()
        if payload and self._command is not None:
            command, self._command = self._command, None
            command()
        if not self._running:
            if out[4] >= 0:
                self._tell("a lease while nothing is due")
            return
        if out[4] >= 0:
            self._granted += len(decode(out[4])[0])
            if out[6] >= 0:
                self._granted += len(decode(out[6])[0])
            if out[5] or out[7]:
                self._tell("a lease backwards")
        self._program.advance()
        if self._bolus is not None:
            self._advance_bolus(self._bolus)
        self.ticks += 1
        self._judge_granted()

    def _advance_bolus(self, bolus: Due) -> None:
        bolus.advance()
        if bolus.over:
            self._bolus = None
            self._bolus_done += bolus.total_steps

    def _judge_granted(self) -> None:
        excess, unit = self._excess(self._granted)
        if abs(excess) >= unit:
            self._tell(f"granted is {excess / unit:+.6f} of what it may differ from what is due")
        if abs(excess) * self._worst_granted[1] > self._worst_granted[0] * unit:
            self._worst_granted = (abs(excess), unit)

    def _judge_drained(self) -> None:
        excess, unit = self._excess(self._board.drive.forward_steps - self._base_steps)
        if abs(excess) > unit:
            self._tell(f"delivered is {excess / unit:+.6f} of what it may differ")
        if abs(excess) * self._worst_delivered[1] > self._worst_delivered[0] * unit:
            self._worst_delivered = (abs(excess), unit)

    def _excess(self, steps: int) -> tuple[int, int]:
        """How far steps are above what is due, and what they may be: numerators of one fraction.

        While a bolus runs both streams go out in one lease: each within a step is two in all.
        """
        program = self._program
        stretch = program.stretch
        tick = program.tick
        steps -= self._bolus_done
        bolus = self._bolus
        if bolus is None:
            due = stretch.a + tick * (stretch.b + tick * stretch.c)
            return steps * stretch.d - due, stretch.d
        off = steps - program.now() - bolus.now()
        return off.numerator, 2 * off.denominator

    def _tell(self, what: str) -> None:
        if len(self.violations) < _TOLD_MAX:
            now_ms = self._board.now_us // 1000
            self.violations.append(f"{now_ms} ms, tick {self.ticks}: {what}")
