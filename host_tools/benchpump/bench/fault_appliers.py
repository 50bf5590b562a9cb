"""Faults that drive, flash and plant do themselves, and the place where a rig adds its own.

The rig registers appliers for link, clock, host, switches and supply cut; a fault that nobody does
is `Unsupported`, which a suite counts as a skip.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from benchpump.bench.faults import SENSOR_KINDS, VOCABULARY, validate
from benchpump.bench.flash import TYPICAL, WORST, CutMode, Failure, Flash
from benchpump.bench.plant import Plant
from benchpump.bench.plant.instruments import Instruments
from benchpump.bench.plant.peristaltic_train import PeristalticTrain
from benchpump.bench.plant.sensor_faults import (
    Blind,
    Drift,
    Garbage,
    GarbageCount,
    Intermittent,
    Off,
    SensorFault,
    Slow,
    Stuck,
)
from benchpump.bench.plant.sensors import SensorName
from benchpump.bench.rig import Unsupported

Undo = Callable[[], None]
Applier = Callable[[Mapping[str, float]], Undo]


class FaultyDrive(Protocol):
    """What of a drive can be faulty."""

    counter_stuck: bool
    stalled: bool

    def count_noise(self, edges: int) -> None:
        """The hardware counter counts so many edges that were no steps."""
        ...


class PhysicalBench(Protocol):
    """Where the faults go; read anew each time, so that a rig may replace its parts by copies."""

    @property
    def drive(self) -> FaultyDrive:
        """The drive."""
        ...

    @property
    def flash(self) -> Flash:
        """The memory."""
        ...

    @property
    def plant(self) -> Plant:
        """Everything physical behind the drive."""
        ...


class ActiveFault:
    """An injected fault, active until cleared."""

    def __init__(self, channel: str, kind: str, undo: Undo) -> None:
        self.channel = channel
        self.kind = kind
        self._undo: Undo | None = undo

    def clear(self) -> None:
        """Take the fault away again; harmless when it is gone."""
        if self._undo is not None:
            undo, self._undo = self._undo, None
            undo()


class Faults:
    """Applies faults to one bench."""

    def __init__(self, bench: PhysicalBench) -> None:
        self._bench = bench
        self._appliers: dict[tuple[str, str], Applier] = {
            ("downstream", "occluded"): self._occlude,
            ("downstream", "back_pressure"): self._back_pressure,
            ("upstream", "occluded"): self._shut,
            ("upstream", "suction"): self._suction,
            ("cassette", "lets_go"): self._let_go,
            ("air_sensor", "blind"): self._blind,
            ("flow_sensor", "gain"): self._flow_gain,
            ("flow_sensor", "zero"): self._flow_zero,
            ("upstream", "empty"): self._empty,
            ("air", "bubble"): self._bubble,
            ("drive", "counter_stuck"): self._counter_stuck,
            ("drive", "counter_noise"): self._counter_noise,
            ("drive", "stall"): self._stall,
            ("supply", "sag"): self._sag,
            ("store", "slow"): self._slow_store,
        }
        channels: tuple[tuple[str, SensorName], ...] = (
            ("pressure_sensor", "pressure"),
            ("air_sensor", "air"),
            ("supply", "supply"),
            ("upstream_sensor", "upstream"),
            ("encoder", "encoder"),
            ("flow_sensor", "flow"),
        )
        for channel, sensor in channels:
            for kind in SENSOR_KINDS.keys() & VOCABULARY[channel].keys():
                self._appliers[channel, kind] = self._sensor_applier(channel, sensor, kind)
        failures: tuple[tuple[str, Failure], ...] = (("off", "refuse"), ("stuck", "ignore"))
        for kind, failure in failures:
            self._appliers["store", kind] = self._failure_applier(failure)
        modes: tuple[CutMode, ...] = ("before", "torn", "after")
        for mode in modes:
            self._appliers["store", mode] = self._cut_applier(mode)

    def register(self, channel: str, kind: str, applier: Applier) -> None:
        """Let the rig do a fault: the applier gets the checked figures and returns what undoes it.

        Raises ValueError for a word that is not in the vocabulary.
        """
        if kind not in VOCABULARY.get(channel, {}):
            raise ValueError(f"{channel} {kind} is not in the vocabulary")
        self._appliers[channel, kind] = applier

    def inject(self, channel: str, kind: str, parameters: Mapping[str, float]) -> ActiveFault:
        """Start a fault. Raises ValueError as `validate`, Unsupported if nobody here does it."""
        checked = validate(channel, kind, parameters)
        applier = self._appliers.get((channel, kind))
        if applier is None:
            raise Unsupported(f"this target cannot do the fault {channel} {kind}")
        return ActiveFault(channel, kind, applier(checked))

    def _occlude(self, figures: Mapping[str, float]) -> Undo:
        self._bench.plant.line.occlude(figures["resistance_factor"])
        return lambda: self._bench.plant.line.occlude(1)

    def _back_pressure(self, figures: Mapping[str, float]) -> Undo:
        def undo() -> None:
            self._bench.plant.line.back_pressure_pa = before_pa

        before_pa = self._bench.plant.line.back_pressure_pa
        self._bench.plant.line.back_pressure_pa = figures["pa"]
        return undo

    def _shut(self, figures: Mapping[str, float]) -> Undo:
        def undo() -> None:
            self._bench.plant.train.reservoir.shut = False

        self._bench.plant.train.reservoir.shut = True
        return undo

    def _suction(self, figures: Mapping[str, float]) -> Undo:
        train = self._bench.plant.train
        if not isinstance(train, PeristalticTrain):
            raise Unsupported("this pump has no line between container and mechanism")
        train.supply.head_pa = -figures["pa"]

        def undo() -> None:
            train = self._bench.plant.train
            if isinstance(train, PeristalticTrain):
                train.supply.head_pa = 0.0

        return undo

    def _let_go(self, figures: Mapping[str, float]) -> Undo:
        def undo() -> None:
            self._bench.plant.let_go_pa = None

        self._bench.plant.let_go_pa = figures["head_pa"]
        return undo

    def _blind(self, _figures: Mapping[str, float]) -> Undo:
        parameters = self._bench.plant.parameters
        fault = Blind(parameters.air_wet_code, parameters.air_noise_codes)
        return self._sensor_faulty("air_sensor", "air", fault)

    def _flow_gain(self, figures: Mapping[str, float]) -> Undo:
        change = figures["ppm"] * 1e-6

        def undo() -> None:
            self._instruments("flow_sensor").flow_gain -= change

        self._instruments("flow_sensor").flow_gain += change
        return undo

    def _flow_zero(self, figures: Mapping[str, float]) -> Undo:
        def undo() -> None:
            self._instruments("flow_sensor").flow_zero_nl_h -= figures["nl_h"]

        self._instruments("flow_sensor").flow_zero_nl_h += figures["nl_h"]
        return undo

    def _instruments(self, channel: str) -> Instruments:
        instruments = self._bench.plant.instruments
        if instruments is None:
            raise Unsupported(f"no {channel} is fitted on this bench")
        return instruments

    def _empty(self, figures: Mapping[str, float]) -> Undo:
        def undo() -> None:
            reservoir = self._bench.plant.train.reservoir
            reservoir.left_nl = min(reservoir.capacity_nl, reservoir.left_nl + missing_nl)

        reservoir = self._bench.plant.train.reservoir
        left_nl = min(figures["left_nl"], reservoir.left_nl)
        missing_nl = reservoir.left_nl - left_nl
        reservoir.left_nl = left_nl
        return undo

    def _bubble(self, figures: Mapping[str, float]) -> Undo:
        plant = self._bench.plant
        upstream_nl = figures.get("upstream_nl", plant.parameters.detector_nl)
        for number in range(int(figures["count"])):
            offset_nl = number * (figures["volume_nl"] + figures["gap_nl"])
            plant.inject_air(figures["volume_nl"], upstream_nl + offset_nl)
        return lambda: self._bench.plant.purge_air()

    def _counter_stuck(self, figures: Mapping[str, float]) -> Undo:
        def undo() -> None:
            self._bench.drive.counter_stuck = False

        self._bench.drive.counter_stuck = True
        return undo

    def _counter_noise(self, figures: Mapping[str, float]) -> Undo:
        self._bench.drive.count_noise(int(figures["edges"]))
        return lambda: None

    def _stall(self, figures: Mapping[str, float]) -> Undo:
        def undo() -> None:
            self._bench.drive.stalled = False

        self._bench.drive.stalled = True
        return undo

    def _sag(self, figures: Mapping[str, float]) -> Undo:
        def undo() -> None:
            self._bench.plant.sensors.supply_mv = self._bench.plant.parameters.supply_mv

        self._bench.plant.sensors.supply_mv = figures["mv"]
        return undo

    def _slow_store(self, figures: Mapping[str, float]) -> Undo:
        def undo() -> None:
            self._bench.flash.timing = TYPICAL

        self._bench.flash.timing = WORST
        return undo

    def _failure_applier(self, failure: Failure) -> Applier:
        def undo() -> None:
            self._bench.flash.failure = None

        def apply(figures: Mapping[str, float]) -> Undo:
            self._bench.flash.failure = failure
            return undo

        return apply

    def _cut_applier(self, mode: CutMode) -> Applier:
        def apply(figures: Mapping[str, float]) -> Undo:
            self._bench.flash.cut(mode, int(figures["nth"]))
            return lambda: self._bench.flash.cancel_cut()

        return apply

    def _sensor_applier(self, channel: str, sensor: SensorName, kind: str) -> Applier:
        def apply(figures: Mapping[str, float]) -> Undo:
            counts = channel in ("encoder", "flow_sensor")
            fault = _sensor_fault(kind, figures, self._bench.plant.now_us, counts=counts)
            return self._sensor_faulty(channel, sensor, fault)

        return apply

    def _sensor_faulty(self, channel: str, sensor: SensorName, fault: SensorFault) -> Undo:
        def undo() -> None:
            self._bench.plant.sensors.faults.pop(sensor, None)

        faults = self._bench.plant.sensors.faults
        if sensor in faults:
            raise ValueError(f"{channel} has a fault already; clear it first")
        if not self._fitted(sensor):
            raise Unsupported(f"no {channel} is fitted on this bench")
        faults[sensor] = fault
        return undo

    def _fitted(self, sensor: SensorName) -> bool:
        parameters = self._bench.plant.parameters
        return bool(getattr(parameters, f"{sensor}_fitted"))


def _sensor_fault(
    kind: str, figures: Mapping[str, float], now_us: int, *, counts: bool
) -> SensorFault:
    match kind:
        case "off":
            return Off()
        case "stuck":
            return Stuck(int(figures["code"]) if "code" in figures else None)
        case "drift":
            return Drift(figures["codes_per_s"], now_us, figures["period_s"])
        case "garbage":
            return GarbageCount() if counts else Garbage()
        case "slow":
            return Slow(figures["time_constant_ms"])
        case "intermittent":
            return Intermittent(figures["period_ms"], figures["off_ms"], now_us)
        case _:
            raise ValueError(f"no sensor fault {kind!r}")
