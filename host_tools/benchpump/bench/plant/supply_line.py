"""The line between container and rollers: what suction builds up in it when little comes after.

The pump's draw is held over an interval; the rest is a compliance that fills through a
resistance, with an exact exponential solution as in `line`.
"""

from __future__ import annotations

import copy
from math import exp

from benchpump.bench.plant.parameters import PlantParameters
from benchpump.bench.plant.reservoir import Reservoir

SLACK_PA = 40_000.0
"""Suction up to which the tubing springs back whole behind a roller (own)."""
FLAT_PA = 80_000.0
"""Suction at which it stays flat and nothing is drawn; still well above a vacuum (own)."""


class SupplyLine:
    """`pressure_pa` is that before the rollers, against ambient; the container's is `head_pa`."""

    __slots__ = ("_compliance_nl_per_pa", "_resistance", "head_pa", "pressure_pa", "reservoir")

    def __init__(self, parameters: PlantParameters) -> None:
        self._compliance_nl_per_pa = parameters.upstream_compliance_nl_per_kpa / 1000
        self._resistance = parameters.upstream_resistance_pa_s_per_nl
        self.reservoir = Reservoir(parameters)
        self.head_pa = 0.0
        self.pressure_pa = 0.0

    def draw(self, volume_nl: float, dt_s: float) -> float:
        """Draw a signed volume within `dt_s` (> 0); return what came (negative: went back)."""
        suction_pa = -self.pressure_pa
        if volume_nl > 0.0 and suction_pa > SLACK_PA:
            volume_nl *= max(0.0, (FLAT_PA - suction_pa) / (FLAT_PA - SLACK_PA))
        self._follow(volume_nl, dt_s)
        beyond_pa = -self.pressure_pa - FLAT_PA
        if beyond_pa > 0.0 and volume_nl > 0.0:
            self.pressure_pa = -FLAT_PA
            volume_nl -= beyond_pa * self._compliance_nl_per_pa
        return volume_nl

    def rest(self, dt_s: float) -> None:
        """Let `dt_s` pass without a step."""
        if self.pressure_pa != self.head_pa:
            self._follow(0.0, dt_s)

    def _follow(self, drawn_nl: float, dt_s: float) -> None:
        compliance = self._compliance_nl_per_pa
        reservoir = self.reservoir
        before_pa = self.pressure_pa
        if not reservoir.shut:
            settled_pa = self.head_pa - drawn_nl / dt_s * self._resistance
            left = exp(-dt_s / (self._resistance * compliance))
            after_pa = settled_pa + (before_pa - settled_pa) * left
            wanted_nl = drawn_nl + compliance * (after_pa - before_pa)
            missing_nl = wanted_nl - reservoir.take(wanted_nl)
            self.pressure_pa = after_pa - missing_nl / compliance
        else:
            self.pressure_pa = before_pa - drawn_nl / compliance

    def copy(self) -> SupplyLine:
        """An independent line in the same state, its container too."""
        twin = copy.copy(self)
        twin.reservoir = copy.copy(self.reservoir)
        return twin
