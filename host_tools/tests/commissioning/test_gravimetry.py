"""Volume per step by weighing: arithmetic, and every limit at limit-1, limit, limit+1."""

from math import nan, sqrt

import pytest

from benchpump.commissioning.gravimetry import (
    AIR_HPA,
    CALIBRATION_PPM,
    DIGITS_MIN,
    EXPANDED_MAX_PPM,
    HUMIDITY_PERCENT,
    LIQUID_KG_M3,
    RUNS_MIN,
    SPREAD_MAX_PPM,
    Bench,
    Run,
    calibrate,
)
from benchpump.commissioning.implausible import ImplausibleError

NOMINAL_PL = 103_204
STEPS = 10_000
SCALE = Bench(20.0, resolution_mg=0.1, scale_error_mg=0.2)


def weighed(ppm: float, bench: Bench = SCALE) -> float:
    """What the scale gains of a run at so many ppm of the geometry, mg."""
    return STEPS * NOMINAL_PL * ppm / 1e12 / bench.z_ul_per_mg


def runs(*ppm: float, bench: Bench = SCALE) -> list[Run]:
    """A run for each figure."""
    return [Run(STEPS, weighed(one, bench), 60.0) for one in ppm]


def reason(made: list[Run], bench: Bench = SCALE) -> str:
    """Why it is refused, nothing where it is not."""
    try:
        calibrate(made, bench, NOMINAL_PL)
    except ImplausibleError as error:
        assert error.todo
        return error.reason
    return ""


def test_mean_spread_and_uncertainty() -> None:
    """By hand: three runs, their mean, standard deviation over the root of three."""
    result = calibrate(runs(1_019_000, 1_020_000, 1_021_000), SCALE, NOMINAL_PL)
    assert result.calibration_ppm == 1_020_000
    assert result.pl_per_step == pytest.approx(NOMINAL_PL * 1.02)
    assert result.spread_ppm == round(1000 / 1.02)
    parts = {one.name: one.standard for one in result.components}
    mass_mg = weighed(1_020_000)
    assert parts["repeatability"] == pytest.approx(980 / sqrt(3), abs=1)
    assert parts["resolution"] == pytest.approx(1e6 * 0.1 / sqrt(6) / mass_mg, rel=1e-6)
    assert parts["scale"] == pytest.approx(1e6 * 0.2 / sqrt(3) / mass_mg, rel=1e-6)
    assert parts["temperature"] == pytest.approx(103, abs=2)  # 0.207 kg/m3 and K at 20 °C
    assert 15 < parts["air"] < 30
    assert parts["evaporation"] == 0
    total = sqrt(sum(value**2 for value in parts.values()))
    assert result.uncertainty.standard == pytest.approx(total)
    assert result.expanded_ppm >= result.uncertainty.expanded > result.expanded_ppm - 1


def test_evaporation_is_added_and_doubted() -> None:
    """2 mg lost in each run come back, and half of them is uncertain."""
    dry = Bench(20.0, 0.1, 0.2, evaporation_mg_min=2.0)
    less = [Run(STEPS, run.mass_mg - 2.0, 60.0) for run in runs(1e6, 1e6, 1e6)]
    result = calibrate(less, dry, NOMINAL_PL)
    assert result.calibration_ppm == 1_000_000
    parts = {one.name: one.standard for one in result.components}
    assert parts["evaporation"] == pytest.approx(1e6 / sqrt(3) / weighed(1e6), rel=0.01)


def test_another_liquid() -> None:
    """Of glycerol the same mass is less volume; its density is taken as said."""
    heavy = Bench(20.0, 0.1, 0.2, liquid_kg_m3=1261.0)
    assert calibrate(runs(1e6, 1e6, 1e6, bench=heavy), heavy, NOMINAL_PL).calibration_ppm == 1e6
    assert reason(runs(1e6, 1e6, 1e6), heavy) == "geometry"


@pytest.mark.requirement("REQ-CALIBRATE-2")
@pytest.mark.parametrize(
    ("bench", "told"),
    [
        (Bench(20.0, 0.1, 0.2, 101_325.0), "air pressure: 101325 hPa"),
        (Bench(20.0, 0.1, 0.2, 499.0), "air pressure"),
        (Bench(20.0, 0.1, 0.2, nan), "air pressure: nan"),
        (Bench(20.0, 0.1, 0.2, humidity_percent=101.0), "humidity"),
        (Bench(20.0, 0.1, 0.2, evaporation_mg_min=-0.1), "evaporation"),
        (Bench(20.0, 0.1, 0.2, liquid_kg_m3=1.26), "density: 1.26 kg/m3"),
        (Bench(20.0, 0.1, 0.2, liquid_kg_m3=0.0), "density"),
        (Bench(20.0, 0.1, 0.2, liquid_kg_m3=nan), "density"),
        (Bench(41.0, 0.1, 0.2, liquid_kg_m3=998.0), "temperature: 41 °C"),
        (Bench(41.0, 0.1, 0.2), "41 °C"),
        (Bench(nan, 0.1, 0.2), "nan"),
        (Bench(20.0, 0.0, 0.2), "resolution"),
        (Bench(20.0, 0.1, -0.2), "scale error"),
    ],
)
def test_surroundings_that_cannot_be(bench: Bench, told: str) -> None:
    """Another unit, or no number, would be a calibration that is off by as much."""
    with pytest.raises(ValueError, match=told):
        bench.check()
    with pytest.raises(ValueError, match=told):
        calibrate(runs(1e6, 1e6, 1e6), bench, NOMINAL_PL)


@pytest.mark.requirement("REQ-CALIBRATE-2")
def test_surroundings_at_their_ends() -> None:
    """The limits themselves are taken."""
    for hpa, humidity, density, celsius in (
        (AIR_HPA[0], HUMIDITY_PERCENT[0], LIQUID_KG_M3[0], 0.0),
        (AIR_HPA[1], HUMIDITY_PERCENT[1], LIQUID_KG_M3[1], 40.0),
    ):
        Bench(celsius, 0.1, 0.0, hpa, humidity, 0.0, density).check()


@pytest.mark.requirement("REQ-CALIBRATE-2")
def test_number_of_runs() -> None:
    """Two are refused, three and four are taken."""
    for count, wanted in ((RUNS_MIN - 1, "runs"), (RUNS_MIN, ""), (RUNS_MIN + 1, "")):
        assert reason(runs(*[1e6] * count)) == wanted


@pytest.mark.requirement("REQ-CALIBRATE-2")
@pytest.mark.parametrize("limit", CALIBRATION_PPM)
def test_geometry(limit: int) -> None:
    """±10 % of the container's geometry, at both ends to a ppm."""
    outwards = 1 if limit > 1_000_000 else -1
    for beyond, wanted in ((-1, ""), (0, ""), (1, "geometry")):
        assert reason(runs(*[limit + beyond * outwards] * 3)) == wanted


@pytest.mark.requirement("REQ-CALIBRATE-2")
def test_spread() -> None:
    """1 % of standard deviation, to a ppm; of so few as three runs less is too much already."""
    for ppm, wanted in ((-1, ""), (0, ""), (1, "spread")):
        off = SPREAD_MAX_PPM + ppm
        assert reason(runs(*[1e6 - off, 1e6 + off] * 10, 1e6)) == wanted
        assert reason(runs(1e6 - off, 1e6, 1e6 + off)) == (wanted or "uncertainty")


@pytest.mark.requirement("REQ-CALIBRATE-2")
def test_volume_for_the_scale() -> None:
    """500 digits of the scale a run; one less is refused."""
    mass_mg = weighed(1e6)
    for digits, wanted in ((-1, "resolution"), (0, ""), (1, "")):
        coarse = Bench(20.0, mass_mg / (DIGITS_MIN + digits), 0.2)
        assert reason(runs(1e6, 1e6, 1e6), coarse) == wanted


@pytest.mark.requirement("REQ-CALIBRATE-2")
@pytest.mark.parametrize(
    ("ppm", "wanted"),
    [
        (499_999, "magnitude"), (500_000, "geometry"), (500_001, "geometry"),
        (1_999_999, "geometry"), (2_000_000, "geometry"), (2_000_001, "magnitude"),
        (1_000, "magnitude"), (1_000_000_000, "magnitude"), (0, "magnitude"), (-1e6, "magnitude"),
    ],
)  # fmt: skip
def test_order_of_magnitude(ppm: float, wanted: str) -> None:
    """Grams for milligrams, a tare in between, nothing in the beaker: told apart from a pump that
    is off by its geometry."""
    assert reason(runs(ppm, ppm, ppm)) == wanted


@pytest.mark.requirement("REQ-CALIBRATE-2")
def test_uncertainty() -> None:
    """A scale that may be off by so much that the result is known worse than ±2 %."""
    outcomes: list[str] = []
    for expanded_ppm in (EXPANDED_MAX_PPM - 10, EXPANDED_MAX_PPM, EXPANDED_MAX_PPM + 10):
        rest = calibrate(runs(1e6, 1e6, 1e6), SCALE, NOMINAL_PL)
        others = [c.standard for c in rest.components if c.name != "scale"]
        scale_ppm = sqrt((expanded_ppm / 2) ** 2 - sum(one**2 for one in others))
        doubtful = Bench(20.0, 0.1, scale_ppm * 1e-6 * weighed(1e6) * sqrt(3) - 1e-9)
        outcomes.append(reason(runs(1e6, 1e6, 1e6), doubtful))
    assert outcomes == ["", "", "uncertainty"]


def test_nothing_delivered() -> None:
    """A run of no steps is no run."""
    assert reason([Run(0, 1.0, 60.0)] * 3) == "steps"
