"""Volume per step by weighing what came out: result, uncertainty, and what is not believed.

Every relative figure is in ppm and rounded to a whole one before it is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt, ulp
from statistics import mean, stdev

from benchpump.commissioning import water
from benchpump.commissioning.budget import Component, Uncertainty, combine, rectangular
from benchpump.commissioning.implausible import ImplausibleError

RUNS_MIN = 3
PPM = 1_000_000
# Own, as the firmware and protocol.toml [[config]] calibration_ppm have it: ±10 % of the geometry.
CALIBRATION_PPM = (900_000, 1_100_000)
# Own: below half or above twice what is expected it is a unit or a tare, not a calibration.
EXPECTED_PPM = (500_000, 2_000_000)
# Own: a digit of the scale is then 0.2 % of a run and the rest of the budget can be seen.
DIGITS_MIN = 500
# Own: standard deviation of the runs; a pump that repeats worse has air in it or a loose part.
SPREAD_MAX_PPM = 10_000
# Own: half of what is left beside the ±5 % of GIP 1.2.1.
EXPANDED_MAX_PPM = 20_000
# Own: what there is around a scale; beyond is another unit (101325 Pa, 1.26 g/mL).
AIR_HPA = (500.0, 1100.0)
HUMIDITY_PERCENT = (0.0, 100.0)
LIQUID_KG_M3 = (500.0, 3000.0)
_TEMPERATURE_STANDARD_C = 0.5  # own: of the liquid, by a thermometer in the beaker
_AIR_STANDARD = 0.02  # own, of the density of air: 20 hPa or 6 °C besides what was said
_EVAPORATION_DOUBT = 0.5  # own: of the correction


@dataclass(frozen=True)
class Bench:
    """Scale and surroundings.

    `resolution_mg`: one digit of the scale. `scale_error_mg`: the most it may be off at this load.
    `evaporation_mg_min`: what the beaker loses, found by watching it. `liquid_kg_m3`: None: water.
    """

    temperature_c: float
    resolution_mg: float
    scale_error_mg: float
    pressure_hpa: float = 1013.25
    humidity_percent: float = 50.0
    evaporation_mg_min: float = 0.0
    liquid_kg_m3: float | None = None

    def check(self) -> None:
        """Raises ValueError for what cannot be: it would be a calibration in another unit."""
        figures = (
            ("temperature", self.temperature_c, water.RANGE_C, "°C"),
            ("resolution", self.resolution_mg, (ulp(0.0), inf), "mg"),
            ("scale error", self.scale_error_mg, (0.0, inf), "mg"),
            ("air pressure", self.pressure_hpa, AIR_HPA, "hPa"),
            ("humidity", self.humidity_percent, HUMIDITY_PERCENT, "%"),
            ("evaporation", self.evaporation_mg_min, (0.0, inf), "mg/min"),
            ("density", self.density_kg_m3, LIQUID_KG_M3, "kg/m3"),
        )
        for name, value, (low, high), unit in figures:
            if not low <= value <= high:  # nor is what is no number
                raise ValueError(f"{name}: {value:g} {unit} is outside {low:g}..{high:g}")

    @property
    def density_kg_m3(self) -> float:
        """Of the liquid. Raises ValueError for water outside 0..40 °C."""
        if self.liquid_kg_m3 is None:
            return water.water_kg_m3(self.temperature_c)
        return self.liquid_kg_m3

    @property
    def air_kg_m3(self) -> float:
        """Of the air around the scale."""
        return water.air_kg_m3(self.temperature_c, self.pressure_hpa, self.humidity_percent)

    @property
    def z_ul_per_mg(self) -> float:
        """Volume for each mg shown."""
        return water.z_ul_per_mg(self.density_kg_m3, self.air_kg_m3)


@dataclass(frozen=True)
class Run:
    """One delivery: steps counted at the pin, what the scale gained, from reading to reading."""

    steps: int
    mass_mg: float
    seconds: float


@dataclass(frozen=True)
class VolumeResult:
    """Volume per step, and that over the geometric one times a million, with its uncertainty."""

    pl_per_step: float
    calibration_ppm: int
    spread_ppm: int
    components: tuple[Component, ...]
    uncertainty: Uncertainty
    """In ppm."""

    @property
    def expanded_ppm(self) -> int:
        """Expanded uncertainty (95.45 %), rounded up."""
        return -int(-self.uncertainty.expanded // 1)


def volume_ul(run: Run, bench: Bench) -> float:
    """What a run delivered: mass and what evaporated of it, times Z."""
    lost_mg = bench.evaporation_mg_min * run.seconds / 60
    return (run.mass_mg + lost_mg) * bench.z_ul_per_mg


def calibrate(runs: Sequence[Run], bench: Bench, nominal_pl_per_step: int) -> VolumeResult:
    """Judge and evaluate the runs. Raises ImplausibleError, ValueError as `Bench.check`."""
    bench.check()
    if len(runs) < RUNS_MIN:
        todo = f"weigh at least {RUNS_MIN} deliveries"
        raise ImplausibleError("runs", f"{len(runs)} runs say nothing of the spread", todo)
    for number, run in enumerate(runs, 1):
        _judge_run(number, run, bench, nominal_pl_per_step)
    each_pl = [volume_ul(run, bench) * 1e6 / run.steps for run in runs]
    pl_per_step = mean(each_pl)
    spread_ppm = round(stdev(each_pl) / pl_per_step * PPM)
    if spread_ppm > SPREAD_MAX_PPM:
        raise ImplausibleError(
            "spread",
            f"the runs differ by {spread_ppm / 1e4:.2f} % (standard deviation); at most"
            f" {SPREAD_MAX_PPM / 1e4:g} %",
            "look for air in the line, a drop at the outlet, a loose container; then again",
        )
    calibration_ppm = round(pl_per_step / nominal_pl_per_step * PPM)
    low, high = CALIBRATION_PPM
    if not low <= calibration_ppm <= high:
        raise ImplausibleError(
            "geometry",
            f"{calibration_ppm} ppm of the container's geometry is outside {low}..{high}",
            "is this the container of the allotment, and nm_per_step or steps_per_revolution of"
            " board.toml (microsteps, pitch) that of the mechanism?",
        )
    components = _components(runs, bench, spread_ppm)
    uncertainty = combine(components)
    result = VolumeResult(pl_per_step, calibration_ppm, spread_ppm, components, uncertainty)
    if result.expanded_ppm > EXPANDED_MAX_PPM:
        raise ImplausibleError(
            "uncertainty",
            f"known to ±{result.expanded_ppm / 1e4:.2f} % only; at most"
            f" {EXPANDED_MAX_PPM / 1e4:g} %",
            "more runs, a larger volume, or a better scale",
        )
    return result


def _judge_run(number: int, run: Run, bench: Bench, nominal_pl_per_step: int) -> None:
    expected_ul = run.steps * nominal_pl_per_step / 1e6
    if expected_ul <= 0:
        raise ImplausibleError("steps", f"run {number}: nothing was delivered", "run it again")
    low, high = EXPECTED_PPM
    if not low <= round(volume_ul(run, bench) / expected_ul * PPM) <= high:
        raise ImplausibleError(
            "magnitude",
            f"run {number}: {run.mass_mg:g} mg where about {expected_ul:.4g} mg were expected",
            "masses are in mg; was the scale tared in between, or the outlet beside the beaker?",
        )
    digits = round(run.mass_mg / bench.resolution_mg)
    if digits < DIGITS_MIN:
        raise ImplausibleError(
            "resolution",
            f"run {number}: {run.mass_mg:g} mg is {digits} digits of this scale; at least"
            f" {DIGITS_MIN}",
            "deliver more in each run, or take a finer scale",
        )


def _components(runs: Sequence[Run], bench: Bench, spread_ppm: int) -> tuple[Component, ...]:
    """Standard uncertainties in ppm of the result. A scale's own error is the same in all runs."""
    mass_mg = mean(run.mass_mg for run in runs)
    lost_mg = bench.evaporation_mg_min * mean(run.seconds for run in runs) / 60
    half_digit_mg = bench.resolution_mg / 2
    return (
        Component("repeatability", spread_ppm / sqrt(len(runs)), len(runs) - 1),
        # Of two readings; not divided by the number of runs, for it may be the same in each.
        Component("resolution", sqrt(2) * rectangular(half_digit_mg) / mass_mg * PPM),
        Component("scale", rectangular(bench.scale_error_mg) / mass_mg * PPM),
        Component("temperature", _temperature_ppm(bench)),
        Component("air", _air_ppm(bench)),
        Component("evaporation", rectangular(_EVAPORATION_DOUBT * lost_mg) / mass_mg * PPM),
    )


def _temperature_ppm(bench: Bench) -> float:
    """Density of water by half a degree; of another liquid the same is assumed."""
    low, high = water.RANGE_C
    below = water.water_kg_m3(max(low, bench.temperature_c - _TEMPERATURE_STANDARD_C))
    above = water.water_kg_m3(min(high, bench.temperature_c + _TEMPERATURE_STANDARD_C))
    return abs(below - above) / 2 / water.water_kg_m3(bench.temperature_c) * PPM


def _air_ppm(bench: Bench) -> float:
    denser = water.z_ul_per_mg(bench.density_kg_m3, bench.air_kg_m3 * (1 + _AIR_STANDARD))
    return abs(denser / bench.z_ul_per_mg - 1) * PPM
