"""Pressure, air and supply on a noisy 12-bit converter; further sensors: `instruments`."""

from __future__ import annotations

import copy
from typing import Literal

from benchpump.bench.noise import NOISE, NOISE_LENGTH, NOISE_MASK, start_index
from benchpump.bench.plant.parameters import PlantParameters
from benchpump.bench.plant.sensor_faults import CODE_MAX, SensorFault, clamp

NOT_FITTED = -1  # as in lockstep.toml
Codes = tuple[int, int, int, int, int, int]
SensorName = Literal["pressure", "air", "supply", "encoder", "flow", "upstream"]

# Offsets into the shared table, far apart and odd, so that channels share no sample in one
# reading.
_AIR_OFFSET = 5_461
_SUPPLY_OFFSET = 10_923
_SHIFT_PER_PASS = 97


class Sensors:
    """The front end. Reading is free of side effects: the same moment gives the same codes."""

    __slots__ = (
        "_air_noise",
        "_dry",
        "_index",
        "_noise",
        "_per_mv",
        "_per_pa",
        "_shift",
        "_wet",
        "_zero",
        "air_fitted",
        "faults",
        "pressure_fitted",
        "stimulated",
        "supply_fitted",
        "supply_mv",
    )

    def __init__(self, parameters: PlantParameters) -> None:
        self._zero = parameters.pressure_zero_code + 0.5  # half a code turns int() into rounding
        self._per_pa = 1000 / parameters.pressure_pa_per_1000_codes
        self._wet = parameters.air_wet_code + 0.5
        self._dry = parameters.air_dry_code + 0.5
        self._per_mv = 1000 / parameters.supply_mv_per_1000_codes
        self._noise = parameters.noise_codes
        self._air_noise = parameters.air_noise_codes
        self._index = start_index(parameters.seed)
        self._shift = 0
        self.pressure_fitted = parameters.pressure_fitted
        self.air_fitted = parameters.air_fitted
        self.supply_fitted = parameters.supply_fitted
        self.supply_mv = parameters.supply_mv
        self.stimulated = False  # the air detector is being excited for its self-check: shows dry
        self.faults: dict[SensorName, SensorFault] = {}

    def next_sample(self) -> None:
        """Go on to the next noise samples; called once for each interval of time."""
        self._index += 1
        if self._index >= NOISE_LENGTH:
            self._index = 0
            self._shift = (self._shift + _SHIFT_PER_PASS) & NOISE_MASK

    def read(self, pressure_pa: float, air: bool, now_us: int) -> tuple[int, int, int]:
        """Codes of pressure, air and supply, as the lockstep record wants them."""
        index = self._index
        shift = self._shift
        noise = self._noise
        pressure = int(self._zero + pressure_pa * self._per_pa + noise * NOISE[index])
        dry = air or self.stimulated
        air_noise = NOISE[(index + _AIR_OFFSET + shift) & NOISE_MASK]
        air_code = int((self._dry if dry else self._wet) + self._air_noise * air_noise)
        supply_noise = NOISE[(index + _SUPPLY_OFFSET - shift) & NOISE_MASK]
        supply = int(self.supply_mv * self._per_mv + 0.5 + noise * supply_noise)
        if not 0 <= pressure <= CODE_MAX:
            pressure = clamp(pressure)
        if not 0 <= air_code <= CODE_MAX:
            air_code = clamp(air_code)
        if not 0 <= supply <= CODE_MAX:
            supply = clamp(supply)
        if self.faults:
            faults = self.faults
            if (fault := faults.get("pressure")) is not None:
                pressure = fault.read(pressure, NOISE[index], now_us)
            if (fault := faults.get("air")) is not None:
                air_code = fault.read(air_code, air_noise, now_us)
            if (fault := faults.get("supply")) is not None:
                supply = fault.read(supply, supply_noise, now_us)
        return (
            pressure if self.pressure_fitted else NOT_FITTED,
            air_code if self.air_fitted else NOT_FITTED,
            supply if self.supply_fitted else NOT_FITTED,
        )

    def copy(self) -> Sensors:
        """An independent front end in the same state."""
        twin = copy.copy(self)
        twin.faults = {name: fault.copy() for name, fault in self.faults.items()}
        return twin
