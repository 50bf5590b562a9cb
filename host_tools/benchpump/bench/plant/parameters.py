"""What the modelled pump, syringe and line are made of, each figure with its source."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from benchpump.bench.plant.roller_head import RollerHead

CALIBRATION_ERROR_MAX_PPM = 50_000
ROUNDING_NL = 1.0  # what sums of many small volumes may be off by
MECHANISM_NL = 1000.0  # of a syringe pump: periodic error and stick-slip at any one moment (own)


@dataclass(frozen=True, kw_only=True)
class PlantParameters:
    """A syringe pump with a 10 mL plastic syringe and about 1 m of line.

    With a `head` it is a peristaltic pump instead, see `peristaltic`; the figures of screw and
    plunger then mean nothing.

    Units are in the names. "own" marks a figure that is our choice, without an outside source.
    Raises ValueError where a figure cannot be (negative size, calibration error above ±5 %).
    """

    seed: int = 0

    head: RollerHead | None = None
    """The peristaltic head; None: a syringe pump."""

    # Drive train.
    nm_per_step: float = 625.0
    """boards/emulator/board.toml: lead 2 mm, 200 full steps, 16 microsteps."""
    steps_per_revolution: int = 3200
    """As above: 200 x 16."""
    calibration_error_ppm: float = 0.0
    """True over nominal volume per step, minus one; ±50000 (±5 %, GIP 1.2.1)."""
    periodic_error_nm: float = 2000.0
    """Amplitude per screw revolution (own: a rolled 2 mm lead screw)."""
    backlash_nm: float = 20_000.0
    """Play between screw and nut on reversal (own: a plain nut without preload)."""

    # Syringe.
    inner_diameter_mm: float = 14.5
    """10 mL plastic syringe, as in pump makers' tables (BD Plastipak 10 mL: 14.5 mm)."""
    capacity_nl: float = 10_000_000.0
    """Nominal content."""
    fill_nl: float = 10_000_000.0
    """What is in it at the start; the plunger bottoms when that has left."""
    startup_slack_nl: float = 2000.0
    """Gap between pusher and plunger after loading by hand, as displaced volume (own: 12 um)."""
    friction_nl: float = 400.0
    """Wind-up of the drive train, as displaced volume, before the plunger slides (own)."""
    stiction_nl: float = 200.0
    """Further wind-up before it breaks away from rest; it then jumps by this much (own)."""

    # Line.
    compliance_nl_per_kpa: float = 1500.0
    """Stopper, barrel and line (own; with the default trip it stores 0.1 mL)."""
    resistance_pa_s_per_nl: float = 0.1
    """Hagen-Poiseuille: 1 m of 1 mm bore with water 0.04, the rest a cannula (own)."""
    back_pressure_pa: float = 0.0
    """Pressure at the outlet; IEC 60601-2-24 tests with ±13330 Pa."""
    upstream_compliance_nl_per_kpa: float = 200.0
    """Tubing between container and rollers, a fifth of what follows them (own)."""
    upstream_resistance_pa_s_per_nl: float = 0.02
    """Of that tubing, 0.5 m of 1 mm bore with water (Hagen-Poiseuille)."""
    free_resistance_pa_s_per_nl: float = 0.1
    """From container to outlet line when the mechanism has let go (own)."""
    detector_nl: float = 150_000.0
    """Line volume from pump outlet to air detector (own: 0.2 m of 1 mm bore)."""

    # Sensors: what codes mean is the board's, see boards/emulator/board.toml.
    pressure_zero_code: float = 410.0
    pressure_pa_per_1000_codes: float = 60_000.0
    air_wet_code: float = 800.0
    air_dry_code: float = 3000.0
    """Own; well clear of the board's 1400 and 2200 on either side."""
    supply_mv: float = 12_000.0
    supply_mv_per_1000_codes: float = 4000.0
    noise_codes: float = 2.0
    """Standard deviation; RP2040's ADC has 8.9 effective bits, smoothed by the front end (own)."""
    air_noise_codes: float = 12.0
    """Ultrasonic coupling is rougher than a strain gauge (own)."""
    upstream_zero_code: float = 2500.0
    upstream_pa_per_1000_codes: float = 60_000.0
    encoder_counts_per_1000_steps: int = 1000
    """boards/emulator_instrumented/board.toml: 800 lines, four counts each."""
    flow_counts_per_ul: float = 100.0
    flow_gain_ppm: float = 5000.0
    """Error of the flow meter, half a per cent (own; makers give 2 to 5 % for the cheap ones)."""
    flow_zero_nl_h: float = 20_000.0
    """Flow that it shows at rest (own); the board says 2500000/10 at most."""
    flow_noise_counts: float = 3.0
    """Standard deviation of the readout (own)."""
    encoder_fitted: bool = False
    flow_fitted: bool = False
    upstream_fitted: bool = False
    pressure_fitted: bool = True
    air_fitted: bool = True
    supply_fitted: bool = True

    def __post_init__(self) -> None:
        if not abs(self.calibration_error_ppm) <= CALIBRATION_ERROR_MAX_PPM:
            raise ValueError(
                f"calibration_error_ppm {self.calibration_error_ppm} is outside"
                f" ±{CALIBRATION_ERROR_MAX_PPM}"
            )
        for name in (
            "nm_per_step",
            "steps_per_revolution",
            "inner_diameter_mm",
            "capacity_nl",
            "compliance_nl_per_kpa",
            "resistance_pa_s_per_nl",
            "pressure_pa_per_1000_codes",
            "supply_mv_per_1000_codes",
            "upstream_pa_per_1000_codes",
            "upstream_compliance_nl_per_kpa",
            "upstream_resistance_pa_s_per_nl",
            "free_resistance_pa_s_per_nl",
            "encoder_counts_per_1000_steps",
            "flow_counts_per_ul",
        ):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name)}")
        for name in (
            "periodic_error_nm",
            "backlash_nm",
            "startup_slack_nl",
            "friction_nl",
            "stiction_nl",
            "detector_nl",
            "noise_codes",
            "air_noise_codes",
            "flow_noise_counts",
        ):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must not be negative, but is {getattr(self, name)}")
        if not 0 <= self.fill_nl <= self.capacity_nl:
            raise ValueError(f"fill_nl {self.fill_nl} is outside 0..{self.capacity_nl}")

    @property
    def area_mm2(self) -> float:
        """Cross-section of the barrel."""
        return math.pi / 4 * self.inner_diameter_mm**2

    @property
    def nominal_nl_per_step(self) -> float:
        """Displaced volume per step by geometry: 103.2 nL with the defaults."""
        return self.nm_per_step * self.area_mm2 / 1000  # nm x mm² is 1/1000 nL

    @property
    def pump(self) -> str:
        """`syringe` or `peristaltic`, as in board.toml."""
        return "peristaltic" if self.head is not None else "syringe"

    @property
    def instrumented(self) -> bool:
        """Whether any sensor is fitted that a pump need not have."""
        return self.encoder_fitted or self.flow_fitted or self.upstream_fitted

    @property
    def pulsation_nl(self) -> float:
        """How far outflow may run ahead of an even one: periodic error, stick-slip, rollers."""
        if self.head is not None:
            return self.head.dip_nl * (1 + CALIBRATION_ERROR_MAX_PPM * 1e-6) + ROUNDING_NL
        return MECHANISM_NL

    def for_board(self, board: Mapping[str, Any]) -> PlantParameters:
        """The same plant wired to a board: conversions and what is fitted from its board.toml.

        Raises KeyError for a board description without the drive or sensor figures.
        """
        sensors, drive = board["sensors"], board["drive"]
        nm_per_step, head = self.nm_per_step, self.head
        if head is not None:
            head = replace(
                head,
                steps_per_revolution=int(drive["steps_per_revolution"]),
                rollers=int(drive["rollers"]),
            )
        else:
            nm_per_step = float(drive["nm_per_step"])
        encoder, flow, upstream = sensors["encoder"], sensors["flow"], sensors["upstream"]
        zero_code, pa_per_1000_codes = self.upstream_zero_code, self.upstream_pa_per_1000_codes
        return replace(
            self,
            encoder_fitted=bool(encoder["fitted"]),
            encoder_counts_per_1000_steps=int(
                encoder.get("counts_per_1000_steps", self.encoder_counts_per_1000_steps)
            ),
            flow_fitted=bool(flow["fitted"]),
            flow_counts_per_ul=float(flow.get("counts_per_ul", self.flow_counts_per_ul)),
            upstream_fitted=bool(upstream["fitted"]),
            upstream_zero_code=float(upstream.get("zero_code", zero_code)),
            upstream_pa_per_1000_codes=float(upstream.get("pa_per_1000_codes", pa_per_1000_codes)),
            nm_per_step=nm_per_step,
            head=head,
            pressure_fitted=bool(sensors["pressure"]["fitted"]),
            pressure_zero_code=float(sensors["pressure"]["zero_code"]),
            pressure_pa_per_1000_codes=float(sensors["pressure"]["pa_per_1000_codes"]),
            air_fitted=bool(sensors["air"]["fitted"]),
            supply_fitted=bool(sensors["supply"]["fitted"]),
            supply_mv_per_1000_codes=float(sensors["supply"]["mv_per_1000_codes"]),
        )


def peristaltic(**changes: Any) -> PlantParameters:
    """A peristaltic pump at a bag of 250 mL, `changes` as fields of `PlantParameters`.

    Raises TypeError, ValueError as that.
    """
    figures: dict[str, Any] = {
        "head": RollerHead(),
        "capacity_nl": 300_000_000.0,  # a bag takes more than it is filled with (own)
        "fill_nl": 250_000_000.0,
        # Own: 0.4 m of silicone tubing, 1.6 mm bore and wall, E = 2.5 MPa, by the thick-walled
        # cylinder.
        "compliance_nl_per_kpa": 1000.0,
        "upstream_fitted": True,
    }
    return PlantParameters(**(figures | changes))


def of_pump(pump: str, **changes: Any) -> PlantParameters:
    """The default plant of a `syringe` or `peristaltic` pump. Raises ValueError for another."""
    if pump == "syringe":
        return PlantParameters(**changes)
    if pump == "peristaltic":
        return peristaltic(**changes)
    raise ValueError(f"pump {pump!r}: expected syringe or peristaltic")
