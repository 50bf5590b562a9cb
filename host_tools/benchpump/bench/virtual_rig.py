"""What rigs have in common whose time passes inside waiting: hands, cable, faults and power."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Generic, Protocol, Self, TypeVar

from benchpump.bench.clock import VirtualClock
from benchpump.bench.exchange import SWITCH_BUTTON, SWITCH_JUMPER, WallTime
from benchpump.bench.fault_appliers import ActiveFault, Faults, PhysicalBench
from benchpump.bench.flash import Flash
from benchpump.bench.plant import Plant
from benchpump.bench.rig import Rig
from benchpump.bench.truth import Truth
from benchpump.bench.wire import RawWire, WiredBoard, WireTransport
from benchpump.bench.wiring_faults import VirtualBoard, WiringFaults

if TYPE_CHECKING:
    from benchpump.link.client import Pump


class VirtualBench(VirtualBoard, PhysicalBench, WiredBoard, Protocol):
    """A board with its plant whose time passes inside `run_until`, and what a run has cost."""

    exchanges: int
    wall: WallTime


Board = TypeVar("Board", bound=VirtualBench)


class VirtualRig(Rig, Generic[Board]):
    """A pump on a bench with a plant that is a model. Also a context manager."""

    truth: Truth

    def _join(self, board: Board, truth: Truth, seed: int) -> None:
        self.board = board
        self.truth = truth
        self._virtual = VirtualClock(lambda: board.now_us, board.run_until)
        self.clock = self._virtual
        self._wire = RawWire(board)
        self.link = self._wire
        self._faults = Faults(board)
        WiringFaults(board, self._wire, self._faults, seed)

    @property
    def flash(self) -> Flash:
        """The board's memory."""
        return self.board.flash

    @property
    def plant(self) -> Plant:
        """Everything physical behind the drive."""
        return self.board.plant

    @cached_property
    def transport(self) -> WireTransport:
        """The pump's cable for `benchpump.link`, in this rig's time."""
        return WireTransport(self._wire, self._virtual)

    def connect(self) -> Pump:
        """Open the pump with the public client. Raises link.errors as `Pump` says."""
        from benchpump.link.client import Pump

        return Pump(self.transport)

    def press_button(self, duration_ms: float = 200) -> None:
        """Hold the button for that long; the firmware looks once in 50 ms."""
        self.board.set_switch(SWITCH_BUTTON, True)
        self.clock.sleep_ms(duration_ms)
        self.board.set_switch(SWITCH_BUTTON, False)

    def set_jumper(self, fitted: bool) -> None:
        """Fit or remove the service jumper; a board may look only when it boots."""
        self.board.set_switch(SWITCH_JUMPER, fitted)

    def power_cycle(self, off_ms: float = 1000) -> None:
        """Power off (if it is on), wait, power on. The plant goes on all the while."""
        self.power_off()
        self.clock.sleep_ms(off_ms)
        self.power_on()

    def power_off(self) -> None:
        """Take the supply away; harmless when it is off."""
        if self.board.powered:
            self.board.stop_chip()

    def power_on(self) -> None:
        """Bring the supply back; harmless when it is on."""
        if not self.board.powered:
            self.board.boot()

    def inject(self, channel: str, kind: str, **parameters: float) -> ActiveFault:
        """Start a fault of `faults.VOCABULARY`. Raises ValueError, rig.Unsupported."""
        return self._faults.inject(channel, kind, parameters)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
