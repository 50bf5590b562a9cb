"""The sensors that a board may have besides: encoder, flow meter, pressure before the rollers.

Encoder and flow meter give counts modulo 2**30. The flow meter sits at the outlet; its count is
what it has integrated, with an error of gain, an error of zero, and noise of the readout.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping

from benchpump.bench.noise import NOISE, NOISE_MASK, start_index
from benchpump.bench.plant.parameters import PlantParameters
from benchpump.bench.plant.sensor_faults import CODE_MAX, SensorFault, clamp
from benchpump.bench.plant.sensors import NOT_FITTED, SensorName

COUNT_MASK = (1 << 30) - 1
NONE_FITTED = (NOT_FITTED, NOT_FITTED, NOT_FITTED)
_FLOW_OFFSET = 2_731  # into the shared table, as in `sensors`
_UPSTREAM_OFFSET = 8_193


class Instruments:
    """Reading is free of side effects; `advance` is called once for each interval of time."""

    __slots__ = (
        "_counts_per_nl",
        "_encoder",
        "_flow",
        "_index",
        "_noise",
        "_outflow_nl",
        "_parameters",
        "_per_pa",
        "_seen_nl",
        "_turned_steps",
        "_upstream",
        "flow_gain",
        "flow_zero_nl_h",
    )

    def __init__(self, parameters: PlantParameters) -> None:
        self._parameters = parameters
        self._encoder = parameters.encoder_fitted
        self._flow = parameters.flow_fitted
        self._upstream = parameters.upstream_fitted
        self._counts_per_nl = parameters.flow_counts_per_ul / 1000
        self._per_pa = 1000 / parameters.upstream_pa_per_1000_codes
        self._noise = parameters.noise_codes
        self._index = start_index(parameters.seed)
        self._turned_steps = 0
        self._outflow_nl = 0.0
        self._seen_nl = 0.0
        self.flow_gain = 1 + parameters.flow_gain_ppm * 1e-6
        self.flow_zero_nl_h = parameters.flow_zero_nl_h

    def advance(self, motor_steps: int, delivered_nl: float, dt_s: float) -> None:
        """The motor turned by those signed steps and the net outflow now is `delivered_nl`."""
        self._turned_steps += motor_steps
        self._seen_nl += (delivered_nl - self._outflow_nl) * self.flow_gain
        self._seen_nl += self.flow_zero_nl_h * dt_s / 3600
        self._outflow_nl = delivered_nl
        self._index = (self._index + 1) & NOISE_MASK

    def read(
        self, upstream_pa: float, faults: Mapping[SensorName, SensorFault], now_us: int
    ) -> tuple[int, int, int]:
        """Counts of encoder and flow meter, code of the upstream pressure."""
        parameters = self._parameters
        encoder = flow = upstream = NOT_FITTED
        if self._encoder:
            counts = self._turned_steps * parameters.encoder_counts_per_1000_steps // 1000
            encoder = _faulty(faults.get("encoder"), counts, NOISE[self._index], now_us)
        if self._flow:
            noise = NOISE[(self._index + _FLOW_OFFSET) & NOISE_MASK]
            counted = self._seen_nl * self._counts_per_nl
            counts = int((counted + parameters.flow_noise_counts * noise) // 1)
            flow = _faulty(faults.get("flow"), counts, noise, now_us)
        if self._upstream:
            noise = NOISE[(self._index + _UPSTREAM_OFFSET) & NOISE_MASK]
            code = parameters.upstream_zero_code + 0.5 + upstream_pa * self._per_pa
            upstream = int(code + self._noise * noise)
            if not 0 <= upstream <= CODE_MAX:
                upstream = clamp(upstream)
            if (fault := faults.get("upstream")) is not None:
                upstream = fault.read(upstream, noise, now_us)
        return encoder, flow, upstream

    def copy(self) -> Instruments:
        """Independent instruments in the same state."""
        return copy.copy(self)


def _faulty(fault: SensorFault | None, counts: int, noise: float, now_us: int) -> int:
    counts &= COUNT_MASK
    return counts if fault is None else fault.read(counts, noise, now_us)
