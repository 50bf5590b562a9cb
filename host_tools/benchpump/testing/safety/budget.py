"""The analysis: what may still leave the pump after a cause to stop, from declared figures alone.

Nothing here is measured. Volume after a cause = motion that the drive still makes + elastic volume
that the line gives back + coast (none: a step motor holds; `MECHANISM_NL` covers its play).
"""

from __future__ import annotations

from dataclasses import dataclass

from benchpump.testing.procedures import FIELD, ML_H, SYRINGE

RATES_NL_H = (300 * ML_H, 5 * ML_H)
"""The highest rate of the default configuration and the intermediate rate of IEC 60601-2-24."""

TICK_MS = 50
LEASE_MS = 60
"""The most that one lease can say (C1)."""
QUEUE_MS = 120
"""The most that is ever running plus queued (C1)."""

NL_PER_STEP = 103.206
"""10 mL syringe of 14.5 mm, 625 nm a step."""
CALIBRATION_TOLERANCE = 0.05
"""By how much a step may be more than the allotment says (GIP 1.2.1)."""
MECHANISM_NL = 1000.0
"""Stick-slip and periodic error of the screw, at any one moment (own)."""
OPEN_LINE_PA_S_PER_NL = 0.1
"""Flow resistance of the open line that the figures assume (own)."""

TRIP_PA = FIELD["occlusion_pa"].default
SUCTION_PA = FIELD["suction_pa"].default
UPSTREAM_PA = FIELD["upstream_pa"].default
BACKLASH_NL = 4000.0
"""Turned on reversal before the plunger follows: play of 20 um, wind-up and slack (own)."""
AIR_TOTAL_NL = FIELD["air_total_nl"].default
BUBBLE_NL = FIELD["air_bubble_nl"].default
RELEASED_NL = 100_000.0
"""Bolus on opening: goal where compliance x trip is at most 0.3 mL (ECRI; GIP 1.10.7: 0.5 mL)."""
OCCLUDED_NL = 500_000.0
"""Displaced from occlusion to stop, the larger of this and compliance x trip (CRONO)."""


@dataclass(frozen=True)
class Limit:
    """What must hold after a cause, with the line open as assumed."""

    time_ms: float
    """From the cause to the last step."""
    displaced_nl: float
    """Volume that the motor moves after the cause."""
    outflow_nl: float
    """Volume that leaves the line after the cause."""


def nl_in(rate_nl_h: int, time_ms: float) -> float:
    """Nominal volume at a rate in a time."""
    return rate_nl_h * time_ms / 3.6e6


def moved_nl(nominal_nl: float) -> float:
    """The most that the motor moves when so much was granted, rounded up to the next step."""
    if not nominal_nl:
        return 0.0
    return (nominal_nl + NL_PER_STEP) * (1 + CALIBRATION_TOLERANCE) + MECHANISM_NL


def elastic_nl(pressure_pa: float) -> float:
    """What syringe and line hold elastically at a pressure."""
    return SYRINGE.compliance_nl_per_kpa * pressure_pa / 1000


def open_line_nl(rate_nl_h: int) -> float:
    """Elastic volume that runs out when flow through the open line ends."""
    true_nl_s = rate_nl_h / 3600 * (1 + CALIBRATION_TOLERANCE)
    return elastic_nl(true_nl_s * OPEN_LINE_PA_S_PER_NL) + MECHANISM_NL


def ending_within(rate_nl_h: int, time_ms: float) -> Limit:
    """Motion at the rate goes on for at most `time_ms`, then the line relaxes."""
    displaced_nl = moved_nl(nl_in(rate_nl_h, time_ms))
    return Limit(time_ms, displaced_nl, displaced_nl + open_line_nl(rate_nl_h))


def worst_nl(limit: Limit) -> float:
    """The same with a line that was occluded to just below the trip, and then opens."""
    return limit.displaced_nl + elastic_nl(TRIP_PA)
