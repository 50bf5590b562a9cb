"""Pressure and outflow obey the equation of a compliance behind a resistance, and mass (C7)."""

from __future__ import annotations

from math import inf
from random import Random
from typing import Any

import pytest

from benchpump.bench.plant import Plant, PlantParameters
from benchpump.bench.plant.line import Line


def line(**changes: Any) -> Line:
    """A line with these parameters."""
    return Line(PlantParameters(**changes))


@pytest.mark.parametrize("back_pressure_pa", [-13_330.0, 0.0, 13_330.0])
@pytest.mark.parametrize("factor", [1.0, 50.0])
def test_the_exponential_update_is_the_limit_of_fine_euler_steps(
    back_pressure_pa: float, factor: float
) -> None:
    """One update of 250 ms agrees with 200000 Euler steps of dP/dt = (q - (P-Pb)/R)/C."""
    exact = line(back_pressure_pa=back_pressure_pa)
    exact.occlude(factor)
    exact.advance(30_000, 0.25)
    pressure_pa, dt_s, flow = 0.0, 0.25 / 200_000, 30_000 / 0.25
    for _ in range(200_000):
        pressure_pa += dt_s * (flow - (pressure_pa - back_pressure_pa) / (0.1 * factor)) / 1.5
    assert exact.pressure_pa == pytest.approx(pressure_pa, rel=2e-5)


def test_cutting_time_up_changes_nothing() -> None:
    """The same inflow in 1 or in 997 intervals ends at the same pressure and outflow."""
    whole, parts = line(), line()
    whole.advance(5000, 0.4)
    for _ in range(997):
        parts.advance(5000 / 997, 0.4 / 997)
    assert parts.pressure_pa == pytest.approx(whole.pressure_pa, rel=1e-10)
    assert parts.delivered_nl == pytest.approx(whole.delivered_nl, rel=1e-10)


def test_steady_flow_settles_at_flow_times_resistance() -> None:
    """300 mL/h through 0.1 Pa s/nL stand at 8333 Pa above the outlet's pressure."""
    steady = line(back_pressure_pa=13_330)
    for _ in range(200):
        steady.advance(300e6 / 3600 * 0.05, 0.05)
    assert steady.pressure_pa == pytest.approx(13_330 + 8333.3, rel=1e-4)


def test_full_occlusion_stores_everything_and_opening_releases_it() -> None:
    """Shut: pressure rises by volume over compliance, nothing flows; open: the bolus comes out."""
    shut = line()
    shut.occlude(inf)
    for _ in range(100):
        shut.advance(1000, 0.05)
    assert shut.pressure_pa == pytest.approx(100_000 / 1.5)
    assert shut.delivered_nl == 0
    shut.occlude(1)
    shut.advance(0, 10)
    assert shut.delivered_nl == pytest.approx(100_000)
    assert shut.pressure_pa == pytest.approx(0, abs=1e-9)


def test_partial_occlusion_multiplies_the_resistance() -> None:
    """Limit: a factor of 1 is the open line, below 1 is refused."""
    narrow = line()
    narrow.occlude(20)
    for _ in range(2000):
        narrow.advance(70, 0.05)
    assert narrow.pressure_pa == pytest.approx(70 / 0.05 * 0.1 * 20, rel=1e-6)
    narrow.occlude(1)
    for bad in (0.999, 0, -1, float("nan")):
        with pytest.raises(ValueError, match="below 1"):
            narrow.occlude(bad)


@pytest.mark.parametrize("seed", range(5))
def test_displaced_is_stored_plus_delivered(seed: int) -> None:
    """C7, C9: mass balance to float error over random runs with every mechanism and fault on."""
    dice = Random(seed)
    plant = Plant(PlantParameters(seed=seed, calibration_error_ppm=dice.uniform(-5e4, 5e4)))
    for _ in range(20_000):
        if dice.random() < 0.01:
            plant.line.occlude(dice.choice([1, 3, 100, inf]))
        if dice.random() < 0.01:
            plant.line.back_pressure_pa = dice.uniform(-13_330, 13_330)
        steps = dice.choice([0, 0, 1, 5, 15, -20])
        plant.advance(steps, dice.choice([1, 100, 50_000, 3_000_000]))
        balance = plant.stored_nl + plant.delivered_nl
        assert plant.displaced_nl == pytest.approx(balance, abs=1e-3)
    left_nl = plant.train.reservoir.left_nl
    assert plant.displaced_nl == pytest.approx(10_000_000 - left_nl, abs=1e-3)


def test_occlusion_at_5_ml_per_h_takes_compliance_times_pressure() -> None:
    """Occlusion: to 10 psi the ideal bench displaces 103 uL of its 1.5 uL/kPa, in 75 s."""
    plant = Plant(PlantParameters(startup_slack_nl=0, friction_nl=0, stiction_nl=0))
    plant.line.occlude(inf)
    steps_per_tick = 5e6 / 3600 * 0.05 / plant.parameters.nominal_nl_per_step
    due = 0.0
    ticks = 0
    while plant.pressure_pa < 68_950:
        due += steps_per_tick
        steps, due = int(due), due - int(due)
        plant.advance(steps, 50_000)
        ticks += 1
    assert plant.displaced_nl == pytest.approx(103_425, abs=110)
    assert ticks * 0.05 == pytest.approx(74.5, abs=1)


def test_steps_need_time() -> None:
    """Bad input: steps in no time, or negative time, are refused; no time alone is harmless."""
    plant = Plant()
    plant.advance(0, 0)
    assert plant.now_us == 0
    with pytest.raises(ValueError, match="cannot be made"):
        plant.advance(1, 0)
    with pytest.raises(ValueError, match="cannot be made"):
        plant.advance(0, -1)


def test_a_copy_goes_on_exactly_as_its_original_would() -> None:
    """C7: forked in mid-run with air and faults on, both give equal figures and codes."""
    plant = Plant(PlantParameters(seed=5))
    plant.line.occlude(10)
    plant.inject_air(20_000, 5000)
    for _ in range(100):
        plant.advance(3, 50_000)
    twin = plant.copy()

    def future(one: Plant) -> list[object]:
        seen: list[object] = []
        for tick in range(500):
            one.advance(tick % 4, 50_000)
            seen.append((one.codes(), one.pressure_pa, one.delivered_nl, one.air_passed_nl))
        return seen

    frozen = (twin.displaced_nl, twin.codes(), twin.now_us)
    first = future(plant)
    assert (twin.displaced_nl, twin.codes(), twin.now_us) == frozen
    assert future(twin) == first
