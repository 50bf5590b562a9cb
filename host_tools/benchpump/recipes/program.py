"""A compiled program: the segments of the wire, and the curve that they are meant to draw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

# Limits of the wire, from host_tools/protocol.toml [[command]] SEGMENT and PROGRAM_END.
SEGMENTS_MAX = 64
DURATION_MAX_TICKS = 24_192_000
VOLUME_MAX_NL = 1_000_000_000
KEEP_OPEN_MAX_NL_H = 20_000_000
# A recipe above this is a slip of the pen, not a bench infusion (own).
RATE_MAX_NL_H = 500_000_000
TIMES_MAX = 10_000  # of a repeat, as firmware/pump/segments.py
TICKS_PER_HOUR = 72_000
TICKS_PER_SECOND = 20

SegmentKind = Literal["CONST", "RAMP", "BOLUS", "HOLD", "REPEAT"]


@dataclass(frozen=True)
class Segment:
    """One segment of a program.

    `rate_nl_h` at its start, `end_rate_nl_h` at its end (nL/h, 0..500,000,000); `volume_nl` of a
    bolus, else 0; `duration_ticks` of 50 ms, 0 for a bolus (it follows from volume and rate).
    A repeat has the `duration_ticks` segments before it run `volume_nl` times in all, as on the
    wire; it takes no time and no volume of its own.
    """

    kind: SegmentKind
    rate_nl_h: int
    end_rate_nl_h: int
    volume_nl: int
    duration_ticks: int
    step: int = 0

    @property
    def planned_ticks(self) -> int:
        """How long one pass takes; for a bolus from volume and rate, rounded up."""
        if self.kind == "REPEAT":
            return 0
        if self.kind == "BOLUS":
            return -(-self.volume_nl * TICKS_PER_HOUR // self.rate_nl_h)
        return self.duration_ticks

    @property
    def planned_nl(self) -> float:
        """Volume that one pass delivers, nL."""
        if self.kind == "BOLUS":
            return float(self.volume_nl)
        return (self.rate_nl_h + self.end_rate_nl_h) * self.duration_ticks / (2 * TICKS_PER_HOUR)


@dataclass(frozen=True)
class CurvePoint:
    """A corner of the expected curve: seconds of program time, nL/h from here on, nL so far."""

    time_s: float
    rate_nl_h: float
    volume_nl: float


@dataclass(frozen=True)
class Program:
    """Segments in order and what follows the last one."""

    segments: tuple[Segment, ...]
    then: Literal["STOP", "KEEPOPEN"] = "STOP"
    keep_open_rate_nl_h: int = 0

    def passes(self) -> list[int]:
        """How many times each segment is run; 0 for a repeat itself."""
        counts = [0 if segment.kind == "REPEAT" else 1 for segment in self.segments]
        for index, segment in enumerate(self.segments):
            if segment.kind == "REPEAT":
                first = index - segment.duration_ticks
                counts[first:index] = [segment.volume_nl] * segment.duration_ticks
        return counts

    def in_order(self) -> Iterator[Segment]:
        """Every segment in the order in which it is run, pass after pass."""
        block: list[Segment] = []
        for segment in self.segments:
            if segment.kind != "REPEAT":
                block.append(segment)
                continue
            first = len(block) - segment.duration_ticks
            yield from block[:first]
            for _ in range(segment.volume_nl):
                yield from block[first:]
            block = []
        yield from block

    @property
    def total_volume_nl(self) -> float:
        """Volume of all segments in all passes, nL, without the keep-open rate after them."""
        pairs = zip(self.segments, self.passes(), strict=True)
        return sum(segment.planned_nl * count for segment, count in pairs)

    @property
    def peak_rate_nl_h(self) -> int:
        """Highest rate of any segment, nL/h."""
        return max((max(s.rate_nl_h, s.end_rate_nl_h) for s in self.segments), default=0)

    @property
    def duration_s(self) -> float:
        """Program time of all segments in all passes, s."""
        return self.duration_ticks / TICKS_PER_SECOND

    @property
    def duration_ticks(self) -> int:
        """The same in ticks of 50 ms."""
        pairs = zip(self.segments, self.passes(), strict=True)
        return sum(segment.planned_ticks * count for segment, count in pairs)

    def expected_curve(self) -> list[CurvePoint]:
        """Corners of the piecewise curve: rate is linear between two points of different time.

        A jump in rate gives two points of the same time.
        """
        points: list[CurvePoint] = []
        ticks = 0
        volume = 0.0
        for segment in self.in_order():
            points.append(CurvePoint(ticks / TICKS_PER_SECOND, segment.rate_nl_h, volume))
            ticks += segment.planned_ticks
            volume += segment.planned_nl
            points.append(CurvePoint(ticks / TICKS_PER_SECOND, segment.end_rate_nl_h, volume))
        points.append(CurvePoint(ticks / TICKS_PER_SECOND, self.keep_open_rate_nl_h, volume))
        return points
