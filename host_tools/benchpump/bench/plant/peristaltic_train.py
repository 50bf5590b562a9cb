"""Drive train of a peristaltic pump: rollers push fluid along a piece of tubing.

A roller is always on the tubing, so that a head at rest lets nothing through. There is no plunger:
no start-up slack, friction or backlash.
"""

from __future__ import annotations

import copy
import math
from functools import lru_cache

from benchpump.bench.plant.parameters import PlantParameters
from benchpump.bench.plant.reservoir import Reservoir
from benchpump.bench.plant.roller_head import RollerHead
from benchpump.bench.plant.supply_line import SupplyLine

WORN_OUT = 0.5  # of the volume of new tubing; it does not fall further (own)


@lru_cache(maxsize=8)
def _pulsation_nl(head: RollerHead) -> tuple[float, ...]:
    """By how much the outlet is ahead of an even flow, for each step of a pass: 0 at its start.

    A half cosine down through the dip, then straight up to 0: its mean flow over a pass is zero.
    """
    steps = head.steps_per_pass
    dip_steps = head.dip_width * steps
    return tuple(
        -head.dip_nl * (1 - math.cos(math.pi * step / dip_steps)) / 2
        if step < dip_steps
        else -head.dip_nl * (steps - step) / (steps - dip_steps)
        for step in range(steps)
    )


class PeristalticTrain:
    """Steps turn the rollers; pulsation, slip against pressure and wear as in `RollerHead`.

    Slip goes from the side of higher pressure back to the container: forward it takes away, in
    reverse it adds. Suction at the outlet draws nothing through (own).
    """

    __slots__ = (
        "_at_nl",
        "_nl_per_step",
        "_pass",
        "_pulsation",
        "_slip_per_pa",
        "_steps",
        "_wear_per_step",
        "supply",
        "turned_steps",
    )

    def __init__(self, parameters: PlantParameters, head: RollerHead) -> None:
        calibration = 1 + parameters.calibration_error_ppm * 1e-6
        self._nl_per_step = head.nominal_nl_per_step * calibration
        self._pulsation = _pulsation_nl(head)
        self._pass = head.steps_per_pass
        self._slip_per_pa = head.slip_per_100_kpa / 100_000
        self._wear_per_step = head.wear_per_revolution / head.steps_per_revolution
        self._steps = 0
        self._at_nl = 0.0
        self.turned_steps = 0
        """Steps that this tubing has been turned, either way."""
        self.supply = SupplyLine(parameters)

    def advance(self, signed_steps: int, dt_s: float, pressure_pa: float) -> float:
        """See `DriveTrain`; the rollers hold while no step is made."""
        if signed_steps == 0:
            self.supply.rest(dt_s)
            return 0.0
        self._steps = steps = self._steps + signed_steps
        self.turned_steps = turned = self.turned_steps + abs(signed_steps)
        at_nl = steps * self._nl_per_step + self._pulsation[steps % self._pass]
        new_nl = at_nl - self._at_nl
        self._at_nl = at_nl
        left = 1.0 - self._wear_per_step * turned
        moved_nl = new_nl * (left if left > WORN_OUT else WORN_OUT)
        if pressure_pa > 0.0:
            moved_nl -= abs(signed_steps) * self._nl_per_step * self._slip_per_pa * pressure_pa
        return self.supply.draw(moved_nl, dt_s)

    @property
    def reservoir(self) -> Reservoir:
        """The container."""
        return self.supply.reservoir

    @property
    def upstream_pa(self) -> float:
        """Pressure before the rollers."""
        return self.supply.pressure_pa

    def copy(self) -> PeristalticTrain:
        """An independent train in the same state."""
        twin = copy.copy(self)
        twin.supply = self.supply.copy()
        return twin
