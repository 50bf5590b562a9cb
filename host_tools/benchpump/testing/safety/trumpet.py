"""Start-up and trumpet curves (IEC 60601-2-24): outflow by truth, sampled every half minute."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.testing.procedures import allot, start_constant
from benchpump.testing.safety import measured

CAP_UL = {"syringe": 12_000, "peristaltic": 60_000}
SAMPLE_S = 30
START_UP_SAMPLES = 240
"""The first two hours; the trumpet is taken over the second of them."""
SECOND_HOUR = 120
WINDOWS_MIN = (2, 5, 11, 19, 31)


def outflow_nl(rig: Rig, pump: Pump, rate_nl_h: int) -> list[float]:
    """Run for two hours; volume out of the line at 0, 0.5, … 120 min.

    The cap leaves room for what the intermediate rate gives in that time. The caller looks at the
    pump's state.
    """
    allot(rig, pump, CAP_UL[rig.pump])
    start_constant(pump, rate_nl_h, START_UP_SAMPLES * SAMPLE_S, on_host_loss="STANDALONE")
    began_nl = rig.truth.delivered_nl
    samples = [0.0]
    for _ in range(START_UP_SAMPLES):
        rig.clock.sleep_ms(SAMPLE_S * 1000)
        samples.append(rig.truth.delivered_nl - began_nl)
    return samples


def flows_nl_h(samples_nl: Sequence[float]) -> list[float]:
    """The start-up curve: mean flow in each half minute."""
    return [
        (later - earlier) * 3600 / SAMPLE_S for earlier, later in itertools.pairwise(samples_nl)
    ]


def trumpet(
    samples_nl: Sequence[float], rate_nl_h: int, further_min: Sequence[int] = ()
) -> dict[int, tuple[float, float]]:
    """Least and largest mean error in % of the rate, for each window (min) of the second hour.

    `further_min` are windows beside the standard's, as that of a whole roller pass. Raises
    ValueError for fewer samples than two hours give.
    """
    if len(samples_nl) <= START_UP_SAMPLES:
        raise ValueError(f"{len(samples_nl)} samples are less than two hours")
    hour = samples_nl[SECOND_HOUR : START_UP_SAMPLES + 1]
    found: dict[int, tuple[float, float]] = {}
    for window_min in (*WINDOWS_MIN, *further_min):
        length = window_min * 60 // SAMPLE_S
        due_nl = rate_nl_h * window_min / 60
        errors = [
            (hour[at + length] - hour[at]) / due_nl * 100 - 100 for at in range(len(hour) - length)
        ]
        found[window_min] = (min(errors), max(errors))
    return found


def record(
    rig: Rig,
    samples_nl: Sequence[float],
    rate_nl_h: int,
    back_pressure_pa: int,
    errors: dict[int, tuple[float, float]],
) -> Path:
    """Keep curve and trumpet of one run as a file of their own."""
    figures = {
        "pump": rig.pump,
        "rate_nl_h": rate_nl_h,
        "back_pressure_pa": back_pressure_pa,
        "sample_s": SAMPLE_S,
        "flow_nl_h": [round(flow) for flow in flows_nl_h(samples_nl)],
        "trumpet_percent": {
            str(window): [round(least, 3), round(largest, 3)]
            for window, (least, largest) in errors.items()
        },
    }
    return measured.keep("trumpet", f"{rig.pump}_{rate_nl_h}_{back_pressure_pa}", figures)
