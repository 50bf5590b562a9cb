"""Rollers turn steps into displaced volume: pulsation, slip, wear, and a shut line (C7)."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import pytest

from benchpump.bench.plant import Plant, of_pump
from benchpump.bench.plant.peristaltic_train import PeristalticTrain
from benchpump.bench.plant.roller_head import RollerHead

PASS_STEPS = 800
PASS_NL = 55_000.0  # 220 uL a revolution, four rollers
DIP_NL = 5_500.0
EVEN: dict[str, Any] = {"dip_share": 0.0, "slip_per_100_kpa": 0.0, "wear_per_revolution": 0.0}


def train(fill_nl: float = 250e6, ppm: float = 0.0, **figures: Any) -> PeristalticTrain:
    """A head that is ideal but for these figures."""
    head = RollerHead(**(EVEN | figures))
    parameters = of_pump("peristaltic", fill_nl=fill_nl, calibration_error_ppm=ppm, head=head)
    return PeristalticTrain(parameters, head)


def test_nominal_volume_per_step() -> None:
    """220 uL in 3200 steps is 68.75 nL a step, and an even head displaces just that."""
    assert RollerHead().nominal_nl_per_step == 68.75
    even = train()
    assert sum(even.advance(7, 0.05, 0) for _ in range(1000)) == pytest.approx(7000 * 68.75)


@pytest.mark.parametrize("ppm", [-50_000, 0, 50_000])
def test_calibration_error_scales_the_volume(ppm: float) -> None:
    """GIP 1.2.1: ±5 % of true volume per step."""
    assert train(ppm=ppm).advance(3200, 1, 0) == pytest.approx(220_000 * (1 + ppm * 1e-6))


def test_flow_dips_as_a_roller_lets_go_and_is_made_up_over_the_pass() -> None:
    """Each pass gives its own volume exactly; within it 5.5 uL are missing at the end of the dip.

    Least flow 1 - 0.1 x pi / (2 x 0.2) = 0.21 of the mean, in the middle of the dip.
    """
    pulsing = train(dip_share=0.1)
    for _ in range(5):
        flow = [pulsing.advance(1, 0.001, 0) / 68.75 for _ in range(PASS_STEPS)]
        assert sum(flow) * 68.75 == pytest.approx(PASS_NL)
        assert min(flow) == pytest.approx(flow[80], abs=1e-4) == pytest.approx(0.2146, abs=0.001)
        behind = [68.75 * (step + 1 - at) for step, at in enumerate(accumulate(flow))]
        assert max(behind) == behind[159] == pytest.approx(DIP_NL)
        assert min(behind) > -1e-6


def test_pulsation_does_not_depend_on_how_steps_come() -> None:
    """One step at a time or a pass at once, forward and back: the angle alone counts."""
    one, many = train(dip_share=0.1), train(dip_share=0.1)
    singly = sum(one.advance(1, 0.001, 0) for _ in range(300))
    assert singly == pytest.approx(many.advance(300, 0.3, 0))
    assert many.advance(-300, 0.3, 0) == pytest.approx(-singly)


@pytest.mark.parametrize(
    ("pressure_pa", "forward", "back"),
    [(0, 1.0, -1.0), (50_000, 0.975, -1.025), (100_000, 0.95, -1.05), (-50_000, 1.0, -1.0)],
)
def test_slip_grows_with_back_pressure(pressure_pa: float, forward: float, back: float) -> None:
    """5 % at 100 kPa, towards the container whichever way the head turns; none under suction."""
    slipping = train(slip_per_100_kpa=0.05)
    assert slipping.advance(3200, 1, pressure_pa) == pytest.approx(220_000 * forward)
    assert slipping.advance(-3200, 1, pressure_pa) == pytest.approx(220_000 * back)


def test_tubing_wears() -> None:
    """A millionth is lost with each turn, either way, down to half of the volume."""
    worn = train(wear_per_revolution=1e-6, fill_nl=250e6)
    for _ in range(10):
        worn.advance(3200 * 500, 60, 0)
        worn.advance(-3200 * 500, 60, 0)
    assert worn.turned_steps == 3200 * 10_000
    assert worn.advance(3200, 1, 0) == pytest.approx(220_000 * (1 - 0.010_001), rel=1e-9)
    gone = train(wear_per_revolution=0.9)
    gone.advance(3200 * 5, 1, 0)
    assert gone.advance(3200, 1, 0) == pytest.approx(110_000)


def test_a_head_at_rest_holds_against_pressure() -> None:
    """Without a step nothing passes, and it turns round without play."""
    head = train(slip_per_100_kpa=0.05)
    assert head.advance(0, 3600, 100_000) == 0
    assert head.advance(-1, 0.05, 0) == pytest.approx(-68.75)
    assert head.advance(1, 0.05, 0) == pytest.approx(68.75)


def test_container_upstream() -> None:
    """An empty bag, or a line that is shut, gives what the tubing holds, and then nothing more.

    200 nL/kPa down to 80 kPa of suction: 16 uL.
    """
    for pump, left_nl in ((train(fill_nl=1000), 1000), (train(), 0)):
        pump.reservoir.shut = left_nl == 0
        assert sum(pump.advance(32, 0.05, 0) for _ in range(300)) == pytest.approx(
            left_nl + 16_000, abs=50
        )
        assert pump.advance(3200, 1, 0) == pytest.approx(0, abs=50)
        assert pump.upstream_pa == pytest.approx(-80_000, abs=200)


def test_suction_upstream() -> None:
    """It grows by a step's volume over the compliance, and is gone when the line is open again."""
    shut = train()
    shut.reservoir.shut = True
    assert shut.advance(10, 0.05, 0) == pytest.approx(687.5)
    assert shut.upstream_pa == pytest.approx(-687.5 / 200 * 1000)
    shut.reservoir.shut = False
    shut.advance(0, 1, 0)
    assert shut.upstream_pa == pytest.approx(0, abs=1)
    assert shut.reservoir.left_nl == pytest.approx(250e6 - 687.5, abs=1)
    hung = train()
    hung.supply.head_pa = -7000
    hung.advance(0, 1, 0)
    assert hung.upstream_pa == pytest.approx(-7000, abs=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"rollers": 3},
        {"rollers": 0},
        {"nl_per_revolution": 0},
        {"dip_width": 0},
        {"dip_width": 1},
        {"dip_share": 1},
        {"slip_per_100_kpa": -0.01},
        {"wear_per_revolution": 1},
    ],
)
def test_a_head_that_cannot_be(wrong: dict[str, Any]) -> None:
    """Bad input is refused."""
    with pytest.raises(ValueError, match=r"rollers|nl_per_revolution|outside|between"):
        RollerHead(**wrong)


def test_plant_keeps_its_volume_and_copies_go_on_alike() -> None:
    """Displaced is delivered plus stored; a copy in mid-pass ends where the original does."""
    plant = Plant(of_pump("peristaltic", seed=3))
    for tick in range(500):
        plant.advance(tick % 40, 50_000)
    twin = plant.copy()
    for both in (plant, twin):
        for tick in range(500):
            both.advance(tick % 40, 50_000)
    assert plant.displaced_nl == pytest.approx(plant.delivered_nl + plant.stored_nl)
    assert (plant.delivered_nl, plant.codes()) == (twin.delivered_nl, twin.codes())
