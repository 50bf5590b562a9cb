"""What the modelled peristaltic head and its tubing are made of, each figure with its source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RollerHead:
    """A small head on a geared stepper with tubing of 1.6 mm bore and wall.

    Units are in the names. "own" marks a figure that is our choice, without an outside source.
    Raises ValueError where a figure cannot be.
    """

    nl_per_revolution: float = 220_000.0
    """Omega FPU500 manual, table 9-2: 1/16" bore, 1/16" wall, 0.22 mL per revolution."""
    steps_per_revolution: int = 3200
    """boards/emulator_peristaltic/board.toml: 200 full steps, 16 microsteps, no gear."""
    rollers: int = 4
    """Roller passes in a revolution; must divide its steps (own)."""
    dip_share: float = 0.1
    """What a roller takes back as it lets go of the tubing, as a share of a pass (own)."""
    dip_width: float = 0.2
    """The part of a pass in which it does so; the rest of the pass makes up for it (own)."""
    slip_per_100_kpa: float = 0.05
    """Share of a turn's volume that leaks back past the rollers at 100 kPa (own)."""
    wear_per_revolution: float = 1e-6
    """Share of the volume lost for good with each turn of the tubing (own: 10 % in 100 000)."""

    def __post_init__(self) -> None:
        if not self.nl_per_revolution > 0:
            raise ValueError(f"nl_per_revolution must be above 0, not {self.nl_per_revolution}")
        if self.rollers < 1 or self.steps_per_revolution % self.rollers:
            raise ValueError(
                f"{self.rollers} rollers do not divide {self.steps_per_revolution} steps"
            )
        if not 0 < self.dip_width < 1:
            raise ValueError(f"dip_width {self.dip_width} is not between 0 and 1")
        for name in ("dip_share", "slip_per_100_kpa", "wear_per_revolution"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} {getattr(self, name)} is outside 0..1")

    @property
    def nominal_nl_per_step(self) -> float:
        """Volume per step of new tubing without back pressure: 68.75 nL with the defaults."""
        return self.nl_per_revolution / self.steps_per_revolution

    @property
    def steps_per_pass(self) -> int:
        """Steps from one roller's release to the next."""
        return self.steps_per_revolution // self.rollers

    @property
    def dip_nl(self) -> float:
        """Volume that each release takes back: 5.5 uL with the defaults."""
        return self.dip_share * self.nl_per_revolution / self.rollers
