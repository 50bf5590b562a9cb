"""Drive train of a syringe pump: screw, plunger and barrel in a row."""

from __future__ import annotations

import copy

from benchpump.bench.plant.parameters import PlantParameters
from benchpump.bench.plant.plunger import Plunger
from benchpump.bench.plant.reservoir import Reservoir
from benchpump.bench.plant.screw import LeadScrew


class SyringeTrain:
    """Steps turn the screw, its nut pushes the plunger, the plunger empties the barrel.

    At either end of its travel the plunger stands and the train winds up: `pressed_nl` is by how
    much, as volume, above 0 against the bottom, below 0 pulled out. Turning back unwinds that
    before anything moves. The force is that times the stiffness of the train.
    """

    __slots__ = ("_nl_per_nm", "plunger", "pressed_nl", "reservoir", "screw")

    def __init__(self, parameters: PlantParameters) -> None:
        self._nl_per_nm = parameters.area_mm2 / 1000
        self.screw = LeadScrew(parameters)
        self.plunger = Plunger(parameters)
        self.reservoir = Reservoir(parameters)
        self.pressed_nl = 0.0

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
        pressed_nl = self.pressed_nl
        if pressed_nl * displaced_nl < 0.0:
            rest_nl = pressed_nl + displaced_nl
            if rest_nl * pressed_nl > 0.0:
                self.pressed_nl = rest_nl
                return 0.0
            self.pressed_nl = 0.0
            displaced_nl = rest_nl
        taken_nl = self.reservoir.take(displaced_nl)
        if taken_nl != displaced_nl and not self.reservoir.shut:
            self.pressed_nl += displaced_nl - taken_nl
        return taken_nl

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
