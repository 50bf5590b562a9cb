"""Which counters ran over in a run, as the bench saw it."""

from __future__ import annotations

from benchpump.bench.clock import TICKS_HALF, TICKS_MASK
from benchpump.bench.drive import COUNTER_MASK
from benchpump.bench.emulated import EmulatedRig

START_TICKS_MS = TICKS_MASK + 1 - 5 * 3_600_000
"""The millisecond counter wraps after 5 h and passes half its range, where differences change
sign, after 6 days and 10 h."""

START_EDGES = COUNTER_MASK + 1 - 1000
"""The step counter wraps after 1000 steps."""


HALF = "their half (2**29)"


class Wraps:
    """Looks at a rig from time to time, more often than anything can wrap twice."""

    def __init__(self, rig: EmulatedRig) -> None:
        self._board = rig.board
        self._ticks_ms = rig.board.ticks_ms()
        self._edges = rig.board.drive.edges
        self.counted = {"milliseconds (2**30)": 0, HALF: 0, "steps (2**30)": 0}

    def look(self) -> None:
        """Count what has passed since the last look."""
        ticks_ms, edges = self._board.ticks_ms(), self._board.drive.edges
        self.counted["milliseconds (2**30)"] += ticks_ms < self._ticks_ms
        self.counted[HALF] += self._ticks_ms < TICKS_HALF <= ticks_ms
        self.counted["steps (2**30)"] += edges < self._edges
        self._ticks_ms, self._edges = ticks_ms, edges

    def told(self) -> str:
        """One line."""
        return ", ".join(f"{name} {times}" for name, times in self.counted.items())

    def missing(self) -> str:
        """What did not wrap though there was time to; empty if everything did."""
        short = self._board.now_us < (TICKS_MASK + 1 - START_TICKS_MS + TICKS_HALF) * 1000
        optional = {HALF} if short else set[str]()
        names = [name for name, times in self.counted.items() if not times]
        names = [name for name in names if name not in optional]
        return f"not wrapped: {', '.join(names)}" if names else ""
