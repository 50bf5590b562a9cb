"""Occlusion by slope stays quiet over a day in which everything changes."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.testing.endurance.course import Operator, Plan
from benchpump.testing.procedures import FIELD, fitted_to, until

DAY_S = 86_400
HOUR_S = 3600
SENSOR_CODES_PER_K = 4
"""Own: 0.1 % of a converter's range for each kelvin, a cheap sensor without compensation."""


def fastest(kelvin: float, period_s: float) -> float:
    """Codes per second of a temperature that swings by so many kelvin from top to bottom."""
    return kelvin / 2 * SENSOR_CODES_PER_K * 6.2832 / period_s


@pytest.mark.long
@pytest.mark.requirement("REQ-OCCLUSION-5")
@pytest.mark.parametrize(
    ("kelvin", "period_s"), [(15, DAY_S), (3, HOUR_S)], ids=["day-and-night", "heating"]
)
def test_a_day_of_everything_does_not_trip(
    rig: Rig, pump: Pump, kelvin: float, period_s: float
) -> None:
    """24 h of steps, ramps, rests, boluses, titrations, holds and pauses, with noise, while the
    sensor's zero follows the room: 15 K by day and night, or 3 K each hour of heating. The limit
    is half of what a shut line gives."""
    limit = 1_000_000 // fitted_to(rig).compliance_nl_per_kpa // 2
    pump.config_set(FIELD["occlusion_pa_per_ul"].index, limit)
    pump.config_commit()
    until(pump, State.IDLE)
    rate = fastest(kelvin, period_s)
    rig.inject("pressure_sensor", "drift", codes_per_s=rate, period_s=period_s)
    operator = Operator(rig, pump, Plan(rig.pump, 1))
    operator.run(lambda: None)
    assert "slope" not in pump.selftest().names("disabled")
    assert rig.clock.now_ms() >= 1000 * DAY_S
