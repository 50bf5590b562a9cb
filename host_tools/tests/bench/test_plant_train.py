"""Screw, plunger and container turn steps into displaced volume (C7)."""

from __future__ import annotations

from typing import Any

import pytest

from benchpump.bench.plant import PlantParameters
from benchpump.bench.plant.plunger import Plunger
from benchpump.bench.plant.reservoir import Reservoir
from benchpump.bench.plant.screw import LeadScrew
from benchpump.bench.plant.syringe_train import SyringeTrain

IDEAL = PlantParameters(
    periodic_error_nm=0, backlash_nm=0, startup_slack_nl=0, friction_nl=0, stiction_nl=0
)


def with_changes(**changes: Any) -> PlantParameters:
    """The ideal train with these figures changed."""
    figures: dict[str, Any] = {
        "periodic_error_nm": 0.0,
        "backlash_nm": 0.0,
        "startup_slack_nl": 0.0,
        "friction_nl": 0.0,
        "stiction_nl": 0.0,
    }
    return PlantParameters(**(figures | changes))


def test_nominal_volume_per_step_is_geometry() -> None:
    """A 14.5 mm barrel and 625 nm a step give 103.2 nL, and an ideal train displaces just that."""
    assert IDEAL.nominal_nl_per_step == pytest.approx(103.206, abs=0.001)
    train = SyringeTrain(IDEAL)
    displaced = sum(train.advance(7, 0.05, 0.0) for _ in range(1000))
    assert displaced == pytest.approx(7000 * IDEAL.nominal_nl_per_step, rel=1e-12)


@pytest.mark.parametrize("ppm", [-50_000, -1, 0, 1, 50_000])
def test_calibration_error_scales_the_volume(ppm: float) -> None:
    """GIP 1.2.1: up to ±5 % of true volume per step, proportional and to the ppm."""
    train = SyringeTrain(with_changes(calibration_error_ppm=ppm))
    displaced = sum(train.advance(11, 0.05, 0.0) for _ in range(1000))
    nominal = 11_000 * IDEAL.nominal_nl_per_step
    assert displaced / nominal == pytest.approx(1 + ppm * 1e-6, rel=1e-10)


@pytest.mark.parametrize("ppm", [-50_001, 50_001, float("nan")])
def test_calibration_error_beyond_5_percent_is_refused(ppm: float) -> None:
    """Limit + 1 either way, and what is no number."""
    with pytest.raises(ValueError, match="calibration_error_ppm"):
        PlantParameters(calibration_error_ppm=ppm)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("inner_diameter_mm", 0.0),
        ("compliance_nl_per_kpa", 0.0),
        ("backlash_nm", -1.0),
        ("fill_nl", 10_000_001.0),
    ],
)
def test_impossible_parameters_are_named(name: str, value: Any) -> None:
    """Bad input: the message names the figure at fault."""
    with pytest.raises(ValueError, match=name):
        PlantParameters(**{name: value})


def test_periodic_error_repeats_each_revolution_and_adds_nothing_over_one() -> None:
    """A quarter turn leads by the amplitude, a whole turn is exact."""
    screw = LeadScrew(with_changes(periodic_error_nm=2000))
    quarter = screw.turn(800)
    assert quarter == pytest.approx(800 * 625 + 2000)
    assert quarter + screw.turn(2400) == pytest.approx(3200 * 625)


def test_backlash_is_lost_once_on_each_reversal() -> None:
    """20 um of play: 32 steps back move nothing, the 33rd does; the same again forwards."""
    screw = LeadScrew(with_changes(backlash_nm=20_000))
    screw.turn(1000)
    assert screw.turn(-32) == 0
    assert screw.turn(-1) == pytest.approx(-625)
    assert screw.turn(-10) == pytest.approx(-6250)
    assert screw.turn(32) == pytest.approx(0, abs=1e-9)
    assert screw.turn(1) == pytest.approx(625)


def test_start_up_slack_is_taken_up_first_and_once() -> None:
    """The pusher has to reach the plunger before anything flows; after that all of it flows."""
    plunger = Plunger(with_changes(startup_slack_nl=1000))
    assert plunger.push(999) == 0
    assert plunger.push(101) == pytest.approx(100)
    assert plunger.push(100) == pytest.approx(100)
    assert plunger.push(-50) == pytest.approx(-50)


def test_friction_is_hysteresis_of_both_directions() -> None:
    """The stopper lags by the friction either way: turning round loses twice that."""
    plunger = Plunger(with_changes(friction_nl=400))
    assert plunger.push(1000) == pytest.approx(600)
    assert plunger.push(500) == pytest.approx(500)
    assert plunger.push(-800) == 0
    assert plunger.push(-1) == pytest.approx(-1)
    assert plunger.push(-7) == pytest.approx(-7)


def test_stiction_holds_and_then_jumps() -> None:
    """At rest the stopper holds 200 nL longer, and then moves by what it had held back."""
    plunger = Plunger(with_changes(friction_nl=400, stiction_nl=200))
    assert plunger.push(600) == 0
    assert plunger.push(1) == pytest.approx(201)
    assert plunger.push(199) == 0
    assert plunger.push(2) == pytest.approx(201)


def test_an_empty_syringe_gives_nothing_more() -> None:
    """The plunger bottoms exactly when the content has left."""
    reservoir = Reservoir(with_changes(fill_nl=1000))
    assert reservoir.take(999) == 999
    assert reservoir.take(2) == pytest.approx(1)
    assert reservoir.take(5) == 0
    assert reservoir.left_nl == 0


def test_a_full_syringe_takes_nothing_back() -> None:
    """Drawing back ends at the capacity, and a shut container passes nothing either way."""
    reservoir = Reservoir(with_changes(capacity_nl=1000, fill_nl=900))
    assert reservoir.take(-150) == pytest.approx(-100)
    assert reservoir.left_nl == 1000
    reservoir.shut = True
    assert reservoir.take(10) == reservoir.take(-10) == 0


@pytest.mark.parametrize("sign", [1, -1])
def test_at_an_end_of_travel_the_train_winds_up_and_unwinds_first(sign: int) -> None:
    """Against the bottom, or the plunger pulled out: nothing flows, the force rises with the
    steps, and turning back moves nothing until it is gone."""
    train = SyringeTrain(with_changes(capacity_nl=2000, fill_nl=1000))
    a_step = IDEAL.nominal_nl_per_step
    assert train.advance(sign * 15, 0.05, 0.0) == pytest.approx(sign * 1000)
    assert train.pressed_nl == pytest.approx(sign * (15 * a_step - 1000))
    assert train.advance(sign * 5, 0.05, 0.0) == 0
    assert train.pressed_nl == pytest.approx(sign * (20 * a_step - 1000))
    assert train.advance(-sign * 10, 0.05, 0.0) == 0
    assert train.pressed_nl == pytest.approx(sign * (10 * a_step - 1000))
    assert train.advance(-sign * 5, 0.05, 0.0) == pytest.approx(sign * (5 * a_step - 1000))
    assert train.pressed_nl == 0
