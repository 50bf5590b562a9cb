"""Rigs by target, made for one test and ended with it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from benchpump.bench import vm_choice
from benchpump.bench.emulated import BOARDS, EmulatedRig, Setup
from benchpump.bench.flash import TYPICAL, WORST
from benchpump.bench.plant import PlantParameters, of_pump
from benchpump.bench.plant.roller_head import RollerHead
from benchpump.bench.provisioning import provisioned_image

if TYPE_CHECKING:
    import pytest

    from benchpump.bench.hardware.rig import HardwareRig
    from benchpump.bench.pico.rig import PicoRig

CALIBRATION_ERROR_PPM = 30_000
"""What the rig's true volume per step differs from what the pump believes, unless a test says."""

MadeRig = TypeVar("MadeRig", "EmulatedRig", "PicoRig")

_SETUP_FIELDS = {field.name for field in fields(Setup)}
PLANT_FIELDS = {field.name for field in fields(PlantParameters)}
_HEAD_FIELDS = {field.name for field in fields(RollerHead)}


@dataclass(frozen=True)
class Target:
    """What the command line asked for."""

    name: str
    vm: str
    seed: int
    firmware: Path | None
    pump: str = "syringe"
    rig_url: str = ""  # of the rig board, where the target is a serial URL

    @property
    def vm_kind(self) -> str:
        """The VM that `auto` stands for; empty where no VM is involved."""
        return vm_choice.resolve(self.vm) if self.name == "emulator" else ""

    def replay_options(self) -> str:
        """The options that make the same target again."""
        words = [f"--target={self.name}"]
        if self.name == "pico":
            words.append(f"--rig-seed={self.seed}")
        if self.name == "emulator":
            words += [f"--pump={self.pump}", f"--vm={self.vm_kind}", f"--rig-seed={self.seed}"]
        if self.rig_url:
            words += [f"--rig={self.rig_url}", f"--rig-seed={self.seed}"]
        if self.firmware is not None:
            words.append(f"--firmware={self.firmware}")
        return " ".join(words)


class RigMaker:
    """Makes rigs of one target; `rigs` are those made for the test that runs."""

    starts_long = False
    """A start takes so long that tests are run in copies of a process in which it is done."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.rigs: list[EmulatedRig | PicoRig | HardwareRig] = []
        self._images: dict[str, bytes] = {}

    def __call__(self, *, provisioned: bool = True, **changes: Any) -> EmulatedRig:
        """A powered rig. `changes` are fields of `emulated.Setup`, `PlantParameters` or
        `RollerHead`, and `worst_flash=True` for the memory's longest times; under `syringe` and
        `peristaltic` those for one pump only.

        Raises Unsupported for a target that is not there, TypeError for an unknown field.
        """
        worst_flash = changes.pop("worst_flash", False)
        pump = changes.pop("pump", self.target.pump)
        for kind in BOARDS:
            figures = changes.pop(kind, {})
            changes |= figures if kind == pump else {}
        unknown = changes.keys() - _SETUP_FIELDS - PLANT_FIELDS - _HEAD_FIELDS
        if unknown:
            raise TypeError(f"no such figure of a rig: {', '.join(sorted(unknown))}")
        plant: dict[str, Any] = {
            "seed": self.target.seed,
            "calibration_error_ppm": CALIBRATION_ERROR_PPM,
        }
        plant |= {name: changes.pop(name) for name in changes.keys() & PLANT_FIELDS - {"seed"}}
        head = {name: changes.pop(name) for name in changes.keys() & _HEAD_FIELDS - PLANT_FIELDS}
        if head:
            plant["head"] = RollerHead(**head)
        setup = Setup(
            vm=self.target.vm_kind,
            pump=pump,
            seed=self.target.seed,
            firmware=self.target.firmware,
            timing=WORST if worst_flash else TYPICAL,
            parameters=of_pump(pump, **plant),
        )
        setup = replace(setup, **changes)
        if provisioned and setup.image is None:
            setup = replace(setup, image=self._image(setup))
        return self.adopt(EmulatedRig(setup))

    def make_ready(self, item: pytest.Item) -> None:
        """Do beforehand what takes long of that test's start; here nothing does."""

    def adopt(self, rig: MadeRig) -> MadeRig:
        """Look after a rig made otherwise (a fork): judged and closed with the others."""
        self.rigs.append(rig)
        return rig

    def end_test(self) -> None:
        """Close the rigs of the test."""
        while self.rigs:
            self.rigs.pop().close()

    def _image(self, setup: Setup) -> bytes:
        """What the memory holds after provisioning; done once for a firmware and VM."""
        key = f"{setup.vm} {setup.board} {setup.firmware}"
        if key not in self._images:
            self._images[key] = provisioned_image(
                Setup(
                    vm=setup.vm,
                    pump=setup.pump,
                    instrumented=setup.instrumented,
                    firmware=setup.firmware,
                )
            )
        return self._images[key]
