"""Wakes the emulator's loop in time for each instruction of a state machine.

While the processor sleeps the loop leaps to the next alarm and gives a state machine one
instruction for it, however many were due. With an alarm at each due time none is late.
"""

from __future__ import annotations

from typing import Any

LOOK_NS = 50_000
"""How often idle state machines are looked at; Python goes on for longer than that after it has
filled a FIFO."""
STOPPED_NS = 1_000_000
CYCLE_NS = 8
_FIXED_POINT = 256


class PioPace:
    """Lives in one chip's clock for as long as that chip."""

    def __init__(self, clock: Any, blocks: list[Any]) -> None:
        self._blocks = blocks
        self._due: Any = clock.create_alarm(self._at_due)
        self._after: Any = clock.create_alarm(self._after_due)
        self._due.schedule(STOPPED_NS)

    def due_in_ns(self) -> int:
        """How long until a state machine has something to do; at most until the next look."""
        wait_ns = STOPPED_NS
        for block in self._blocks:
            if not block.stopped:
                left_ns = (block.next_due_fp - block.cycle_fp) * CYCLE_NS // _FIXED_POINT
                wait_ns = min(wait_ns, left_ns, LOOK_NS)
        return wait_ns

    def _at_due(self) -> None:
        # Blocks advance after the clock: what is due next is known a cycle later.
        self._after.schedule(CYCLE_NS)

    def _after_due(self) -> None:
        self._due.schedule(max(CYCLE_NS, self.due_in_ns() - CYCLE_NS))
