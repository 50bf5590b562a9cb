"""Rigs of a target that is a serial URL: a real board, its plant played by a rig board."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from benchpump.bench.emulated import Setup
from benchpump.bench.hardware.rig import HardwareRig
from benchpump.bench.plant import of_pump
from benchpump.bench.provisioning import provision
from benchpump.bench.rig import DeviceMissing, Unsupported
from benchpump.link.errors import PortError
from benchpump.link.serial_transport import SerialTransport
from benchpump.testing.targets import CALIBRATION_ERROR_PPM, PLANT_FIELDS, RigMaker, Target

_DEFAULTS = {field.name: field.default for field in fields(Setup)}


class HardwareRigMaker(RigMaker):
    """The one bench, made anew for each test: restarted and provisioned, so that none is left of
    what the test before did."""

    def __init__(self, target: Target, rig_url: str) -> None:
        super().__init__(target)
        self._rig_url = rig_url

    def __call__(self, *, provisioned: bool = True, **changes: Any) -> Any:
        """A powered rig; `changes` as for the emulator.

        Raises Unsupported for what a real board cannot be given, DeviceMissing where a port or the
        rig board is not there, TypeError for an unknown field.
        """
        if changes.pop("pump", self.target.pump) != "syringe":
            raise Unsupported("the rig board is wired for a syringe pump")
        changes |= changes.pop("syringe", {})
        changes.pop("peristaltic", None)
        if not provisioned or changes.pop("worst_flash", False):
            raise Unsupported(
                "the memory of a real board cannot be made blank, or slow, from here"
            )
        for name in changes.keys() & _DEFAULTS.keys() - {"seed"}:
            if changes.pop(name) != _DEFAULTS[name]:
                raise Unsupported(f"a real board has no {name}")
        unknown = changes.keys() - PLANT_FIELDS
        if unknown:
            raise TypeError(f"no such figure of a rig: {', '.join(sorted(unknown))}")
        if self.rigs:
            raise Unsupported("there is one real board")
        plant: dict[str, Any] = {
            "seed": self.target.seed,
            "calibration_error_ppm": CALIBRATION_ERROR_PPM,
        }
        parameters = of_pump("syringe", **(plant | changes))
        try:
            rig_port = SerialTransport(self._rig_url)
        except PortError as error:
            raise DeviceMissing(f"rig board: {error}") from error
        rig = HardwareRig(
            rig_port, lambda: SerialTransport(self.target.name), parameters, self.target.seed
        )
        self.rigs.append(rig)
        rig.power_cycle()
        provision(rig)
        return rig
