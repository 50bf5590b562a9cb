"""The rig whose board is real: a pump behind one serial port, the rig board behind another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from benchpump.bench.clock import VirtualClock
from benchpump.bench.exchange import SWITCH_BUTTON, SWITCH_JUMPER
from benchpump.bench.fault_appliers import ActiveFault, Faults
from benchpump.bench.hardware.board import HardwareBoard
from benchpump.bench.hardware.pump_port import PumpPort
from benchpump.bench.hardware.rig_board import RigBoard
from benchpump.bench.pico.light import LIGHTS, MOTION
from benchpump.bench.plant import Plant, PlantParameters
from benchpump.bench.rig import Rig, Unsupported
from benchpump.bench.truth import Truth
from benchpump.bench.wire import RawWire, WireTransport
from benchpump.bench.wiring_faults import WiringFaults
from benchpump.link.transport import Transport

if TYPE_CHECKING:
    from benchpump.link.client import Pump


class HardwareRig(Rig):
    """A pump on a real bench, as it stands there: nothing in it is changed by making this.

    Also a context manager. Raises rig.DeviceMissing where no rig board answers, and
    rig_board.RigBoardLost from any waiting once it no longer does.
    """

    target = "hardware"
    truth: Truth
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
        self.truth = Truth(LIGHTS, mechanism_nl=parameters.pulsation_nl, motion=MOTION)
        port = PumpPort(open_pump, rig_port.clock)
        self.board = board = HardwareBoard(RigBoard(rig_port), port, Plant(parameters), self.truth)
        self._virtual = VirtualClock(lambda: board.now_us, board.run_until)
        self.clock = self._virtual
        self._wire = RawWire(board)
        self.link = self._wire
        self._faults = Faults(board)
        WiringFaults(board, self._wire, self._faults, seed)
        self._faults.register("drive", "counter_stuck", _out_of_reach)

    @property
    def plant(self) -> Plant:
        """Everything physical behind the pins."""
        return self.board.plant

    @cached_property
    def transport(self) -> WireTransport:
        """The pump's cable for `benchpump.link`; whoever reads from it keeps the loop closed."""
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
        """Fit or remove the service jumper. Fitted at power-on, a Pico does not start."""
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

    @property
    def panel(self) -> tuple[str, str]:
        """Light and sound; lets a second or more pass, as it takes to see a pattern."""
        return self.board.light, self.board.sound

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

    def __enter__(self) -> HardwareRig:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def _out_of_reach(_figures: Mapping[str, float]) -> NoReturn:
    raise Unsupported("the pump's own step counter is out of the rig board's reach")
