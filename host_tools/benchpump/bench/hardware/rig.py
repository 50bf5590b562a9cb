"""The rig whose board is real: a pump behind one serial port, the rig board behind another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn

from benchpump.bench.hardware.board import HardwareBoard
from benchpump.bench.hardware.pump_port import PumpPort
from benchpump.bench.hardware.rig_board import RigBoard
from benchpump.bench.pico.light import LIGHTS, MOTION
from benchpump.bench.plant import Plant, PlantParameters
from benchpump.bench.rig import Unsupported
from benchpump.bench.truth import Truth
from benchpump.bench.virtual_rig import VirtualRig
from benchpump.link.transport import Transport


class HardwareRig(VirtualRig[HardwareBoard]):
    """A pump on a real bench, as it stands there: nothing in it is changed by making this.

    Raises rig.DeviceMissing where no rig board answers, and
    rig_board.RigBoardLost from any waiting once it no longer does.
    """

    target = "hardware"
    silent_at_start_s = 12.0  # the first start of all makes the memory's files

    def __init__(
        self,
        rig_port: Transport,
        open_pump: Callable[[], Transport],
        parameters: PlantParameters | None = None,
        seed: int = 0,
    ) -> None:
        """`open_pump` opens the pump's port, again each time that it is gone; both in one time."""
        self.pump = "syringe"
        self.seed = seed
        parameters = parameters or PlantParameters()
        truth = Truth(LIGHTS, mechanism_nl=parameters.pulsation_nl, motion=MOTION)
        port = PumpPort(open_pump, rig_port.clock)
        board = HardwareBoard(RigBoard(rig_port), port, Plant(parameters), truth)
        self._join(board, truth, seed)
        self._faults.register("drive", "counter_stuck", _out_of_reach)

    @property
    def panel(self) -> tuple[str, str]:
        """Light and sound; lets a second or more pass, as it takes to see a pattern."""
        return LIGHTS[self.board.light], self.board.sound

    @property
    def loop_hz(self) -> float:
        """How often the loop was closed, at the slowest."""
        return 1e6 / self.board.longest_gap_us if self.board.longest_gap_us else 0.0

    @property
    def trace(self) -> NoReturn:
        """There is none. Raises Unsupported."""
        raise Unsupported("a real board keeps no trace of records")

    @property
    def drive(self) -> NoReturn:
        """Not a model that could be asked. Raises Unsupported."""
        raise Unsupported("the drive of this target is the board's own")

    @property
    def flash(self) -> NoReturn:
        """Out of reach. Raises Unsupported."""
        raise Unsupported("the memory of a real board cannot be looked at from outside")

    def standing(self) -> str:
        """Where it stands, for the report of a test that failed."""
        board = self.board
        return (
            f"seed {self.seed}, {self.clock.now_ms():.3f} ms, {board.drive.forward_steps} steps"
            f" forward; {board.exchanges} exchanges, {board.late} of them later than at 50 Hz,"
            f" {board.longest_gap_us / 1000:.1f} ms at the longest"
        )

    def fork(self) -> NoReturn:
        """Raises Unsupported."""
        raise Unsupported("a real board cannot be copied")

    def close(self) -> None:
        """Let go of the pump: its e-stop is pressed then, its supply on; ports are given back."""
        self.board.close()


def _out_of_reach(_figures: Mapping[str, float]) -> NoReturn:
    raise Unsupported("the pump's own step counter is out of the rig board's reach")
