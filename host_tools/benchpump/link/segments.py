"""Segments as the client sends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class SegmentLike(Protocol):
    """Anything with these facts is a segment; recipes bring their own."""

    @property
    def kind(self) -> str:
        """CONST, RAMP, BOLUS, HOLD or REPEAT."""
        ...

    @property
    def rate_nl_h(self) -> int:
        """Rate at the start, nL/h (0..1e9; HOLD and REPEAT: 0)."""
        ...

    @property
    def end_rate_nl_h(self) -> int:
        """Rate at the end, nL/h."""
        ...

    @property
    def volume_nl(self) -> int:
        """Volume of a bolus, nL (0..1e9); of a repeat how many times in all; else 0."""
        ...

    @property
    def duration_ticks(self) -> int:
        """Ticks of 50 ms (0..24,192,000), 0 for a bolus; of a repeat how many segments back."""
        ...


@dataclass(frozen=True)
class Segment:
    """One segment; the class methods fill in what a kind does not use."""

    kind: str
    rate_nl_h: int
    end_rate_nl_h: int
    volume_nl: int
    duration_ticks: int

    @classmethod
    def constant(cls, rate_nl_h: int, duration_ticks: int) -> Segment:
        """A constant rate."""
        return cls("CONST", rate_nl_h, rate_nl_h, 0, duration_ticks)

    @classmethod
    def ramp(cls, rate_nl_h: int, end_rate_nl_h: int, duration_ticks: int) -> Segment:
        """A linear change of rate."""
        return cls("RAMP", rate_nl_h, end_rate_nl_h, 0, duration_ticks)

    @classmethod
    def bolus(cls, volume_nl: int, rate_nl_h: int) -> Segment:
        """A volume at a rate; its duration follows."""
        return cls("BOLUS", rate_nl_h, rate_nl_h, volume_nl, 0)

    @classmethod
    def hold(cls, duration_ticks: int) -> Segment:
        """Nothing for a while."""
        return cls("HOLD", 0, 0, 0, duration_ticks)

    @classmethod
    def repeat(cls, times: int, segments: int) -> Segment:
        """So many of the segments before it run so many times in all (1..10,000)."""
        return cls("REPEAT", 0, 0, times, segments)
