"""Rigs of the target `pico`: the same fixtures on the chip's own image."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from benchpump.bench.emulated import Setup
from benchpump.bench.flash import TYPICAL, WORST
from benchpump.bench.pico.provisioned import provisioned_flash
from benchpump.bench.pico.rig import SETUP_FIELDS, PicoRig, PicoSetup
from benchpump.bench.plant import of_pump
from benchpump.bench.rig import Unsupported
from benchpump.testing.targets import CALIBRATION_ERROR_PPM, PLANT_FIELDS, RigMaker

_DEFAULTS = {field.name: field.default for field in fields(Setup)}


class PicoRigMaker(RigMaker):
    """What a test may ask of its rig beyond `bench.rig.Rig` raises Unsupported where it is not."""

    def __call__(self, *, provisioned: bool = True, **changes: Any) -> Any:
        """A powered rig; `changes` as for the emulator.

        Raises Unsupported for what is not on this target, an image among them, TypeError for an
        unknown field.
        """
        worst_flash = changes.pop("worst_flash", False)
        pump = changes.pop("pump", self.target.pump)
        if pump != "syringe":
            raise Unsupported(f"the board of target pico is not wired for a {pump} pump")
        changes |= changes.pop("syringe", {})
        changes.pop("peristaltic", None)
        for name in changes.keys() & _DEFAULTS.keys() - SETUP_FIELDS:
            if changes.pop(name) != _DEFAULTS[name]:
                raise Unsupported(f"target pico has no {name}")
        unknown = changes.keys() - SETUP_FIELDS - PLANT_FIELDS
        if unknown:
            raise TypeError(f"no such figure of a rig: {', '.join(sorted(unknown))}")
        if "image" in changes:
            raise Unsupported("a memory from elsewhere cannot be put into this target's board")
        if "board_facts" in changes:
            raise Unsupported("target pico has the one board")
        plant: dict[str, Any] = {
            "seed": self.target.seed,
            "calibration_error_ppm": CALIBRATION_ERROR_PPM,
        }
        plant |= {name: changes.pop(name) for name in changes.keys() & PLANT_FIELDS - {"seed"}}
        setup = PicoSetup(
            seed=self.target.seed,
            firmware=self.target.firmware,
            timing=WORST if worst_flash else TYPICAL,
            parameters=of_pump(pump, **plant),
        )
        setup = replace(setup, **changes)
        if provisioned:
            setup = replace(setup, image=provisioned_flash(setup))
        return self.adopt(PicoRig(setup))
