"""What the endurance run does: a program of days, and the operator's changes on each of them.

A day holds every kind of segment (constant, ramps up and down, rest, bolus), and while it runs a
bolus on demand, a pause, a titration up and down, a hold in a ramp and going on from there. The
rates are ordinary small numbers without a common divisor, so that no fraction comes out even.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.testing.endurance.due import Due
from benchpump.testing.endurance.step_watch import StepWatch
from benchpump.testing.procedures import (
    FIELD,
    TICKS_PER_H,
    allot,
    configure_in_service,
    latched,
    until,
)

POLL_MS = 60_000
CAP_UL = {"syringe": 9_900, "peristaltic": 240_000}
"""What the runs may take of a 10 mL syringe and a bag of 250 mL."""
_RATE_UNIT_NL_H = {"syringe": 1, "peristaltic": 20}
"""10 mL last a week at 0.06 mL/h, 250 mL at some 1.2 mL/h."""


@dataclass(frozen=True)
class Plan:
    """So many days; `day_ticks` below 24 h make the same in less time. `pump` sets the rates."""

    pump: str
    days: int
    day_ticks: int = 24 * TICKS_PER_H
    pause_ms: int = 600_000

    @property
    def segments(self) -> list[Segment]:
        """The program: eight segments a day, of which the sixth ends when its volume is given."""
        unit = _RATE_UNIT_NL_H[self.pump]
        night, day, evening = 41_113 * unit, 89_867 * unit, 25_411 * unit
        found: list[Segment] = []
        for _ in range(self.days):
            found += [
                Segment.constant(night, self.part(6)),
                Segment.ramp(night, day, self.part(2)),
                Segment.constant(day, self.part(4)),
                Segment.ramp(day, evening, self.part(3)),
                Segment.hold(self.part(1)),
                Segment.bolus(50_077 * unit, 5_000_011 * unit),
                Segment.constant(evening, self.part(5)),
                Segment.ramp(evening, night, self.part(3)),
            ]
        return found

    def part(self, hours: float) -> int:
        """Ticks of so many twenty-fourths of a day."""
        return round(hours * self.day_ticks / 24)

    @property
    def bolus_nl(self) -> int:
        """Volume of the bolus on demand."""
        return 20_011 * _RATE_UNIT_NL_H[self.pump]

    @property
    def bolus_nl_h(self) -> int:
        """Its rate."""
        return 1_999_993 * _RATE_UNIT_NL_H[self.pump]


def widen_window(rig: Rig, pump: Pump) -> None:
    """Set the rolling window's cap to the most that it can be, with the service jumper.

    A hold may last to the end of the program, so it is weighed as if a window had to take its
    rate beside what was planned: with a day's rate held that is more than the default cap.
    """
    configure_in_service(rig, pump, window_cap_ul=FIELD["window_cap_ul"].max)


class Operator:
    """Carries a plan out on a rig and lets a `StepWatch` judge it. `looked` is called each hour.

    Attributes: `watch`, `polls` (times that the host asked for the state).
    """

    def __init__(self, rig: Rig, pump: Pump, plan: Plan) -> None:
        self._rig = rig
        self._pump = pump
        self._plan = plan
        widen_window(rig, pump)
        self._allotted = allot(rig, pump, CAP_UL[plan.pump])
        self._program = Due(plan.segments, self._allotted.pl_per_step)
        self.watch = StepWatch(rig, self._program)
        self.polls = 0

    def run(self, looked: Callable[[], None]) -> None:
        """All days to the end of the program. Raises AssertionError for what C4 does not allow."""
        pump, watch = self._pump, self.watch
        pump.load(self._plan.segments)
        armed = pump.arm(on_host_loss="STANDALONE")
        assert armed.raw.number("steps") == self._program.total_steps
        watch.starts()
        pump.start(armed.token)
        self._looked = looked
        self._next_look = 0
        for day in range(self._plan.days):
            self._day(day * self._plan.day_ticks)
        self._until_tick(1 << 62)
        until(pump, State.FINISHED)
        assert latched(pump) == ["END_OF_INFUSION"]
        looked()
        watch.check()

    def _day(self, first: int) -> None:
        plan, pump, watch = self._plan, self._pump, self.watch
        self._until_tick(first + plan.part(1))
        offered = pump.bolus(plan.bolus_nl, plan.bolus_nl_h)
        segment = Segment.bolus(plan.bolus_nl, plan.bolus_nl_h)
        watch.begins_bolus(Due([segment], self._allotted.pl_per_step))
        pump.start(offered.token)
        self._until_tick(first + plan.part(3))
        watch.pauses()
        pump.pause()
        until(pump, State.PAUSED)
        self._rig.clock.sleep_ms(plan.pause_ms)
        armed = pump.arm("REST", on_host_loss="STANDALONE")
        watch.starts()
        pump.start(armed.token)
        for hour, percent in ((9, 117), (10.5, 103), (11, 84)):
            self._until_tick(first + plan.part(hour))
            rate = plan.segments[2].rate_nl_h * percent // 100
            offered = pump.titrate(rate)
            watch.titrates(rate)
            pump.start(offered.token)
        self._until_tick(first + plan.part(14.4))
        offered = pump.titrate_hold()
        watch.holds()
        pump.start(offered.token)
        self._until_tick(first + plan.part(14.9))
        offered = pump.titrate_go_on()
        watch.goes_on()
        pump.start(offered.token)

    def _until_tick(self, tick: int) -> None:
        """Ask for the state each minute until so many ticks of the program are over, or all."""
        while self.watch.ticks < tick:
            self._rig.clock.sleep_ms(min(POLL_MS, (tick - self.watch.ticks) * 50))
            self.polls += 1
            state = self._pump.status().state
            if state != State.RUNNING:
                assert tick == 1 << 62, f"the pump is {state.name} after {self.watch.ticks} ticks"
                return
            if self.watch.ticks >= self._next_look:
                self._next_look += TICKS_PER_H
                self._looked()
            self.watch.check()
