"""The fluid path downstream of the pump: a compliance that empties through a resistance.

dP/dt = (q - (P - Pb)/R)/C with inflow q held over the interval has an exact exponential solution,
so that the result does not depend on how time was cut up and mass is conserved to rounding.
"""

from __future__ import annotations

from math import exp, inf

from benchpump.bench.plant.parameters import PlantParameters


class Line:
    """Pressure and true outflow. `delivered_nl` is net: suction draws fluid back in."""

    __slots__ = (
        "_compliance_nl_per_pa",
        "_open_resistance",
        "_resistance",
        "back_pressure_pa",
        "delivered_nl",
        "pressure_pa",
    )

    def __init__(self, parameters: PlantParameters) -> None:
        self._compliance_nl_per_pa = parameters.compliance_nl_per_kpa / 1000
        self._open_resistance = parameters.resistance_pa_s_per_nl
        self._resistance = self._open_resistance
        self.back_pressure_pa = parameters.back_pressure_pa
        self.pressure_pa = 0.0
        self.delivered_nl = 0.0

    @property
    def stored_nl(self) -> float:
        """Elastic volume held above (negative: below) what the line holds at ambient pressure."""
        return self._compliance_nl_per_pa * self.pressure_pa

    def occlude(self, factor: float = inf) -> None:
        """Multiply the open line's resistance: 1 open, `inf` occluded. ValueError below 1."""
        if not factor >= 1:
            raise ValueError(f"resistance factor {factor} is below 1")
        self._resistance = self._open_resistance * factor

    def advance(self, displaced_nl: float, dt_s: float) -> None:
        """Take in a volume evenly over `dt_s` (> 0) and let the outlet run."""
        compliance = self._compliance_nl_per_pa
        resistance = self._resistance
        before_pa = self.pressure_pa
        if resistance == inf:
            self.pressure_pa = before_pa + displaced_nl / compliance
            return
        settled_pa = self.back_pressure_pa + displaced_nl / dt_s * resistance
        after_pa = settled_pa + (before_pa - settled_pa) * exp(-dt_s / (resistance * compliance))
        self.pressure_pa = after_pa
        self.delivered_nl += displaced_nl - compliance * (after_pa - before_pa)
