"""The emulated rig: one pump whose board, drive, memory and plant are models in virtual time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchpump import tree_root
from benchpump.bench import vm_choice
from benchpump.bench.drive import Drive
from benchpump.bench.exchange import SWITCH_JUMPER, BoardExchange
from benchpump.bench.flash import TYPICAL, Flash, Timing
from benchpump.bench.plant import Plant, PlantParameters, of_pump
from benchpump.bench.trace import Trace
from benchpump.bench.truth import Truth
from benchpump.bench.virtual_rig import VirtualRig
from benchpump.bench.vm import Vm, pin_to_one_cpu
from benchpump.bench.wiring_faults import TickFaults
from benchpump.board import data, manifest
from benchpump.link.messages import Light, Sound

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


class EmulatedRig(VirtualRig[BoardExchange]):
    """A pump on an emulated board, powered on when made.

    Raises vm_choice.VmMissing where the VM cannot be started, vm.VmCrashed from any waiting if
    the firmware's process ends by itself.
    """

    target = "emulator"

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
        self._join_emulated(board, truth)
        board.set_switch(SWITCH_JUMPER, setup.jumper)
        board.boot()

    def _join_emulated(self, board: BoardExchange, truth: Truth) -> None:
        self._join(board, truth, self.setup.seed)
        TickFaults(board, self._faults)

    @property
    def drive(self) -> Drive:
        """The drive model."""
        return self.board.drive

    @property
    def trace(self) -> Trace:
        """Every record of the exchange so far."""
        return self.board.trace

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
        twin._join_emulated(self.board.fork(truth), truth)
        twin._wire.silent = self._wire.silent
        return twin

    def close(self) -> None:
        """End the VM and close the trace; figures stay readable."""
        self.board.kill()
        self.trace.close()
