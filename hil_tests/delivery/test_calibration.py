"""Calibration finds what is wrong with a pump, within the uncertainty that it states (C9).

The bench's own error is declared for each test; scale and gauge are the test's.
"""

import math
from dataclasses import asdict

import pytest

from benchpump.bench.rig import Rig
from benchpump.commissioning import gravimetry, nominal, two_points
from benchpump.commissioning.delivering import deliver
from benchpump.commissioning.gravimetry import Bench, Run
from benchpump.commissioning.reading import sample
from benchpump.commissioning.two_points import Point
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.recipes import load_containers
from benchpump.testing.procedures import (
    ML_H,
    SYRINGE,
    TUBING,
    Fitted,
    allot,
    configure_in_service,
    propose,
    until,
)
from benchpump.testing.targets import RigMaker

RUNS = 3
RATE_NL_H = 200 * ML_H
DRY = Bench(22.0, 0.1, 0.1)
DAMP = Bench(22.0, 1.0, 1.0, evaporation_mg_min=3.0)
PA_PER_1000_CODES = 60_000
# The same figures in the plant: a roller lets so much slip at the pressure of that rate.
RESISTANCE_PA_S_PER_NL = 0.1
SLIP_PER_PA = 0.05 / 100_000


def mass_shown_mg(rig: Rig, bench: Bench, since_ms: float) -> float:
    """What a scale under the outlet shows: buoyancy, evaporation, whole digits."""
    minutes = (rig.clock.now_ms() - since_ms) / 60_000
    mass_mg = rig.truth.delivered_nl / 1000 / bench.z_ul_per_mg
    mass_mg -= bench.evaporation_mg_min * minutes
    return round(mass_mg / bench.resolution_mg) * bench.resolution_mg


def weigh(rig: Rig, pump: Pump, steps: int, pl_per_step: int, bench: Bench) -> list[Run]:
    """Play is taken up, then the runs, from reading to reading."""
    since_ms = rig.clock.now_ms()
    deliver(pump, steps // 20, pl_per_step, RATE_NL_H)
    made: list[Run] = []
    rig.clock.sleep_ms(5000)
    before_mg, read_ms = mass_shown_mg(rig, bench, since_ms), rig.clock.now_ms()
    for _ in range(RUNS):
        delivered = deliver(pump, steps, pl_per_step, RATE_NL_H)
        rig.clock.sleep_ms(5000)
        after_mg, now_ms = mass_shown_mg(rig, bench, since_ms), rig.clock.now_ms()
        made.append(Run(delivered.steps, after_mg - before_mg, (now_ms - read_ms) / 1000))
        before_mg, read_ms = after_mg, now_ms
    return made


@pytest.mark.requirement("REQ-CALIBRATE-1")
@pytest.mark.parametrize(("error_ppm", "bench"), [(-50_000, DAMP), (50_000, DRY)])
def test_volume_per_step(make_rig: RigMaker, error_ppm: int, bench: Bench) -> None:
    """A pump that is off by up to 5 %: the result is off by less than it says, and put in force
    the next allotment delivers what it counts."""
    rig = make_rig(calibration_error_ppm=error_ppm)
    fitted = SYRINGE if rig.pump == "syringe" else TUBING
    with rig.connect() as pump:
        until(pump, State.IDLE)
        proposed = allot(rig, pump, 9000)
        nominal_pl = proposed.pl_per_step  # as yet nothing is calibrated
        steps = 9600  # of the peristaltic head three turns
        result = gravimetry.calibrate(
            weigh(rig, pump, steps, nominal_pl, bench), bench, nominal_pl
        )
        geometric_pl = (
            math.pi / 4 * (fitted.inner_diameter_um / 1000) ** 2 * 625
            if rig.pump == "syringe"
            else fitted.tubing_nl_per_revolution / 3200 * 1000
        )
        slip = 0.0
        if rig.pump == "peristaltic":
            slip = SLIP_PER_PA * RESISTANCE_PA_S_PER_NL * RATE_NL_H / 3600
        true_pl = geometric_pl * (1 + error_ppm / 1e6) * (1 - slip)
        true_ppm = true_pl / nominal_pl * 1e6
        assert abs(result.calibration_ppm - true_ppm) <= result.expanded_ppm
        assert result.expanded_ppm < 10_000
        configure_in_service(rig, pump, calibration_ppm=result.calibration_ppm)
        renewed = allot(rig, pump, 9000)
        before_nl = rig.truth.delivered_nl
        deliver(pump, steps, renewed.pl_per_step, RATE_NL_H)
        rig.clock.sleep_ms(5000)
        said_nl = steps * renewed.pl_per_step / 1000
        assert rig.truth.delivered_nl - before_nl == pytest.approx(
            said_nl, rel=result.expanded_ppm / 1e6
        )


@pytest.mark.requirement("REQ-CALIBRATE-1")
@pytest.mark.parametrize(("zero_code", "gain"), [(310, 57_000), (505, 64_500)])
def test_pressure(make_rig: RigMaker, zero_code: int, gain: int) -> None:
    """A sensor whose zero and gain are not those of the board: both are found within what is
    said, and the pump then reads ambient as such."""
    rig = make_rig(
        calibration_error_ppm=0,
        pressure_zero_code=float(zero_code),
        pressure_pa_per_1000_codes=float(gain),
    )
    with rig.connect() as pump:
        until(pump, State.IDLE)
        points: list[Point] = []
        for pressure_pa, error_pa in ((0.0, 100.0), (40_000.0, 200.0)):
            raised = rig.inject("downstream", "back_pressure", pa=pressure_pa)
            rig.clock.sleep_ms(20_000)
            codes = [sensed.pressure for sensed in sample(pump, 40)]
            known = tuple(code for code in codes if code is not None)
            points.append(Point(known, pressure_pa, error_pa))
            raised.clear()
        result = two_points.calibrate(*points, PA_PER_1000_CODES)
        assert abs(result.zero_code - zero_code) * gain / 1000 <= result.zero.expanded
        true_ppm = gain / PA_PER_1000_CODES * 1e6
        assert abs(result.gain_ppm - true_ppm) <= result.gain.expanded
        assert result.gain.expanded < 20_000
        assert result.board_is_off
        configure_in_service(rig, pump, pressure_zero_code=result.zero_code)
        rig.clock.sleep_ms(20_000)
        shown_pa = pump.status().pressure_pa
        assert shown_pa is not None
        assert abs(shown_pa) <= result.zero.expanded + 3 * 2 * gain / 1000  # and its noise


@pytest.mark.requirement("REQ-CALIBRATE-1")
def test_the_cap_holds_while_calibrating(rig: Rig, pump: Pump) -> None:
    """What goes into the beaker is debited like every other volume (C2)."""
    proposed = allot(rig, pump, 1000)
    debited = pump.status().debited_steps
    delivered = deliver(pump, 3200, proposed.pl_per_step, RATE_NL_H)
    assert asdict(delivered)["steps"] == 3200 == rig.truth.forward_steps
    assert pump.status().debited_steps == debited + 3200
    assert pump.status().cap_left_steps == proposed.cap_steps - 3200


@pytest.mark.requirement("REQ-CALIBRATE-1")
def test_the_geometry_is_the_pumps_own(rig: Rig, pump: Pump) -> None:
    """What a result is compared with is what the firmware starts from, for every container."""
    board = nominal.board_of(pump.idn())
    mine = [container for container in load_containers() if container.pump == rig.pump]
    assert mine
    for one in mine:
        fitted = Fitted(
            one.number,
            one.capacity_nl // 1000,
            one.compliance_nl_per_kpa,
            one.pressure_max_pa,
            one.inner_diameter_um,
            one.nl_per_revolution,
        )
        assert propose(pump, 10, fitted).pl_per_step == nominal.pl_per_step(board, one)
