"""Bring a cause about in mid-run and measure, by truth alone, when motion ended and what flowed.

Public client and abstract rig only: the same table can be measured on any target.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from benchpump.bench.rig import Fault, Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import (
    FIELD,
    ML_H,
    allot,
    latched,
    start,
    start_constant,
    until,
)
from benchpump.testing.safety import budget
from benchpump.testing.safety.causes import HOST_TIMEOUT_MS, Cause

FIGURES = Path("out/stopping")
TABLE = Path("out/stopping.json")
PHASES_MS = (0, 17, 34)
"""Moments within a tick at which each cause is brought about."""
RUN_UP_MS = 4000
"""Slack and friction of a fresh syringe are behind it."""
LOOK_MS = 10
QUIET_MS = 5000
"""Motion has ended when nothing moved for so long; a reset by the watchdog falls into it."""
RELAX_MS = 10_000
RELIEVED = ("occlusion", "occlusion_slope")
"""After these a back-off; their outflow is what comes when the line opens."""
ROOM_NL = 3_000_000
"""Given off before a withdrawal, so that there is room for what is drawn back."""


@dataclass(frozen=True)
class Stop:
    """What one cause led to, at one rate and one moment in a tick."""

    cause: str
    rate_nl_h: int
    phase_ms: int
    target: str
    time_ms: float
    displaced_nl: float
    outflow_nl: float
    alarms: list[str]


class _Watch:
    """Follows truth from the moment of the cause on."""

    def __init__(self, rig: Rig, cause: Cause) -> None:
        self._rig = rig
        self._pin_goes_on = cause.pin_goes_on
        self._back = cause.withdrawing
        truth = rig.truth
        self._from_ms = rig.clock.now_ms()
        self._delivered_nl = truth.delivered_nl
        self._displaced_nl = self._furthest_nl = self._moved_nl()
        self._steps = self._done_steps()
        self._last_ms = self._from_ms

    def _moved_nl(self) -> float:
        """Displaced in the direction of the run."""
        displaced_nl = self._rig.truth.displaced_nl
        return -displaced_nl if self._back else displaced_nl

    def _done_steps(self) -> int:
        truth = self._rig.truth
        return truth.reverse_steps if self._back else truth.forward_steps

    def look(self) -> None:
        further = self._moved_nl() > self._furthest_nl
        if further:
            self._furthest_nl = self._moved_nl()
        steps = self._done_steps()
        if self._pin_goes_on:
            if further:
                self._last_ms = self._rig.clock.now_ms()
        elif steps > self._steps:
            self._last_ms = self._rig.truth.last_step_ms
        self._steps = steps

    def until_quiet(self, at_most_ms: float, attending: Pump | None) -> None:
        """Raises AssertionError when motion does not end. `attending`: asked each second."""
        clock = self._rig.clock
        asked_ms = clock.now_ms()
        while clock.now_ms() - self._last_ms < QUIET_MS:
            assert clock.now_ms() - self._from_ms < at_most_ms, "motion does not end"
            clock.sleep_ms(LOOK_MS)
            self.look()
            if attending is not None and clock.now_ms() - asked_ms >= 1000:
                asked_ms = clock.now_ms()
                attending.status()

    @property
    def time_ms(self) -> float:
        return self._last_ms - self._from_ms

    @property
    def displaced_nl(self) -> float:
        return self._furthest_nl - self._displaced_nl

    @property
    def outflow_nl(self) -> float:
        return self._rig.truth.delivered_nl - self._delivered_nl


def measure(rig: Rig, pump: Pump, cause: Cause, rate_nl_h: int, phase_ms: int) -> Stop:
    """Run at the rate, bring the cause about, wait until all is quiet, undo it.

    Raises AssertionError when motion does not end within the bound by far.
    """
    fault: Fault | None = None
    if cause.bring is None:
        watch = _run_to_the_cap(rig, pump, cause, rate_nl_h, phase_ms)
    else:
        _begin(rig, pump, cause, rate_nl_h)
        until_ms = rig.clock.now_ms() + RUN_UP_MS + phase_ms
        while rig.clock.now_ms() < until_ms:
            rig.clock.sleep_ms(min(500.0, until_ms - rig.clock.now_ms()))
            if until_ms - rig.clock.now_ms() > HOST_TIMEOUT_MS / 4:
                pump.status()
        watch = _Watch(rig, cause)
        fault = cause.bring(rig, pump)
        watch.look()
    at_most_ms = cause.bound(rate_nl_h).time_ms + 2 * QUIET_MS
    watch.until_quiet(at_most_ms, pump if cause.attended else None)
    outflow_nl = watch.outflow_nl
    if cause.name in RELIEVED and fault is not None:
        delivered_nl = rig.truth.delivered_nl
        fault.clear()
        rig.clock.sleep_ms(RELAX_MS)
        outflow_nl = rig.truth.delivered_nl - delivered_nl
    elif fault is not None:
        fault.clear()
    until(pump, *(state for state in State if state > State.SELFTEST), timeout_s=5)
    names = latched(pump)
    pump.stop()
    return Stop(
        cause.name,
        rate_nl_h,
        phase_ms,
        rig.target,
        round(watch.time_ms, 3),
        round(watch.displaced_nl, 1),
        round(outflow_nl, 1),
        names,
    )


def record(stop: Stop, place: Path = FIGURES) -> Path:
    """Keep the figures of one measurement as a file of their own: tests may run in parallel."""
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{stop.cause}_{stop.rate_nl_h}_{stop.phase_ms}.json"
    path.write_text(json.dumps(asdict(stop), indent=2) + "\n", encoding="utf-8")
    return path


def recorded(place: Path = FIGURES) -> list[Stop]:
    """Every measurement that was kept. Raises TypeError for a file of another making."""
    paths = sorted(place.glob("*.json"))
    return [Stop(**json.loads(path.read_text(encoding="utf-8"))) for path in paths]


def save(stops: list[Stop], path: Path = TABLE) -> None:
    """All of them in one file, for whoever plots them."""
    rows = [asdict(stop) for stop in stops]
    path.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def worst(stops: list[Stop], cause: str, rate_nl_h: int) -> Stop | None:
    """The largest figures over the phases of one cause and rate; None where nothing was kept."""
    mine = [stop for stop in stops if stop.cause == cause and stop.rate_nl_h == rate_nl_h]
    if not mine:
        return None
    return Stop(
        cause,
        rate_nl_h,
        -1,
        mine[0].target,
        max(stop.time_ms for stop in mine),
        max(stop.displaced_nl for stop in mine),
        max(stop.outflow_nl for stop in mine),
        mine[0].alarms,
    )


def _begin(rig: Rig, pump: Pump, cause: Cause, rate_nl_h: int) -> None:
    """Set up, allot, and start what the cause will end."""
    for name, value in cause.settings.items():
        pump.config_set(FIELD[name].index, value)
    if cause.settings:
        pump.config_commit()
        until(pump, State.IDLE)
    allot(rig, pump)
    if cause.withdrawing:
        pump.start(pump.prime(ROOM_NL, budget.RATES_NL_H[0]).token)
        until(pump, State.IDLE)
        pump.start(pump.withdraw(ROOM_NL - 100_000, rate_nl_h).token)
        return
    seconds = 60 if rate_nl_h > 100 * ML_H else 1200
    timeout_ms = HOST_TIMEOUT_MS if cause.name == "host_lost" else 255_000
    start_constant(pump, rate_nl_h, seconds, host_timeout_ms=timeout_ms)


def _run_to_the_cap(rig: Rig, pump: Pump, cause: Cause, rate_nl_h: int, phase_ms: int) -> _Watch:
    """A program that is due what is left, or more; the watch begins with the last step of that."""
    cap_ul = 500 if rate_nl_h > 100 * ML_H else 20
    if cause.name == "window":
        pump.config_set(FIELD["window_cap_ul"].index, cap_ul)
        pump.config_commit()
        until(pump, State.IDLE)
        proposed = allot(rig, pump)
        steps = pump.limits().number("window_steps")
    elif cause.name == "container":
        proposed = allot(rig, pump, 2 * cap_ul, cap_ul)
        steps = proposed.cap_steps // 2
    else:
        proposed = allot(rig, pump, cap_ul)
        steps = proposed.cap_steps
    rig.clock.sleep_ms(phase_ms)
    due = proposed.cap_steps if cause.name == "container" else steps
    start(pump, [Segment.bolus(due * proposed.pl_per_step // 1000, rate_nl_h)])
    at_most_ms = rig.clock.now_ms() + steps * budget.NL_PER_STEP * 3.6e6 / rate_nl_h + QUIET_MS
    while rig.truth.forward_steps < steps:
        assert rig.clock.now_ms() < at_most_ms, "the cap is not met"
        rig.clock.sleep_ms(1)
    return _Watch(rig, cause)
