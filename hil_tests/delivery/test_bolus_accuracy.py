"""Accuracy of boluses (IEC 60601-2-24): 25 in a row at the smallest and at the largest setting."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import Flag, State
from benchpump.testing.procedures import FIELD, ML_H, allot, start_constant, until
from benchpump.testing.safety import measured
from benchpump.testing.verdict import SUMMARY

IN_A_ROW = 25
BASAL_NL_H = 1000
PRIME_NL = 100_000  # the plunger slides, the rollers are wet
SETTLES_MS = 5_000  # many times the line's time constant


@dataclass(frozen=True)
class Setting:
    """A bolus, and what the mechanism may do to it (own): mean and worst of 25 in %."""

    volume_nl: int
    rate_nl_h: int
    mean_percent: float
    worst_percent: float


# The smallest is the protocol's; of the largest 25 just fit into container and window.
SETTINGS = {
    "smallest": {
        "syringe": Setting(1_000, 60 * ML_H, 6, 20),
        "peristaltic": Setting(1_000, 60 * ML_H, 12, 80),
    },
    "largest": {
        "syringe": Setting(380_000, 200 * ML_H, 0.05, 0.2),
        "peristaltic": Setting(1_900_000, 200 * ML_H, 0.4, 0.7),
    },
}


def set_up(rig: Rig, pump: Pump) -> None:
    """As many boluses as a pump may be set to give, in a window that holds them."""
    rig.set_jumper(True)
    pump.service(True)
    for name, value in (
        ("bolus_count", FIELD["bolus_count"].max),
        ("bolus_lockout_minutes", FIELD["bolus_lockout_minutes"].min),
        ("window_minutes", FIELD["window_minutes"].min),
    ):
        pump.config_set(FIELD[name].index, value)
    pump.config_commit()
    rig.set_jumper(False)
    until(pump, State.IDLE)


@pytest.mark.long
@pytest.mark.requirement("REQ-TRUMPET-2")
@pytest.mark.bench(calibration_error_ppm=0, syringe={"capacity_nl": 12e6, "fill_nl": 12e6})
@pytest.mark.parametrize("which", list(SETTINGS))
def test_twenty_five_in_a_row(
    rig: Rig, pump: Pump, which: str, record_property: Callable[[str, object], None]
) -> None:
    """Outflow of each, less the program's share: the mean and the worst stay in their bounds."""
    setting = SETTINGS[which][rig.pump]
    set_up(rig, pump)
    allot(rig, pump, 12_000 if rig.pump == "syringe" else 50_000)
    pump.start(pump.prime(PRIME_NL, 60 * ML_H).token)
    until(pump, State.IDLE)
    start_constant(pump, BASAL_NL_H, 12 * 3600, on_host_loss="STANDALONE")
    hour_ms = 3_600_000
    volumes: list[float] = []
    for number in range(IN_A_ROW):
        if number and number % FIELD["bolus_count"].max == 0:
            rig.clock.sleep_ms(hour_ms)
        began_nl, began_ms = rig.truth.delivered_nl, rig.clock.now_ms()
        pump.start(pump.bolus(setting.volume_nl, setting.rate_nl_h).token)
        pump.wait(lambda status: Flag.BOLUS not in status.flags, timeout_s=600, poll_s=0.5)
        rig.clock.sleep_ms(SETTLES_MS)
        took_ms = rig.clock.now_ms() - began_ms
        basal_nl = BASAL_NL_H * took_ms / hour_ms
        volumes.append(rig.truth.delivered_nl - began_nl - basal_nl)
        rig.clock.sleep_ms(max(0.0, 61_000 - took_ms))
    mean, worst = measured.errors_percent(volumes, setting.volume_nl)
    measured.keep(
        "bolus",
        f"{rig.pump}_{which}",
        {"pump": rig.pump, "set_nl": setting.volume_nl, "volumes_nl": volumes}
        | {"mean_percent": mean, "worst_percent": worst},
    )
    record_property(
        SUMMARY,
        f"25 boluses of {setting.volume_nl / 1000:g} uL, {rig.pump}: mean {mean:+.2f} % (limit"
        f" {setting.mean_percent:g}), worst {worst:+.2f} % (limit {setting.worst_percent:g})",
    )
    assert abs(mean) <= setting.mean_percent
    assert abs(worst) <= setting.worst_percent
