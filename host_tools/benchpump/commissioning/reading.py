"""Reading a pump's sensors for a while: what a person at the bench waits for, and samples."""

from __future__ import annotations

from collections.abc import Callable

from benchpump.link.client import Pump
from benchpump.link.sensed import Sensed

POLL_S = 0.1  # two ticks: no reading is taken twice


def sample(pump: Pump, count: int) -> list[Sensed]:
    """So many readings, each of another tick, and none from before the call."""
    taken: list[Sensed] = []
    for _ in range(count):
        pump.clock.sleep_s(POLL_S)
        taken.append(pump.sensors())
    return taken


def await_reading(pump: Pump, until: Callable[[Sensed], bool], timeout_s: float) -> Sensed | None:
    """The first reading of which `until` holds; None where none came in time."""
    end_s = pump.clock.now_s() + timeout_s
    while True:
        sensed = pump.sensors()
        if until(sensed):
            return sensed
        if pump.clock.now_s() >= end_s:
            return None
        pump.clock.sleep_s(POLL_S)
