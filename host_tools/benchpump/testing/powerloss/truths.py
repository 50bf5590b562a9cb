"""What the reference run delivered and wrote: the figures that recoveries are judged by."""

from __future__ import annotations

from dataclasses import dataclass

from benchpump.bench.store_map import StoreMap
from benchpump.link.answers import LogRecord
from benchpump.testing.powerloss.moments import Moment


@dataclass(frozen=True)
class Truths:
    """By identity: `allotments`, the pin's figure when each was confirmed, `cap_steps` and
    `reservations` in steps. `window_cap_steps` the rolling window's at the end,
    `configurations` every set of values that was in force, `journal` every record."""

    places: StoreMap
    allotments: dict[int, int]
    cap_steps: dict[int, int]
    reservations: dict[int, int]
    window_cap_steps: int
    configurations: list[tuple[int, ...]]
    journal: list[LogRecord]

    def steps(self, moment: Moment, identity: int) -> int:
        """Forward steps at the pin under one allotment up to a moment; 0 for no allotment."""
        if identity not in self.allotments:
            return 0
        base = self.allotments[identity]
        end = self.allotments.get(identity + 1, moment.forward_steps)
        return max(0, min(moment.forward_steps, end) - base)
