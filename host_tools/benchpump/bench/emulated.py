"""The emulated rig: one pump whose board, drive, memory and plant are models in virtual time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from benchpump import tree_root
from benchpump.bench import vm_choice
from benchpump.bench.clock import VirtualClock
from benchpump.bench.drive import Drive
from benchpump.bench.exchange import SWITCH_BUTTON, SWITCH_JUMPER, BoardExchange
from benchpump.bench.fault_appliers import ActiveFault, Faults
from benchpump.bench.flash import TYPICAL, Flash, Timing
from benchpump.bench.plant import Plant, PlantParameters, of_pump
from benchpump.bench.rig import Rig
from benchpump.bench.trace import Trace
from benchpump.bench.truth import Truth
from benchpump.bench.vm import Vm, pin_to_one_cpu
from benchpump.bench.wire import RawWire, WireTransport
from benchpump.bench.wiring_faults import TickFaults, WiringFaults
from benchpump.board import data, manifest
from benchpump.link.messages import Light, Sound

if TYPE_CHECKING:
    from benchpump.link.client import Pump


BOARDS = {"syringe": "emulator", "peristaltic": "emulator_peristaltic"}
"""Emulated boards by their pump; with every optional sensor: `INSTRUMENTED` behind the name."""
INSTRUMENTED = "_instrumented"


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What an emulated rig is made of. Equal set-ups give equal traces.

    `plant_parameters` are those given or the pump's own. Raises ValueError for a pump that is not
    known, or parameters of the other kind.
    """

    vm: str = "auto"
    pump: str = "syringe"  # or peristaltic
    instrumented: bool = False  # with encoder and flow meter
    seed: int = 0
    firmware: Path | None = None  # another tree than the project's own, as sabotage needs
    board_facts: Path | None = None  # a directory with others than those of the pump's own board
    manifest: bool = True  # False: files put there by hand, which nothing can verify
    image: bytes | None = None  # what the memory holds at first; None: blank
    parameters: PlantParameters | None = None  # None: the default plant of that pump
    timing: Timing = TYPICAL
    start_ticks_ms: int = 0  # what the board's clock shows at the start, modulo 2**30
    start_edges: int = 0  # what its step counter shows at the first boot, modulo 2**30
    jumper: bool = False
    trace_path: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict[str, str])  # of the VM's runner

    def __post_init__(self) -> None:
        if self.plant_parameters.pump != self.pump:
            raise ValueError(f"a {self.plant_parameters.pump} plant at a {self.pump} pump")

    @property
    def plant_parameters(self) -> PlantParameters:
        """Figures of the plant."""
        parameters = self.parameters or of_pump(self.pump)
        if self.instrumented:
            return replace(parameters, encoder_fitted=True, flow_fitted=True)
        return parameters

    @property
    def board(self) -> str:
        """Name of the folder below `boards/`."""
        return BOARDS[self.pump] + (INSTRUMENTED if self.instrumented else "")


class EmulatedRig(Rig):
    """A pump on a virtual bench, powered on when made. Also a context manager.

    Raises vm_choice.VmMissing where the VM cannot be started, vm.VmCrashed from any waiting if
    the firmware's process ends by itself.
    """

    target = "emulator"
    truth: Truth

    def __init__(self, setup: Setup | None = None) -> None:
        self.setup = setup = setup or Setup()
        self.vm_kind = vm_choice.resolve(setup.vm)
        pin_to_one_cpu()
        self.pump = setup.pump
        board_dir = setup.board_facts or tree_root() / "boards" / setup.board
        facts = data.load(board_dir / "board.toml")
        firmware = setup.firmware or tree_root() / "firmware"
        # Once, as a deployment does it: what is changed afterwards no longer agrees.
        trees = vm_choice.trees_of(firmware, board_dir)
        deployed = manifest.place_beside(trees) if setup.manifest else None
        flash = Flash(int(facts.sections["store"]["sectors"]), setup.seed, setup.timing)
        if setup.image is not None:
            flash.load(setup.image)
        parameters = setup.plant_parameters
        lights = [light.name.lower() for light in Light]
        truth = Truth(lights, mechanism_nl=parameters.pulsation_nl)
        board = BoardExchange(
            lambda: Vm.start(self.vm_kind, firmware, board_dir, setup.environment, deployed),
            Plant(parameters),
            flash,
            truth,
            Trace(setup.trace_path),
            setup.start_ticks_ms,
            setup.start_edges,
        )
        self._join(board, truth)
        board.set_switch(SWITCH_JUMPER, setup.jumper)
        board.boot()

    def _join(self, board: BoardExchange, truth: Truth) -> None:
        self.board = board
        self.truth = truth
        self._virtual = VirtualClock(lambda: board.now_us, board.run_until)
        self.clock = self._virtual
        self._wire = RawWire(board)
        self.link = self._wire
        self._faults = Faults(board)
        WiringFaults(board, self._wire, self._faults, self.setup.seed)
        TickFaults(board, self._faults)

    @property
    def drive(self) -> Drive:
        """The drive model."""
        return self.board.drive

    @property
    def flash(self) -> Flash:
        """The board's memory."""
        return self.board.flash

    @property
    def plant(self) -> Plant:
        """Everything physical behind the drive."""
        return self.board.plant

    @property
    def trace(self) -> Trace:
        """Every record of the exchange so far."""
        return self.board.trace

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
        """Fit or remove the service jumper; a pump may look only when it boots."""
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
        """Light and sound, as last shown."""
        return Light(self.board.light).name.lower(), Sound(self.board.sound).name.lower()

    def standing(self) -> str:
        """Where it stands, for the report of a test that failed."""
        return (
            f"seed {self.setup.seed}, {self.clock.now_ms():.3f} ms, exchange"
            f" {self.board.exchanges}, trace {self.trace.digest()[:16]}"
        )

    def fork(self) -> EmulatedRig:
        """A second rig in the same state, with its own truth and trace; both go on independently.

        Faults stay in force in both, but `clear()` of one injected before acts on this rig only.
        Raises ValueError unless the VM is `cpython`.
        """
        twin = object.__new__(EmulatedRig)
        twin.setup = self.setup
        twin.pump = self.pump
        twin.vm_kind = self.vm_kind
        truth = self.truth.copy()
        twin._join(self.board.fork(truth), truth)
        twin._wire.silent = self._wire.silent
        return twin

    def close(self) -> None:
        """End the VM and close the trace; figures stay readable."""
        self.board.kill()
        self.trace.close()

    def __enter__(self) -> EmulatedRig:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
