"""The converter shows what the board's description says, with a noise floor and faults (C7)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from statistics import fmean, stdev

import pytest

from benchpump.bench.emulated import Setup
from benchpump.bench.plant import Plant, PlantParameters, of_pump
from benchpump.bench.plant.sensor_faults import (
    CODE_MAX,
    NO_ANSWER,
    Drift,
    Garbage,
    Intermittent,
    Off,
    Slow,
    Stuck,
)
from benchpump.bench.plant.sensors import NOT_FITTED, SensorName

ROOT = Path(__file__).parents[3]
BOARD = tomllib.loads((ROOT / "boards/emulator/board.toml").read_text(encoding="utf-8"))


def codes(plant: Plant, ticks: int, channel: int) -> list[int]:
    """Readings of one channel over that many ticks at rest."""
    seen: list[int] = []
    for _ in range(ticks):
        plant.advance(0, 50_000)
        seen.append(plant.codes()[channel])
    return seen


def test_the_defaults_are_those_of_the_emulated_board() -> None:
    """The conversions agree with the board.toml that firmware is built from, for both pumps."""
    assert PlantParameters().for_board(BOARD) == PlantParameters()
    for pump in ("syringe", "peristaltic"):
        for instrumented in (False, True):
            setup = Setup(pump=pump, instrumented=instrumented)
            path = ROOT / "boards" / setup.board / "board.toml"
            board = tomllib.loads(path.read_text(encoding="utf-8"))
            assert setup.plant_parameters.for_board(board) == setup.plant_parameters


def test_a_sensor_that_the_board_lacks_is_not_fitted() -> None:
    """C5: not fitted is said as such and never read as zero."""
    plant = Plant(PlantParameters(pressure_fitted=False, air_fitted=False, supply_fitted=False))
    assert plant.codes() == (NOT_FITTED,) * 6
    assert Plant().codes()[3:] == (NOT_FITTED,) * 3
    assert Plant(of_pump("peristaltic")).codes()[3:5] == (NOT_FITTED,) * 2


@pytest.mark.parametrize("pressure_pa", [-13_330.0, 0.0, 68_950.0, 137_900.0])
def test_pressure_codes_follow_the_board(pressure_pa: float) -> None:
    """The mean of many readings converts back to the pressure within a tenth of a code."""
    plant = Plant(PlantParameters(back_pressure_pa=pressure_pa))
    plant.advance(0, 60_000_000)
    mean = fmean(codes(plant, 8000, 0))
    scale = BOARD["sensors"]["pressure"]
    back_pa = (mean - scale["zero_code"]) * scale["pa_per_1000_codes"] / 1000
    assert back_pa == pytest.approx(pressure_pa, abs=0.1 * 60)


def test_every_healthy_reading_has_a_noise_floor() -> None:
    """Stuck can be told: no channel shows one code for 2 s; pressure and supply spread by 2."""
    plant = Plant()
    for channel in (0, 1, 2):
        seen = codes(plant, 4000, channel)
        assert all(len(set(seen[at : at + 40])) > 1 for at in range(0, 4000, 40))
        if channel != 1:
            assert stdev(seen) == pytest.approx(2, rel=0.1)


def test_air_and_supply_codes_are_clear_of_the_thresholds() -> None:
    """Wet, dry and the nominal supply are where the board expects them, noise included."""
    plant = Plant()
    air = BOARD["sensors"]["air"]
    assert max(codes(plant, 4000, 1)) < air["wet_below_code"]
    plant.sensors.stimulated = True
    assert min(codes(plant, 4000, 1)) > air["dry_above_code"]
    assert fmean(codes(plant, 1000, 2)) == pytest.approx(3000, abs=0.3)


def test_readings_end_at_the_rails() -> None:
    """A 12-bit converter shows 0 and 4095 for what is below and above its range."""
    plant = Plant()
    plant.line.occlude(float("inf"))
    plant.advance(50_000, 50_000)
    assert plant.codes()[0] == CODE_MAX
    low = Plant(PlantParameters(back_pressure_pa=-90_000, supply_mv=0))
    low.advance(0, 60_000_000)
    assert low.codes()[0] == 0
    assert min(codes(low, 100, 2)) == 0


def test_reading_changes_nothing_and_seeds_differ() -> None:
    """C6: the same moment gives the same codes; another seed gives another noise."""
    plant, same, other = (Plant(PlantParameters(seed=seed)) for seed in (1, 1, 2))
    assert plant.codes() == plant.codes()
    run = codes(plant, 200, 0)
    for _ in range(10):
        same.codes()
    assert codes(same, 200, 0) == run
    assert codes(other, 200, 0) != run


@pytest.mark.parametrize(("name", "channel"), [("pressure", 0), ("air", 1), ("supply", 2)])
def test_each_fault_shows_on_its_channel_only(name: SensorName, channel: int) -> None:
    """Off is no answer, stuck stands still, garbage is everywhere, drift walks; others stay."""
    plant = Plant()
    healthy = plant.codes()
    plant.sensors.faults[name] = Off()
    assert plant.codes()[channel] == NO_ANSWER
    assert [c for at, c in enumerate(plant.codes()) if at != channel] == [
        c for at, c in enumerate(healthy) if at != channel
    ]
    plant.sensors.faults[name] = Stuck(1234)
    assert set(codes(plant, 100, channel)) == {1234}
    plant.sensors.faults[name] = Stuck()
    assert len(set(codes(plant, 100, channel))) == 1
    plant.sensors.faults[name] = Garbage()
    garbage = codes(plant, 400, channel)
    assert min(garbage) < 400
    assert max(garbage) > CODE_MAX - 400
    plant.sensors.faults[name] = Drift(100, plant.now_us)
    assert codes(plant, 200, channel)[-1] - healthy[channel] == pytest.approx(1000, abs=100)


def test_drift_ends_at_the_rail() -> None:
    """A drift for an hour shows the rail and not a code that no converter has."""
    plant = Plant()
    plant.sensors.faults["pressure"] = Drift(10, 0)
    plant.advance(0, 3_600_000_000)
    assert plant.codes()[0] == CODE_MAX


def test_a_drift_with_a_period_comes_back() -> None:
    """0.1 codes/s at the fastest, 3600 s: 57 codes away after a quarter, back after half."""
    fault = Drift(0.1, 0, 3600)
    reads = [fault.read(1000, 0, s * 1_000_000) for s in (0, 900, 1800, 2700, 3600)]
    assert reads == pytest.approx([1000, 1057, 1000, 943, 1000], abs=1)


def test_a_slow_sensor_lags_by_its_time_constant() -> None:
    """After one time constant a step in pressure is shown to 63 %."""
    plant = Plant()
    plant.sensors.faults["pressure"] = Slow(1000)
    plant.codes()
    plant.line.occlude(float("inf"))
    plant.advance(600, 1)
    plant.advance(0, 1_000_000)
    rise = (plant.codes()[0] - 410) / (plant.pressure_pa / 60)
    assert rise == pytest.approx(0.632, abs=0.02)


def test_an_intermittent_sensor_answers_outside_its_gap() -> None:
    """10 ms of gap in 30 ms: no answer at 0..9, codes at 10..29, and so on."""
    fault = Intermittent(30, 10, since_us=0)
    shown = [fault.read(7, 0.0, ms * 1000) for ms in (0, 9, 10, 29, 30, 39, 40)]
    assert shown == [NO_ANSWER, NO_ANSWER, 7, 7, NO_ANSWER, NO_ANSWER, 7]
