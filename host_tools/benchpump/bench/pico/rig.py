"""The rig whose board is a Pico in the RP2040 emulator, with this project's files on it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from benchpump import tree_root
from benchpump.bench.clock import VirtualClock
from benchpump.bench.exchange import SWITCH_BUTTON, SWITCH_JUMPER
from benchpump.bench.fault_appliers import ActiveFault, Faults
from benchpump.bench.flash import SECTOR_BYTES, TYPICAL, Flash, Timing
from benchpump.bench.pico import filesystem, image
from benchpump.bench.pico.board import PicoBoard
from benchpump.bench.pico.light import LIGHTS, MOTION
from benchpump.bench.plant import Plant, PlantParameters
from benchpump.bench.rig import Rig, Unsupported
from benchpump.bench.truth import Truth
from benchpump.bench.wire import RawWire, WireTransport
from benchpump.bench.wiring_faults import WiringFaults
from benchpump.board import data, deployment

if TYPE_CHECKING:
    from benchpump.link.client import Pump

BOARD = "rpi_pico"


@dataclass(frozen=True, kw_only=True)
class PicoSetup:
    """What this rig is made of. Equal set-ups behave alike."""

    seed: int = 0
    pump: str = "syringe"
    firmware: Path | None = None  # another tree than the project's own
    board_facts: Path | None = None  # another board's folder than `boards/rpi_pico`
    manifest: bool = True
    image: bytes | None = None  # the whole flash; None: as just deployed
    parameters: PlantParameters | None = None
    timing: Timing = TYPICAL
    jumper: bool = False

    def deployed(self) -> bytes:
        """The whole flash of a board that was just deployed to: image, files, nothing else.

        Raises image.ImageMissing, deployment.CompileError, ValueError as `image.flash_of`.
        """
        folder = self.board_facts or tree_root() / "boards" / BOARD
        firmware = self.firmware or tree_root() / "firmware"
        flash = image.flash_of(image.find())
        files = deployment.board_files(firmware, folder, with_manifest=self.manifest)
        flash[image.FILESYSTEM_AT :] = filesystem.build(files)
        return bytes(flash)


SETUP_FIELDS = {field.name for field in fields(PicoSetup)}


def _truth_of(plant: Plant) -> Truth:
    return Truth(LIGHTS, mechanism_nl=plant.parameters.pulsation_nl, motion=MOTION)


class PicoRig(Rig):
    """A pump on a bench, powered on when made. Also a context manager.

    Raises image.ImageMissing where there is no image, Unsupported for another pump.
    """

    target = "pico"
    truth: Truth
    silent_at_start_s = 12.0  # the first start of all makes the memory's files

    def __init__(self, setup: PicoSetup | None = None) -> None:
        self.setup = setup = setup or PicoSetup()
        if setup.pump != "syringe":
            raise Unsupported(f"the board of this target is not wired for a {setup.pump} pump")
        self.pump = setup.pump
        content = setup.image or setup.deployed()
        flash = Flash(len(content) // SECTOR_BYTES, setup.seed, setup.timing)
        flash.load(content)
        plant = Plant(setup.parameters)
        folder = setup.board_facts or tree_root() / "boards" / BOARD
        self.truth = _truth_of(plant)
        self.board = board = PicoBoard(
            data.load(folder / "board.toml").pins, plant, flash, self.truth
        )
        self._virtual = VirtualClock(lambda: board.now_us, board.run_until)
        self.clock = self._virtual
        self._wire = RawWire(board)
        self.link = self._wire
        self._faults = Faults(board)
        WiringFaults(board, self._wire, self._faults, setup.seed)
        board.set_switch(SWITCH_JUMPER, setup.jumper)
        board.boot()

    def exchange_bench(self, plant: Plant, setup: PicoSetup) -> None:
        """Take over the plant and the flash times of a set-up that is otherwise this rig's."""
        self.setup = setup
        self.flash.timing = setup.timing
        self.truth = _truth_of(plant)
        self.board.exchange_bench(plant, self.truth)

    @property
    def plant(self) -> Plant:
        """Everything physical behind the pins."""
        return self.board.plant

    @property
    def flash(self) -> Flash:
        """The memory, all of it: image, file system and in it the firmware's sectors."""
        return self.board.flash

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
        """Fit or remove the service jumper. Fitted at power-on, this board does not start."""
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
        return LIGHTS[self.board.light], self.board.sound

    @property
    def trace(self) -> NoReturn:
        """There is none. Raises Unsupported."""
        raise Unsupported("a chip of its own keeps no trace of records")

    @property
    def drive(self) -> NoReturn:
        """Not a model that could be asked. Raises Unsupported."""
        raise Unsupported("the drive of this target is the chip's own")

    def standing(self) -> str:
        """Where it stands, for the report of a test that failed."""
        return (
            f"seed {self.setup.seed}, {self.clock.now_ms():.3f} ms,"
            f" {self.board.drive.forward_steps} steps forward"
        )

    def fork(self) -> NoReturn:
        """The emulated chip cannot be copied. Raises Unsupported."""
        raise Unsupported("a chip that runs cannot be copied")

    def close(self) -> None:
        """Drop the chip; figures stay readable."""
        self.power_off()

    def __enter__(self) -> PicoRig:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
