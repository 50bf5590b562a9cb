"""Lead screw and nut: steps become travel of the pusher."""

from __future__ import annotations

import math
from functools import lru_cache

from benchpump.bench.plant.parameters import PlantParameters


@lru_cache(maxsize=8)
def _periodic_error_nm(amplitude_nm: float, steps_per_revolution: int) -> tuple[float, ...]:
    turn = 2 * math.pi / steps_per_revolution
    return tuple(amplitude_nm * math.sin(turn * step) for step in range(steps_per_revolution))


class LeadScrew:
    """Pitch with calibration error, periodic error per revolution, and backlash on reversal.

    `nut_nm` follows the screw at once when it pushes forward and leaves it by the backlash when
    pulled.
    """

    __slots__ = ("_backlash_nm", "_nm_per_step", "_periodic", "_revolution", "nut_nm", "steps")

    def __init__(self, parameters: PlantParameters) -> None:
        self._nm_per_step = parameters.nm_per_step * (1 + parameters.calibration_error_ppm * 1e-6)
        self._revolution = parameters.steps_per_revolution
        self._periodic = _periodic_error_nm(parameters.periodic_error_nm, self._revolution)
        self._backlash_nm = parameters.backlash_nm
        self.steps = 0
        self.nut_nm = 0.0

    def turn(self, signed_steps: int) -> float:
        """Turn the screw; return how far the nut moved in nm, forward positive."""
        self.steps = steps = self.steps + signed_steps
        screw_nm = steps * self._nm_per_step + self._periodic[steps % self._revolution]
        before_nm = self.nut_nm
        if screw_nm > before_nm:
            self.nut_nm = screw_nm
            return screw_nm - before_nm
        pulled_nm = screw_nm + self._backlash_nm
        if pulled_nm < before_nm:
            self.nut_nm = pulled_nm
            return pulled_nm - before_nm
        return 0.0
