"""The plant: everything physical between motor steps and sensor codes (contract C7)."""

from __future__ import annotations

import copy
from math import exp

from benchpump.bench.plant.bubbles import Bubbles
from benchpump.bench.plant.drive_train import DriveTrain
from benchpump.bench.plant.instruments import NONE_FITTED, Instruments
from benchpump.bench.plant.line import Line
from benchpump.bench.plant.parameters import PlantParameters
from benchpump.bench.plant.peristaltic_train import PeristalticTrain
from benchpump.bench.plant.sensors import Codes, Sensors
from benchpump.bench.plant.syringe_train import SyringeTrain


class Plant:
    """Drive train, line, bubbles and sensors, advanced together.

    `now_us` counts the time that the plant was advanced by. At any time
    `displaced_nl == stored_nl + delivered_nl` up to rounding.
    """

    __slots__ = (
        "_bubbles",
        "displaced_nl",
        "instruments",
        "let_go_pa",
        "line",
        "now_us",
        "parameters",
        "sensors",
        "train",
    )

    def __init__(
        self, parameters: PlantParameters | None = None, train: DriveTrain | None = None
    ) -> None:
        """`train` replaces the drive train that `parameters` describe."""
        self.parameters = parameters if parameters is not None else PlantParameters()
        self.train: DriveTrain = train or _train_of(self.parameters)
        self.line = Line(self.parameters)
        self.sensors = Sensors(self.parameters)
        self.instruments = Instruments(self.parameters) if self.parameters.instrumented else None
        self.let_go_pa: float | None = None
        """Head of liquid at a mechanism that has let go; None: it holds."""
        self._bubbles = Bubbles(self.parameters.detector_nl)
        self.displaced_nl = 0.0
        self.now_us = 0

    def advance(self, signed_steps: int, dt_us: int) -> None:
        """Let `dt_us` (>= 0) pass, the motor's steps spread evenly over it.

        Raises ValueError for steps in no time or for negative time.
        """
        if dt_us <= 0:
            if dt_us < 0 or signed_steps:
                raise ValueError(f"{signed_steps} steps cannot be made in {dt_us} us")
            return
        self.now_us += dt_us
        dt_s = dt_us * 1e-6
        if self.let_go_pa is None:
            displaced_nl = self.train.advance(signed_steps, dt_s, self.line.pressure_pa)
        else:
            displaced_nl = self._run_free(self.let_go_pa, dt_s)
        self.line.advance(displaced_nl, dt_s)
        if displaced_nl:
            self.displaced_nl += displaced_nl
            if self._bubbles.pending:
                self._bubbles.move(self.displaced_nl)
        self.sensors.next_sample()
        if self.instruments is not None:
            self.instruments.advance(signed_steps, self.line.delivered_nl, dt_s)

    def _run_free(self, head_pa: float, dt_s: float) -> float:
        """Rollers lifted, or a plunger that nothing holds: what gravity drives, not the motor."""
        parameters = self.parameters
        compliance_nl_per_pa = parameters.compliance_nl_per_kpa / 1000
        time_s = parameters.free_resistance_pa_s_per_nl * compliance_nl_per_pa
        way = 1 - exp(-dt_s / time_s)
        run_nl = compliance_nl_per_pa * (head_pa - self.line.pressure_pa) * way
        return self.train.reservoir.take(run_nl)

    def codes(self) -> Codes:
        """Codes of pressure, air, supply, encoder, flow, upstream; asking changes nothing."""
        sensors = self.sensors
        read = sensors.read(self.line.pressure_pa, self._bubbles.at_detector, self.now_us)
        if self.instruments is None:
            return read + NONE_FITTED
        upstream_pa = self.train.upstream_pa
        return read + self.instruments.read(upstream_pa, sensors.faults, self.now_us)

    def inject_air(self, volume_nl: float, upstream_nl: float | None = None) -> None:
        """Put a bubble into the line; see `Bubbles.inject`."""
        self._bubbles.inject(volume_nl, self.displaced_nl, upstream_nl)

    def purge_air(self) -> None:
        """Take out of the line all air that has not yet passed the detector."""
        self._bubbles.purge(self.displaced_nl)

    @property
    def delivered_nl(self) -> float:
        """True net outflow at the end of the line."""
        return self.line.delivered_nl

    @property
    def pressure_pa(self) -> float:
        """True pressure in the line above ambient."""
        return self.line.pressure_pa

    @property
    def stored_nl(self) -> float:
        """Elastic volume held in syringe and line."""
        return self.line.stored_nl

    @property
    def air_at_detector(self) -> bool:
        """True while a bubble is in front of the air detector."""
        return self._bubbles.at_detector

    @property
    def air_passed_nl(self) -> float:
        """Air that has passed the detector and not come back."""
        return self._bubbles.passed_nl(self.displaced_nl)

    def copy(self) -> Plant:
        """An independent plant in the same state; it goes on exactly as this one would."""
        twin = copy.copy(self)
        twin.train = self.train.copy()
        twin.line = copy.copy(self.line)
        twin.sensors = self.sensors.copy()
        if self.instruments is not None:
            twin.instruments = self.instruments.copy()
        twin._bubbles = self._bubbles.copy()
        return twin


def _train_of(parameters: PlantParameters) -> DriveTrain:
    if parameters.head is not None:
        return PeristalticTrain(parameters, parameters.head)
    return SyringeTrain(parameters)
