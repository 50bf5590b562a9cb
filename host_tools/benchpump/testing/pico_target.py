"""Rigs of the target `pico`: the same fixtures on the chip's own image."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from benchpump.bench.emulated import Setup
from benchpump.bench.exchange import WallTime
from benchpump.bench.flash import TYPICAL, WORST
from benchpump.bench.pico.at_rest import made_over
from benchpump.bench.pico.provisioned import provisioned_flash
from benchpump.bench.pico.rig import SETUP_FIELDS, PicoRig, PicoSetup
from benchpump.bench.plant import of_pump
from benchpump.bench.reference import booted
from benchpump.bench.rig import Unsupported
from benchpump.testing.targets import CALIBRATION_ERROR_PPM, PLANT_FIELDS, RigMaker, Target

_DEFAULTS = {field.name: field.default for field in fields(Setup)}


class PicoRigMaker(RigMaker):
    """What a test may ask of its rig beyond `bench.rig.Rig` raises Unsupported where it is not.

    A rig that was made ready has its start behind it.
    """

    starts_long = True

    def __init__(self, target: Target) -> None:
        super().__init__(target)
        self._tried: set[bool] = set()
        self._ready: list[PicoRig] = []

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
        return self.adopt(self._taken_over(setup) or PicoRig(setup))

    def make_ready(self, item: pytest.Item) -> None:
        """Start what the test will want, for this process to be copied with it."""
        names = getattr(item, "fixturenames", ())
        if "make_rig" in names:
            blank = "blank_rig" in names and "rig" not in names
            self._start(provisioned=not blank)

    def _start(self, *, provisioned: bool) -> None:
        if provisioned in self._tried:
            return
        self._tried.add(provisioned)
        try:
            rig = self(provisioned=provisioned)
            booted(rig)
            rig.truth.check()
        except Exception:
            # The test finds the same by a rig of its own, and says so better.
            self.end_test()
        else:
            self.rigs.remove(rig)
            self._ready.append(rig)

    def _taken_over(self, setup: PicoSetup) -> PicoRig | None:
        for rig in self._ready:
            if made_over(rig, setup):
                self._ready.remove(rig)
                rig.board.wall = WallTime()
                return rig
        return None
