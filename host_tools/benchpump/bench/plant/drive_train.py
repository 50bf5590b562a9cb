"""What stands between the motor and the line, whatever the mechanism."""

from __future__ import annotations

from typing import Protocol

from benchpump.bench.plant.reservoir import Reservoir


class DriveTrain(Protocol):
    """All that `Plant` needs of a mechanism."""

    @property
    def reservoir(self) -> Reservoir:
        """The container."""
        ...

    @property
    def upstream_pa(self) -> float:
        """Pressure between container and mechanism, against ambient; 0 where there is no line."""
        ...

    def advance(self, signed_steps: int, dt_s: float, pressure_pa: float) -> float:
        """Make the steps within `dt_s` against the line's pressure at its start.

        Returns the signed volume displaced into the line in nL.
        """
        ...

    def copy(self) -> DriveTrain:
        """An independent train in the same state."""
        ...
