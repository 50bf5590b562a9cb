"""The rig whose board is a Pico in the RP2040 emulator, with this project's files on it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import NoReturn

from benchpump import tree_root
from benchpump.bench.exchange import SWITCH_JUMPER
from benchpump.bench.flash import SECTOR_BYTES, TYPICAL, Flash, Timing
from benchpump.bench.pico import filesystem, image
from benchpump.bench.pico.board import PicoBoard
from benchpump.bench.pico.light import LIGHTS, MOTION
from benchpump.bench.plant import Plant, PlantParameters
from benchpump.bench.rig import Unsupported
from benchpump.bench.truth import Truth
from benchpump.bench.virtual_rig import VirtualRig
from benchpump.board import data, deployment

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


class PicoRig(VirtualRig[PicoBoard]):
    """A pump on this board, powered on when made; the jumper fitted then keeps it from starting.

    Raises image.ImageMissing where there is no image, Unsupported for another pump.
    """

    target = "pico"
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
        truth = _truth_of(plant)
        board = PicoBoard(data.load(folder / "board.toml").pins, plant, flash, truth)
        self._join(board, truth, setup.seed)
        board.set_switch(SWITCH_JUMPER, setup.jumper)
        board.boot()

    def exchange_bench(self, plant: Plant, setup: PicoSetup) -> None:
        """Take over the plant and the flash times of a set-up that is otherwise this rig's."""
        self.setup = setup
        self.flash.timing = setup.timing
        self.truth = _truth_of(plant)
        self.board.exchange_bench(plant, self.truth)

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
