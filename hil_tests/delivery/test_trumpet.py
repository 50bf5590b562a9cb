"""Start-up and trumpet curves of the syringe pump (IEC 60601-2-24), by truth."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.testing.procedures import ML_H
from benchpump.testing.safety import trumpet

# Own: a slip of the plunger weighs more at the minimum rate. Least and largest error in %.
WORST_PERCENT = {5 * ML_H: {2: 1.0, 31: 0.2}, ML_H // 10: {2: 8.0, 31: 1.5}}


@pytest.mark.long
@pytest.mark.requirement("REQ-TRUMPET-1")
@pytest.mark.bench(calibration_error_ppm=0, capacity_nl=12e6, fill_nl=12e6)
@pytest.mark.parametrize("back_pressure_pa", [0, 13_330, -13_330])
@pytest.mark.parametrize("rate_nl_h", list(WORST_PERCENT), ids=["intermediate", "minimum"])
def test_start_up_and_trumpet(rig: Rig, pump: Pump, rate_nl_h: int, back_pressure_pa: int) -> None:
    """Two hours against each back pressure: windowed errors of the second hour are bounded."""
    rig.inject("downstream", "back_pressure", pa=back_pressure_pa)
    rig.clock.sleep_ms(60_000)  # the line settles against it before anything is measured
    samples = trumpet.outflow_nl(rig, pump, rate_nl_h)
    trumpet.record(samples, rate_nl_h, back_pressure_pa)
    assert pump.status().state in (State.RUNNING, State.FINISHED)
    errors = trumpet.trumpet(samples, rate_nl_h)
    for window_min, worst in WORST_PERCENT[rate_nl_h].items():
        least, largest = errors[window_min]
        assert -worst <= least <= largest <= worst
