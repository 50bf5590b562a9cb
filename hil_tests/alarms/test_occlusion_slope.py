"""Occlusion by slope: trips early in a shut line, and over nothing else (GIP 1.10.3)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, PumpNeedsJumperError, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import (
    FIELD,
    ML_H,
    TICKS_PER_S,
    allot,
    fitted_to,
    latched,
    start,
    start_constant,
    until,
)

SLOPE = FIELD["occlusion_pa_per_ul"]
THRESHOLD_PA = FIELD["occlusion_pa"].default
LOW_NL, HIGH_NL = 61_300, 43_700  # displaced while the outlet hangs low and high
PASS_NL = 55_000  # of the peristaltic bench, over which its slope is taken


def shut(rig: Rig) -> int:
    """The largest limit in Pa/uL that a shut line can reach: 1 kPa for each `compliance` nL."""
    return (1_000_000 - 1) // fitted_to(rig).compliance_nl_per_kpa


def half_shut(rig: Rig) -> int:
    """Half of what a shut line gives, in Pa/uL."""
    return shut(rig) // 2


def half_shut_trips_within_nl(rig: Rig) -> float:
    """Displaced volume in which a limit of half a shut line's slope must have tripped.

    Two stretches of an eighth of what the line stores up to the threshold, and what was begun; on
    the peristaltic pump the first whole roller pass since the start, and an eighth.
    """
    if rig.pump == "peristaltic":
        return PASS_NL * 9 / 8
    return 3 / 8 * THRESHOLD_PA * fitted_to(rig).compliance_nl_per_kpa / 1000


def set_slope(pump: Pump, limit_pa_per_ul: int) -> None:
    """Set the limit; from 0 that narrows."""
    pump.config_set(SLOPE.index, limit_pa_per_ul)
    pump.config_commit()
    until(pump, State.IDLE)


@pytest.mark.requirement("REQ-OCCLUSION-4")
@pytest.mark.parametrize("rate_ml_h", [1, 5, 36])
def test_trips_below_the_threshold(rig: Rig, pump: Pump, rate_ml_h: int) -> None:
    """A shut line trips by its slope well below the threshold, and is relieved."""
    set_slope(pump, half_shut(rig))
    allot(rig, pump)
    start_constant(pump, rate_ml_h * ML_H, 600)
    rig.clock.sleep_ms(10_000)
    rig.inject("downstream", "occluded")
    displaced_nl = rig.truth.displaced_nl
    until(pump, State.RELIEVING, State.ALARM)
    displaced_nl = rig.truth.displaced_nl - displaced_nl
    alarm = pump.alarms()[0]
    assert alarm.info.name == "OCCLUSION_SLOPE"
    assert alarm.limit == half_shut(rig)
    assert half_shut(rig) <= alarm.value <= 1.1 * shut(rig)
    within_nl = half_shut_trips_within_nl(rig) + rate_ml_h * ML_H / 3600
    assert displaced_nl <= within_nl
    print(f"slope at {rate_ml_h} mL/h: {displaced_nl:.0f} nL displaced, limit {within_nl:.0f}")
    until(pump, State.ALARM)
    assert rig.truth.reverse_steps > 0


@pytest.mark.requirement("REQ-OCCLUSION-4")
@pytest.mark.bench(compliance_nl_per_kpa=1600, calibration_error_ppm=0)
@pytest.mark.parametrize(("limit", "trips"), [(600, True), (650, False)])
def test_slope_beside_the_limit(rig: Rig, pump: Pump, limit: int, trips: bool) -> None:
    """A rise of 625 Pa/uL trips a limit of 600; at 650 only the threshold stops the pump."""
    set_slope(pump, limit)
    allot(rig, pump)
    start_constant(pump, 10 * ML_H, 200)
    rig.clock.sleep_ms(5_000)
    rig.inject("downstream", "occluded")
    until(pump, State.RELIEVING, State.ALARM)
    assert latched(pump)[0] == ("OCCLUSION_SLOPE" if trips else "OCCLUSION_DOWNSTREAM")


@pytest.mark.requirement("REQ-OCCLUSION-5")
@pytest.mark.parametrize(
    ("pa", "rate_ml_h", "part"),
    [
        (13_330, 5, 5),
        pytest.param(-13_330, 5, 5, marks=pytest.mark.long),
        pytest.param(13_330, 36, 3, marks=pytest.mark.long),
        (-13_330, 36, 3),
        (5_000, 36, 2),
    ],
)
def test_a_raised_outlet_is_no_occlusion(
    rig: Rig, pump: Pump, pa: int, rate_ml_h: int, part: int
) -> None:
    """Back pressure that comes and goes at once, as IEC has it, is a step and not a slope.

    Wherever stretch or pass stand, with a limit of this part of what a shut line gives.
    """
    set_slope(pump, shut(rig) // part)
    allot(rig, pump)
    rate = rate_ml_h * ML_H
    start_constant(pump, rate, 6 * (LOW_NL + HIGH_NL) * 3600 / rate, on_host_loss="STANDALONE")
    for _ in range(5):
        rig.clock.sleep_ms(LOW_NL * 3_600_000 // rate)
        raised = rig.inject("downstream", "back_pressure", pa=pa)
        rig.clock.sleep_ms(HIGH_NL * 3_600_000 // rate)
        raised.clear()
    until(pump, State.FINISHED, State.ALARM)
    assert latched(pump) == ["END_OF_INFUSION"]


def rate_changes(repeats: int) -> list[Segment]:
    """Steps up and down over the whole range, ramps, a bolus, and pauses between."""
    segments: list[Segment] = []
    for _ in range(repeats):
        segments += [
            Segment.constant(ML_H // 10, 60 * TICKS_PER_S),
            Segment.constant(300 * ML_H, 3 * TICKS_PER_S),
            Segment.constant(ML_H, 60 * TICKS_PER_S),
            Segment.ramp(0, 200 * ML_H, 4 * TICKS_PER_S),
            Segment.ramp(200 * ML_H, 5 * ML_H, TICKS_PER_S),
            Segment.hold(5 * TICKS_PER_S),
            Segment.bolus(100_000, 150 * ML_H),
            Segment.constant(20 * ML_H, 30 * TICKS_PER_S),
        ]
    return segments


@pytest.mark.long
@pytest.mark.requirement("REQ-OCCLUSION-5")
@pytest.mark.parametrize(
    "codes_per_s",
    [-0.02, 0, 0.02],
)
def test_rate_changes_noise_and_drift_do_not_trip(
    rig: Rig, pump: Pump, codes_per_s: float
) -> None:
    """Every kind of rate change, with noise and a drift of 4 kPa an hour, runs to its end."""
    set_slope(pump, half_shut(rig))
    allot(rig, pump)
    if codes_per_s:
        rig.inject("pressure_sensor", "drift", codes_per_s=codes_per_s)
    start(pump, rate_changes(6))
    until(pump, State.FINISHED, State.ALARM, timeout_s=3600)
    assert latched(pump) == ["END_OF_INFUSION"]


@pytest.mark.requirement("REQ-OCCLUSION-4")
@pytest.mark.pump("peristaltic", reason="about whole roller passes")
def test_what_a_pass_cannot_show_below_the_threshold_is_disabled(rig: Rig, pump: Pump) -> None:
    """55 uL at the limit and 6.875 uL in a shut line must be less than the threshold's 30 kPa.

    With 1000 nL/kPa, 6875 Pa for the latter: 420 Pa/uL leaves 25 Pa, 421 is 30 Pa too much.
    """
    pump.config_set(FIELD["occlusion_pa"].index, 30_000)
    for limit, able in ((419, True), (420, True), (421, False)):
        rig.set_jumper(True)
        rig.clock.sleep_ms(100)
        pump.service(True)
        pump.config_set(SLOPE.index, limit)
        pump.config_commit()
        rig.set_jumper(False)
        until(pump, State.IDLE)
        allot(rig, pump)
        assert (pump.selftest().names("disabled") == ()) == able


@pytest.mark.long
@pytest.mark.requirement("REQ-OCCLUSION-5")
@pytest.mark.parametrize("rate_nl_h", [100_000, 400_000])
def test_a_day_of_noise_and_drift_does_not_trip(rig: Rig, pump: Pump, rate_nl_h: int) -> None:
    """24 h at a low rate while the zero drifts by 5 kPa."""
    set_slope(pump, half_shut(rig))
    allot(rig, pump)
    rig.inject("pressure_sensor", "drift", codes_per_s=0.001)
    start_constant(pump, rate_nl_h, 86_400, on_host_loss="STANDALONE")
    until(pump, State.FINISHED, State.ALARM, timeout_s=90_000, poll_s=60)
    assert latched(pump) == ["END_OF_INFUSION"]


@pytest.mark.requirement("REQ-OCCLUSION-4")
def test_disabled_is_said_and_takes_the_jumper(rig: Rig, pump: Pump) -> None:
    """At 0 it is listed by ARM, self-test and status; likewise where no line can reach it."""
    reached = shut(rig)
    for limit, able in ((0, False), (reached, True), (reached + 1, False)):
        if limit:
            rig.set_jumper(True)
            rig.clock.sleep_ms(100)
            pump.service(True)
            pump.config_set(SLOPE.index, limit)
            pump.config_commit()
            rig.set_jumper(False)
            until(pump, State.IDLE)
        allot(rig, pump)
        assert (pump.selftest().names("disabled") == ()) == able
        pump.load([Segment.constant(ML_H, 100)])
        assert (pump.arm("FRESH").disabled == ()) == able
        assert Flag.DEGRADED in pump.status().flags
        pump.disarm()
    for wider in (0, reached + 2):
        with pytest.raises(PumpNeedsJumperError):
            pump.config_set(SLOPE.index, wider)
    pump.config_set(SLOPE.index, reached)
