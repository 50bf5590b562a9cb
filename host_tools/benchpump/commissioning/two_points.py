"""Zero and gain of the pressure sensor by two known pressures: result, uncertainty, refusals.

Pressures in Pa against ambient, codes of the 12-bit converter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev

from benchpump.commissioning.budget import Component, Uncertainty, combine, rectangular
from benchpump.commissioning.implausible import ImplausibleError

SAMPLES_MIN = 20
# As docs/requirements.toml REQ-ADC-1: a working input has noise of 1 to 20 codes.
NOISE_CODES = (0.2, 20.0)
# Own: the lowest occlusion threshold there is (2 psi) lies inside such a span.
SPAN_MIN_PA = 20_000
# protocol.toml [[config]] pressure_zero_code.
ZERO_CODES = (100, 1000)
# Own, as for the volume: further off it is another sensor than board.toml says, or another unit.
GAIN_PPM = (900_000, 1_100_000)
# Own: 1.5 % of the default threshold, and a tenth of the lowest.
EXPANDED_MAX_PA = 1_000
# Own: known no better than this, a gain says nothing of whether it is within GAIN_PPM.
GAIN_EXPANDED_MAX_PPM = 100_000
# Own: beyond, and beyond its own uncertainty, board.toml is to be changed.
GAIN_TOLD_PPM = 20_000
PPM = 1_000_000


@dataclass(frozen=True)
class Point:
    """Codes read while the pressure was known; `error_pa`: the most it may have been off."""

    codes: tuple[int, ...]
    pressure_pa: float
    error_pa: float

    @property
    def code(self) -> float:
        """Their mean."""
        return mean(self.codes)

    @property
    def noise_codes(self) -> float:
        """Their standard deviation."""
        return stdev(self.codes)


@dataclass(frozen=True)
class PressureResult:
    """Code at ambient, gain in Pa per 1000 codes, that over board.toml's in ppm; uncertainties."""

    zero_code: int
    pa_per_1000_codes: int
    gain_ppm: int
    zero: Uncertainty
    """In Pa."""
    gain: Uncertainty
    """In ppm."""

    @property
    def board_is_off(self) -> bool:
        """Whether the gain in board.toml is to be changed."""
        off = abs(self.gain_ppm - PPM)
        return off > GAIN_TOLD_PPM and off > self.gain.expanded


def calibrate(zero: Point, known: Point, board_pa_per_1000_codes: int) -> PressureResult:
    """Judge both points and evaluate them. Raises ImplausibleError."""
    for name, point in (("ambient", zero), ("known pressure", known)):
        _judge_point(name, point)
    span_pa = known.pressure_pa - zero.pressure_pa
    if span_pa < SPAN_MIN_PA:
        raise ImplausibleError(
            "span",
            f"the points are {span_pa / 1e3:.3f} kPa apart; at least {SPAN_MIN_PA / 1e3:g} kPa",
            "a higher column or more pressure, below the occlusion threshold",
        )
    rise = known.code - zero.code
    if rise <= 0:
        raise ImplausibleError(
            "sign",
            f"with {span_pa / 1e3:.1f} kPa more the code went from {zero.code:.0f} to"
            f" {known.code:.0f}",
            "the sensor's outputs are crossed, or it is not on the line that was pressed",
        )
    pa_per_code = span_pa / rise
    gain_ppm = round(pa_per_code * 1000 / board_pa_per_1000_codes * PPM)
    low, high = GAIN_PPM
    if not low <= gain_ppm <= high:
        raise ImplausibleError(
            "gain",
            f"{pa_per_code * 1000:.0f} Pa for 1000 codes is {gain_ppm} ppm of board.toml's"
            f" {board_pa_per_1000_codes}, outside {low}..{high}",
            "is this sensor the one of board.toml, and the pressure in the unit that was typed?",
        )
    zero_code = round(zero.code - zero.pressure_pa / pa_per_code)
    low, high = ZERO_CODES
    if not low <= zero_code <= high:
        raise ImplausibleError(
            "zero",
            f"code {zero_code} at ambient is outside {low}..{high}",
            "is the line open, and the sensor's divider the one of board.toml?",
        )
    at_zero = combine(_zero_components(zero, pa_per_code))
    if at_zero.expanded > EXPANDED_MAX_PA:
        raise ImplausibleError(
            "uncertainty",
            f"ambient is known to ±{at_zero.expanded:.0f} Pa only; at most {EXPANDED_MAX_PA} Pa",
            "level the line with the sensor, and keep it still",
        )
    gain = combine(_gain_components(zero, known, pa_per_code, span_pa))
    if gain.expanded > GAIN_EXPANDED_MAX_PPM:
        raise ImplausibleError(
            "uncertainty",
            f"the gain is known to ±{gain.expanded / 1e4:.1f} % only; at most"
            f" {GAIN_EXPANDED_MAX_PPM / 1e4:g} %",
            "a higher pressure, or a better gauge",
        )
    return PressureResult(zero_code, round(pa_per_code * 1000), gain_ppm, at_zero, gain)


def _judge_point(name: str, point: Point) -> None:
    if len(point.codes) < SAMPLES_MIN:
        raise ImplausibleError(
            "samples", f"{name}: {len(point.codes)} readings", "the pump was not read often enough"
        )
    if min(point.codes) < 0:
        todo = "check the sensor's supply and wires: benchpump bringup wiring"
        raise ImplausibleError("silent", f"{name}: the sensor did not always answer", todo)
    low, high = NOISE_CODES
    if not low <= point.noise_codes <= high:
        raise ImplausibleError(
            "noise",
            f"{name}: the codes vary by {point.noise_codes:.2f} (standard deviation), a working"
            f" input by {low:g} to {high:g}",
            "less: the input is stuck; more: shield its wires, keep the line still",
        )


def _zero_components(zero: Point, pa_per_code: float) -> Sequence[Component]:
    return (*_point_components(zero, pa_per_code), _rounding(pa_per_code))


def _gain_components(
    zero: Point, known: Point, pa_per_code: float, span_pa: float
) -> Sequence[Component]:
    both = (*_point_components(zero, pa_per_code), *_point_components(known, pa_per_code))
    return [Component(c.name, c.standard / span_pa * PPM, c.freedom) for c in both]


def _point_components(point: Point, pa_per_code: float) -> Sequence[Component]:
    """In Pa: scatter of the readings, what the reference may be off, a digit of the converter."""
    count = len(point.codes)
    scatter = point.noise_codes / sqrt(count) * pa_per_code
    return (
        Component("scatter", scatter, count - 1),
        Component("reference", rectangular(point.error_pa)),
        Component("digit", rectangular(0.5) * pa_per_code),
    )


def _rounding(pa_per_code: float) -> Component:
    return Component("rounding", rectangular(0.5) * pa_per_code)
