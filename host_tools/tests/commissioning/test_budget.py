"""Uncertainty as the GUM has it."""

from math import inf, sqrt

import pytest

from benchpump.commissioning.budget import Component, combine, coverage_factor, rectangular


def test_root_of_the_sum_of_squares() -> None:
    """3 and 4 make 5; without a spread that was measured the factor is 2."""
    sigma = combine([Component("a", 3.0), Component("b", 4.0)])
    assert (sigma.standard, sigma.freedom, sigma.factor) == (5.0, inf, 2.0)
    assert sigma.expanded == 10.0


def test_degrees_of_freedom() -> None:
    """Welch-Satterthwaite: of three runs alone 2, half diluted by what is known well 8."""
    alone = combine([Component("runs", 1.0, 2)])
    assert (alone.freedom, alone.factor) == (pytest.approx(2.0), 4.53)
    diluted = combine([Component("runs", 1.0, 2), Component("scale", 1.0)])
    assert (diluted.freedom, diluted.factor) == (pytest.approx(8.0), 2.37)


@pytest.mark.parametrize(
    ("freedom", "factor"),
    [(1, 13.97), (4.99, 2.87), (5, 2.65), (19, 2.14), (24.9, 2.13), (99, 2.05), (100, 2.025)],
)
def test_next_lower_row_of_the_table(freedom: float, factor: float) -> None:
    """Between two rows the smaller number of degrees counts, the safe side."""
    assert coverage_factor(freedom) == factor


def test_nothing_to_go_by() -> None:
    """Below one degree of freedom there is no factor."""
    with pytest.raises(ValueError, match="repeat"):
        coverage_factor(0.9)


def test_rectangular() -> None:
    """A digit of a scale: half of it to either side."""
    assert rectangular(0.5) == pytest.approx(0.5 / sqrt(3))
