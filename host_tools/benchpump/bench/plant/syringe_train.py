"""Drive train of a syringe pump: screw, plunger and barrel in a row."""

from __future__ import annotations

import copy

from benchpump.bench.plant.parameters import PlantParameters
from benchpump.bench.plant.plunger import Plunger
from benchpump.bench.plant.reservoir import Reservoir
from benchpump.bench.plant.screw import LeadScrew


class SyringeTrain:
    """Steps turn the screw, its nut pushes the plunger, the plunger empties the barrel."""

    __slots__ = ("_nl_per_nm", "plunger", "reservoir", "screw")

    def __init__(self, parameters: PlantParameters) -> None:
        self._nl_per_nm = parameters.area_mm2 / 1000
        self.screw = LeadScrew(parameters)
        self.plunger = Plunger(parameters)
        self.reservoir = Reservoir(parameters)

    def advance(self, signed_steps: int, dt_s: float, pressure_pa: float) -> float:
        """See `DriveTrain`; a screw moves with the steps, whatever pushes back."""
        if signed_steps == 0:
            return 0.0
        moved_nm = self.screw.turn(signed_steps)
        if moved_nm == 0.0:
            return 0.0
        displaced_nl = self.plunger.push(moved_nm * self._nl_per_nm)
        if displaced_nl == 0.0:
            return 0.0
        return self.reservoir.take(displaced_nl)

    @property
    def upstream_pa(self) -> float:
        """0: a syringe has no line before its plunger."""
        return 0.0

    def copy(self) -> SyringeTrain:
        """An independent train in the same state."""
        twin = copy.copy(self)
        twin.screw = copy.copy(self.screw)
        twin.plunger = copy.copy(self.plunger)
        twin.reservoir = copy.copy(self.reservoir)
        return twin
