"""Pressure zero and gain by two points: arithmetic, and every limit from both sides."""

from math import sqrt

import pytest

from benchpump.commissioning.implausible import ImplausibleError
from benchpump.commissioning.two_points import (
    EXPANDED_MAX_PA,
    GAIN_EXPANDED_MAX_PPM,
    GAIN_PPM,
    SAMPLES_MIN,
    SPAN_MIN_PA,
    ZERO_CODES,
    Point,
    calibrate,
)
from benchpump.link.sensed import Sensed

GAIN = 60_000


def point(code: float, pressure_pa: float, error_pa: float = 100.0, count: int = 40) -> Point:
    """Codes around one, two apart, as many below as above."""
    whole = int(code)
    above = round((code - whole) * count)
    codes = [whole + 1 + (1 if at % 2 else -1) for at in range(above)]
    codes += [whole + (1 if at % 2 else -1) for at in range(count - above)]
    return Point(tuple(codes), pressure_pa, error_pa)


def reason(zero: Point, known: Point, gain: int = GAIN) -> str:
    """Why it is refused, nothing where it is not."""
    try:
        calibrate(zero, known, gain)
    except ImplausibleError as error:
        assert error.todo
        return error.reason
    return ""


def test_zero_and_gain() -> None:
    """50 kPa over 800 codes are 62500 Pa for 1000, 41667 ppm above board.toml."""
    result = calibrate(point(420, 0), point(1220, 50_000), GAIN)
    assert (result.zero_code, result.pa_per_1000_codes) == (420, 62_500)
    assert result.gain_ppm == 1_041_667
    assert result.board_is_off
    assert 100 < result.zero.expanded < 200
    assert 2000 < result.gain.expanded < 6000


def test_a_zero_that_is_not_at_ambient() -> None:
    """Taken at 5 kPa, the code at ambient is reckoned back."""
    assert calibrate(point(500, 6_000), point(1300, 54_000), GAIN).zero_code == 400


def test_a_small_deviation_is_not_told() -> None:
    """Within 2 % board.toml stays."""
    assert not calibrate(point(420, 0), point(1237, 50_000), GAIN).board_is_off


@pytest.mark.requirement("REQ-CALIBRATE-3")
def test_span() -> None:
    """20 kPa apart, to a pascal."""
    for pa, wanted in ((-1, "span"), (0, ""), (1, "")):
        span_pa = SPAN_MIN_PA + pa
        assert reason(point(420, 0), point(420 + span_pa / 60, span_pa)) == wanted


@pytest.mark.requirement("REQ-CALIBRATE-3")
def test_sign() -> None:
    """A code that falls, or stands, under pressure."""
    for code, wanted in ((419, "sign"), (420, "sign"), (1253, "")):
        assert reason(point(420, 0), point(code, 50_000)) == wanted


@pytest.mark.requirement("REQ-CALIBRATE-3")
@pytest.mark.parametrize("limit", GAIN_PPM)
def test_gain(limit: int) -> None:
    """±10 % of board.toml's, to a ppm."""
    outwards = 1 if limit > 1_000_000 else -1
    for beyond, wanted in ((-1, ""), (0, ""), (1, "gain")):
        pa = 800 * GAIN / 1000 * (limit + beyond * outwards) / 1e6
        assert reason(point(420, 0), point(1220, pa)) == wanted


@pytest.mark.requirement("REQ-CALIBRATE-3")
@pytest.mark.parametrize("limit", ZERO_CODES)
def test_zero(limit: int) -> None:
    """What the configuration takes, to a code."""
    outwards = 1 if limit > 500 else -1
    for beyond, wanted in ((-1, ""), (0, ""), (1, "zero")):
        code = limit + beyond * outwards
        assert reason(point(code, 0), point(code + 800, 48_000)) == wanted


@pytest.mark.requirement("REQ-CALIBRATE-3")
def test_noise_and_readings() -> None:
    """An input that stands still, one that is wild, too few readings."""
    known = point(1220, 48_000)
    assert reason(Point((420,) * 40, 0, 100), known) == "noise"
    assert reason(Point((400, 440) * 20, 0, 100), known) == "noise"
    assert reason(Point((401, 439) * 20, 0, 100), known) == ""
    for count, wanted in ((SAMPLES_MIN - 2, "samples"), (SAMPLES_MIN, ""), (SAMPLES_MIN + 2, "")):
        assert reason(point(420, 0, count=count), known) == wanted


@pytest.mark.requirement("REQ-CALIBRATE-3")
def test_uncertainty_of_the_zero() -> None:
    """A line that may lie far above the sensor: no zero."""
    outcomes = [
        reason(point(420, 0, error_pa), point(1220, 48_000))
        for error_pa in (0.85 * EXPANDED_MAX_PA, 0.87 * EXPANDED_MAX_PA)
    ]
    assert outcomes == ["", "uncertainty"]


@pytest.mark.requirement("REQ-CALIBRATE-3")
def test_uncertainty_of_the_gain() -> None:
    """A gauge that may be off by as much as the gain: within ±10 % by chance, and refused."""
    outcomes = [
        reason(point(420, 0), point(1220, 48_000, sqrt(3) / 2 * ppm * 48_000 / 1e6))
        for ppm in (0.98 * GAIN_EXPANDED_MAX_PPM, 1.00 * GAIN_EXPANDED_MAX_PPM)
    ]
    assert outcomes == ["", "uncertainty"]


@pytest.mark.requirement("REQ-CALIBRATE-3")
def test_a_reading_without_an_answer() -> None:
    """One is enough: near the lowest zero it would pass for noise."""
    codes = (99, 101) * 20
    known = point(900, 48_000)
    assert reason(Point(codes, 0, 100), known) == ""
    assert reason(Point((*codes, Sensed.NO_ANSWER), 0, 100), known) == "silent"
