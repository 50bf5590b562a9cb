"""An uncertainty budget as in the GUM (JCGM 100:2008): components, freedom, coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

# GUM table G.2: Student's factor for a coverage of 95.45 %, by degrees of freedom.
_STUDENT = {
    1: 13.97, 2: 4.53, 3: 3.31, 4: 2.87, 5: 2.65, 6: 2.52, 7: 2.43, 8: 2.37, 9: 2.32, 10: 2.28,
    11: 2.25, 12: 2.23, 13: 2.21, 14: 2.20, 15: 2.18, 16: 2.17, 17: 2.16, 18: 2.15, 19: 2.14,
    20: 2.13, 25: 2.11, 30: 2.09, 35: 2.07, 40: 2.06, 45: 2.06, 50: 2.05, 100: 2.025,
}  # fmt: skip
_LIMIT = 2.0


@dataclass(frozen=True)
class Component:
    """A standard uncertainty in the result's unit and the degrees of freedom behind it."""

    name: str
    standard: float
    freedom: float = inf


@dataclass(frozen=True)
class Uncertainty:
    """Standard uncertainty of a result, its degrees of freedom, factor for 95.45 % coverage."""

    standard: float
    freedom: float
    factor: float

    @property
    def expanded(self) -> float:
        """Half of the interval in which the value lies with 95.45 %."""
        return self.factor * self.standard


def rectangular(half_width: float) -> float:
    """Standard uncertainty of what lies anywhere within ± that (GUM 4.3.7)."""
    return half_width / sqrt(3)


def combine(components: Sequence[Component]) -> Uncertainty:
    """Root of the sum of squares; degrees of freedom by Welch-Satterthwaite (GUM G.4)."""
    standard = sqrt(sum(one.standard**2 for one in components))
    share = sum(one.standard**4 / one.freedom for one in components)
    freedom = standard**4 / share if share else inf
    return Uncertainty(standard, freedom, coverage_factor(freedom))


def coverage_factor(freedom: float) -> float:
    """Student's factor for 95.45 %, of the next lower number of degrees of freedom in the table.

    Raises ValueError below one degree of freedom.
    """
    if freedom == inf:
        return _LIMIT
    rows = [row for row in _STUDENT if row <= freedom + 1e-9]
    if not rows:
        raise ValueError(f"{freedom:g} degrees of freedom: repeat the measurement")
    return _STUDENT[max(rows)]
