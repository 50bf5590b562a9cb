"""Occlusion as IEC 60601-2-24 has it measured: pressure at the trip, time to it, bolus freed."""

from collections.abc import Callable

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.testing.procedures import FIELD, ML_H, allot, fitted_to, start_constant, until
from benchpump.testing.safety import measured
from benchpump.testing.verdict import SUMMARY

THRESHOLD = FIELD["occlusion_pa"]
RATE_NL_H = {
    "intermediate": {"syringe": 5 * ML_H, "peristaltic": 25 * ML_H},
    "minimum": {"syringe": ML_H // 10, "peristaltic": ML_H // 10},
}
RELIEF_NL = 200_000  # the most that a back-off may be set to
NOISE_PA = 1000  # what filtered pressure and true pressure may differ by
DIP_NL = {"syringe": 0, "peristaltic": 5_775}  # what a release of the rollers takes back
SUCKED_NL = 1_000  # a back-off that ends a little below ambient draws this much in
FREED_NL = 100_000  # goal where compliance x trip is at most 0.3 mL (ECRI)


@pytest.mark.requirement("REQ-OCCLUSION-6", "REQ-OCCLUSION-2", "REQ-OCCLUSION-3")
@pytest.mark.parametrize("threshold_pa", [THRESHOLD.min, THRESHOLD.max], ids=["lowest", "highest"])
@pytest.mark.parametrize(
    "which", ["intermediate", pytest.param("minimum", marks=pytest.mark.long)]
)
def test_pressure_time_and_bolus(
    rig: Rig,
    pump: Pump,
    which: str,
    threshold_pa: int,
    record_property: Callable[[str, object], None],
) -> None:
    """The outlet shut in mid-run and opened after the alarm: the three figures and their limits.

    Time: what the line stores up to the threshold, and a second, at the rate; on rollers with what
    slips back at that pressure (5 % at 100 kPa) and a release more.
    """
    rate_nl_h = RATE_NL_H[which][rig.pump]
    set_limits(rig, pump, threshold_pa)
    allot(rig, pump)
    seconds = min(4 * 3600, 8 * ML_H * 3600 // rate_nl_h)
    start_constant(pump, rate_nl_h, seconds, on_host_loss="STANDALONE")
    rig.clock.sleep_ms(120_000)
    line = rig.inject("downstream", "occluded")
    since_ms, stored_nl = rig.clock.now_ms(), rig.truth.stored_nl
    until(pump, State.RELIEVING, State.ALARM, timeout_s=4 * 3600)
    took_s = (rig.clock.now_ms() - since_ms) / 1000
    compliance = fitted_to(rig).compliance_nl_per_kpa
    trip_pa = rig.truth.stored_nl / compliance * 1000
    until(pump, State.ALARM)
    rig.clock.sleep_ms(5_000)
    delivered_nl = rig.truth.delivered_nl
    line.clear()
    rig.clock.sleep_ms(60_000)
    freed_nl = rig.truth.delivered_nl - delivered_nl
    slips = 1.05 if rig.pump == "peristaltic" else 1.0
    to_store_nl = compliance * threshold_pa / 1000 * slips + DIP_NL[rig.pump]
    limit_s = to_store_nl * 3600 / rate_nl_h + 1
    measured.keep(
        "occlusion",
        f"{rig.pump}_{rate_nl_h}_{threshold_pa}",
        {"pump": rig.pump, "rate_nl_h": rate_nl_h, "threshold_pa": threshold_pa}
        | {"stored_before_nl": stored_nl, "trip_pa": trip_pa}
        | {"to_alarm_s": took_s, "to_alarm_limit_s": limit_s}
        | {"freed_nl": freed_nl, "freed_limit_nl": FREED_NL},
    )
    record_property(
        SUMMARY,
        f"occlusion, {rig.pump}, {rate_nl_h / ML_H:g} mL/h, {threshold_pa / 1000:g} kPa: trip at"
        f" {trip_pa / 1000:.1f} kPa after {took_s:.1f} s (limit {limit_s:.1f}), freed"
        f" {freed_nl / 1000:.1f} uL (limit {FREED_NL / 1000:g})",
    )
    within_a_tick_pa = rate_nl_h / 72_000 / compliance * 1000
    assert abs(trip_pa - threshold_pa) <= NOISE_PA + 5 * within_a_tick_pa
    assert took_s <= limit_s
    assert -SUCKED_NL <= freed_nl <= FREED_NL


def set_limits(rig: Rig, pump: Pump, threshold_pa: int) -> None:
    """The threshold, and a back-off as large as it may be."""
    rig.set_jumper(True)
    pump.service(True)
    pump.config_set(THRESHOLD.index, threshold_pa)
    pump.config_set(FIELD["relief_nl"].index, RELIEF_NL)
    pump.config_commit()
    rig.set_jumper(False)
    until(pump, State.IDLE)
