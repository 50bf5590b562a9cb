"""One recipe on one pump: load, arm, start, watch to the end; everything is recorded and shown."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from benchpump.cli.confirm_soft import confirm_soft, soft_names
from benchpump.cli.exits import Refused
from benchpump.cli.live import Display
from benchpump.cli.profile import LimitsShown
from benchpump.link.answers import ActiveAlarm, Armed
from benchpump.link.client import Pump
from benchpump.link.errors import JournalGapError
from benchpump.link.messages import ALARMS, Priority, Reaction, Soft, State
from benchpump.link.status import TICK_S, Status
from benchpump.link.tables import PumpRefused
from benchpump.recipes import Container, Program, Recipe
from benchpump.record import Alarm, Command, Header, RunRecorder, Sample
from benchpump.report.summary import clock

# States in which a run is still going on by itself.
GOING_ON = frozenset({State.RUNNING, State.RELIEVING, State.PRIMING, State.ARMED})
# How far back the journal is searched for the moment of an alarm.
JOURNAL_DEPTH = 12

_Answer = TypeVar("_Answer")


class Infusion:
    """A run in progress. `nl_per_step` is the allotment's.

    `confirmed` are the soft limits that a person confirmed beforehand, None: ask.
    """

    def __init__(
        self,
        pump: Pump,
        recorder: RunRecorder,
        display: Display,
        nl_per_step: float,
        confirmed: Soft | None = None,
    ) -> None:
        self.pump = pump
        self.recorder = recorder
        self.display = display
        self.nl_per_step = nl_per_step
        self.confirmed = confirmed
        self.tick = 0
        self.alarms: list[ActiveAlarm] = []
        self._alarm: int | None = None

    def command(self, name: str, action: Callable[[], _Answer]) -> _Answer:
        """Carry out what the operator asked for and record it with the pump's answer."""
        try:
            answer = action()
        except PumpRefused as error:
            self.recorder.add(Command(self.tick, name, str(error)))
            raise
        self.recorder.add(Command(self.tick, name))
        return answer

    def load(self, program: Program) -> None:
        """Send the program."""
        pump = self.pump
        self.command(
            "load program",
            lambda: pump.load(program.segments, program.then, program.keep_open_rate_nl_h),
        )

    def arm_and_start(self, start: str, container: str, **policy: Any) -> None:
        """Both steps; between them what the pump understood is shown, soft limits are asked about.

        Raises Refused, disarmed, where one is not confirmed.
        """
        pump = self.pump
        armed = self.command(f"arm {start.lower()}", lambda: pump.arm(start, **policy))
        self.display.say(describe_armed(armed, container))
        try:
            with self.display.paused():
                confirm_soft(armed.soft, self.confirmed)
        except Refused:
            self.command("disarm", pump.disarm)
            raise
        if armed.soft:
            named = ",".join(soft_names(armed.soft))
            confirm = f"confirm soft limits {named}"
            self.command(confirm, lambda: pump.confirm_soft(armed.token, armed.soft))
        self.command("start", lambda: pump.start(armed.token))

    def poll(self) -> Status:
        """Ask for the status; record and show it, and any alarm that is new."""
        status = self.pump.status()
        self.tick = status.tick
        sample = self._sample(status)
        self.recorder.add(sample)
        self.display.show(sample)
        if status.alarm != self._alarm:
            # What was latched before this run began is not of this run.
            before, self._alarm = self._alarm, status.alarm
            if status.alarm and before is not None:
                self._record_alarms()
        return status

    def watch(self, poll_s: float, each: Callable[[Status], bool] | None = None) -> Status:
        """Poll until the pump is at rest, or until `each` answers True; the last status."""
        while True:
            status = self.poll()
            if each is not None and each(status):
                return status
            if status.state not in GOING_ON:
                return status
            self.pump.clock.sleep_s(poll_s)

    def _sample(self, status: Status) -> Sample:
        info = ALARMS.get(status.alarm)
        return Sample(
            tick=status.tick,
            state=status.state.name.lower(),
            alarm=info.name if info else "",
            rate_nl_h=status.rate_nl_h,
            volume_nl=status.debited_steps * self.nl_per_step,
            cap_left_nl=status.cap_left_steps * self.nl_per_step,
            pressure_pa=status.pressure_pa,
            segment=status.segment,
            flags=int(status.flags),
        )

    def _record_alarms(self) -> None:
        self.alarms = list(self.pump.alarms())
        ticks = self._journal_ticks()
        for alarm in self.alarms:
            info = alarm.info
            tick = ticks.get(info.code, self.tick)
            priority = Priority(info.priority).name.lower()
            entry = Alarm(tick, info.name, priority, alarm.value, alarm.limit, info.unit)
            self.recorder.add(entry)
            self.display.say(describe(alarm))

    def _journal_ticks(self) -> dict[int, int]:
        """Newest tick of each alarm in the journal: more exact than the poll that saw it."""
        ticks: dict[int, int] = {}
        # A journal that was not kept is no reason to lose the run.
        with suppress(PumpRefused, JournalGapError):
            oldest = next(self.pump.log(), None)
            first = max(oldest.newest - JOURNAL_DEPTH, oldest.record) if oldest else 0
            for record in self.pump.log(first):
                ticks[record.code] = record.tick
        return ticks


def header_of(
    recipe: Recipe, container: Container, cap_nl: float, pump: str, limits: LimitsShown
) -> Header:
    """The first line of a run's record."""
    program = recipe.program
    curve = [(p.time_s, p.rate_nl_h, p.volume_nl) for p in program.expected_curve()]
    total_nl, duration_s = program.total_volume_nl, program.duration_s
    return Header(
        recipe.name, container.name, cap_nl, total_nl, duration_s, curve, pump,
        limits.profile, limits.rate_nl_h, limits.binds,
    )  # fmt: skip


def describe(alarm: ActiveAlarm) -> str:
    """An alarm for people: cause, value and limit, and what to do."""
    info = alarm.info
    figures = (
        f" ({alarm.value} {info.unit}, limit {alarm.limit} {info.unit})" if alarm.limit else ""
    )
    if info.reaction == Reaction.FLAG:
        return f"{info.name}: {info.cause}{figures}"
    return f"ALARM {info.name}: {info.cause}{figures}\n  What to do: {info.todo}"


def describe_armed(armed: Armed, container: str) -> str:
    """What is about to run, as the pump understood it."""
    parts = [
        f"Armed on allotment {armed.identity} ({container}): {armed.volume_nl / 1e6:.4f} mL",
        f"peak {armed.peak_nl_h / 1e6:g} mL/h",
        clock(armed.duration_ticks * TICK_S),
        f"cap left {armed.cap_left_nl / 1e6:.4f} mL",
    ]
    text = ", ".join(parts)
    if not armed.profile:
        text += "\n  No profile active: no fluid's limits are watched"
    if armed.soft:
        text += f"\n  Soft limits exceeded: {', '.join(soft_names(armed.soft))}"
    if armed.degraded:
        text += f"\n  Watched in part only (too slow to judge): {', '.join(armed.degraded)}"
    if armed.not_fitted:
        text += f"\n  Not watched on this pump (not fitted): {', '.join(armed.not_fitted)}"
    return text
