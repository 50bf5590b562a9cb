"""The filter between PWM and converter, as wiring.toml has it."""

from __future__ import annotations

from math import exp

import pytest

from benchpump import tree_root
from benchpump.bench.pico.rc_filter import RcFilter
from benchpump.board.wiring import document

pytestmark = pytest.mark.requirement("REQ-RIG-1")
CODE = 1 / 4096


def test_one_stage_is_the_textbook() -> None:
    """1 - exp(-t/RC), to a hundredth at any moment, however often it was asked."""
    rc = RcFilter(1000, 470, 1)
    rc.drive(1.0, 0)
    for at_us in range(0, 5000, 70):
        assert rc.out(at_us * 1000) == pytest.approx(1 - exp(-at_us / 470), abs=0.01)


def test_two_stages_settle_as_the_readme_says() -> None:
    """To a code within 10.4 ms (a tenth of a millisecond more here), not a millisecond sooner."""
    wiring = document.load(tree_root() / "boards/rig_pico/wiring.toml")
    part = next(one.part for one in wiring.between("rig", "pump") if one.part and one.part.figures)
    rc = RcFilter(**part.figures)
    rc.drive(1.0, 0)
    assert 1 - rc.out(9_400_000) > CODE
    assert 1 - rc.out(10_500_000) <= CODE
    assert rc.out(60_000_000) == pytest.approx(1.0, abs=CODE / 10)


def test_it_holds_what_it_was_driven_with() -> None:
    """Back to nothing by the same way; time that does not pass changes nothing."""
    rc = RcFilter(1000, 470, 2)
    rc.drive(0.5, 0)
    up = rc.out(2_000_000)
    assert rc.out(2_000_000) == up
    rc.out(50_000_000)
    rc.drive(0.0, 50_000_000)
    assert rc.out(52_000_000) == pytest.approx(0.5 - up, abs=CODE)
