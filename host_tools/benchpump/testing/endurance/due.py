"""Steps that a program makes due, tick by tick, in exact rational arithmetic (C4).

Written from the contract and shares no code with `firmware/pump/program.py`: closed formulas of
the time instead of differences, fractions of any size instead of 31-bit digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from benchpump.link.segments import SegmentLike

TICKS_PER_HOUR = 72_000
PL_PER_NL = 1000


@dataclass(frozen=True)
class Stretch:
    """Ticks in which (a + b t + c t²) / d steps have fallen due after t of them."""

    ticks: int
    a: int
    b: int
    c: int
    d: int

    @classmethod
    def curve(cls, due: Fraction, steps: int, start_steps: int, ticks: int) -> Stretch:
        """From `due` on, `steps` in `ticks`, at a rate that begins with `start_steps` in them."""
        d = ticks * ticks * due.denominator
        return cls(
            ticks,
            due.numerator * ticks * ticks,
            start_steps * ticks * due.denominator,
            (steps - start_steps) * due.denominator,
            d,
        )

    @classmethod
    def line(cls, due: Fraction, end: int, ticks: int) -> Stretch:
        """From `due` on evenly to `end`."""
        way = (end - due) / ticks
        d = due.denominator * way.denominator
        return cls(ticks, int(due * d), int(way * d), 0, d)

    def due(self, tick: int) -> Fraction:
        """Steps due after so many of its ticks."""
        return Fraction(self.a + self.b * tick + self.c * tick * tick, self.d)


@dataclass(frozen=True)
class Leg:
    """A segment in steps: so many in so many ticks, and the rates that it was asked with."""

    rate_nl_h: int
    end_rate_nl_h: int
    ticks: int
    steps: int
    start_steps: int


def legs(segments: Sequence[SegmentLike], pl_per_step: int) -> list[Leg]:
    """Segments in whole steps: borders rounded from the volume since the program's beginning."""
    found: list[Leg] = []
    volume_nl = Fraction(0)
    border = 0
    for s in segments:
        if s.kind == "BOLUS":
            ticks = -(-s.volume_nl * TICKS_PER_HOUR // s.rate_nl_h)
            volume_nl += s.volume_nl
        else:
            ticks = s.duration_ticks
            volume_nl += Fraction(s.rate_nl_h + s.end_rate_nl_h, 2) * ticks / TICKS_PER_HOUR
        following = _nearest(volume_nl * PL_PER_NL / pl_per_step)
        steps = following - border
        border = following
        rates = s.rate_nl_h + s.end_rate_nl_h
        start_steps = _nearest(Fraction(2 * steps * s.rate_nl_h, rates)) if rates else steps
        found.append(Leg(s.rate_nl_h, s.end_rate_nl_h, ticks, steps, start_steps))
    return found


class Due:
    """Where a program stands: `stretch` after `tick` of its ticks; `over` when nothing is left."""

    def __init__(self, segments: Sequence[SegmentLike], pl_per_step: int) -> None:
        self._pl_per_step = pl_per_step
        self._legs = legs(segments, pl_per_step)
        self._next = 0
        self._held = False
        self.total_steps = sum(leg.steps for leg in self._legs)
        self.over = False
        self.stretch = Stretch.line(Fraction(0), 0, 1)
        self._enter(Fraction(0))

    def advance(self) -> None:
        """One tick of program time."""
        if self.tick == self.stretch.ticks:
            end = self.stretch.due(self.tick)
            if self._next == len(self._legs) or self._held:
                self.over = True
                return
            self._enter(end)
        self.tick += 1

    def now(self) -> Fraction:
        """Steps due."""
        return self.stretch.due(self.tick)

    def change_rate(self, rate_nl_h: int) -> None:
        """Titration: another rate for what is left of the stretch."""
        self._bend(rate_nl_h, self.stretch.ticks - self.tick)

    def hold(self) -> None:
        """Stay at the present rate, in whole nL/h, for all that is left of the program's time."""
        start, end = self._rate_nl_h, self._end_rate_nl_h
        rate = start + (end - start) * self.tick // self.stretch.ticks
        after = sum(leg.ticks for leg in self._legs[self._next :])
        self._bend(rate, self.stretch.ticks - self.tick + after)
        self._held = True

    def go_on(self) -> None:
        """End the hold; what was begun of a step is not."""
        self._held = False
        self._enter(Fraction(floor(self.now())))

    def _enter(self, due: Fraction) -> None:
        leg = self._legs[self._next]
        self._next += 1
        self.tick = 0
        self._rate_nl_h = leg.rate_nl_h
        self._end_rate_nl_h = leg.end_rate_nl_h
        self._asked_nl = Fraction(0)
        self._entry = floor(due)
        self.stretch = Stretch.curve(Fraction(self._entry), leg.steps, leg.start_steps, leg.ticks)

    def _bend(self, rate_nl_h: int, ticks: int) -> None:
        """An even rate from here on, to the step nearest to what the segment was asked for.

        What is begun of a step stays begun, in whole parts of the ticks of either stretch: that
        is what keeps the pump's figures within 31 bits.
        """
        start, end, done = self._rate_nl_h, self._end_rate_nl_h, self.tick
        mean = start + Fraction((end - start) * done, 2 * self.stretch.ticks)
        self._asked_nl += mean * done / TICKS_PER_HOUR
        asked_nl = self._asked_nl + Fraction(rate_nl_h * ticks, TICKS_PER_HOUR)
        due = self.now()
        parts = floor((due - floor(due)) * self.stretch.ticks)
        begun = Fraction(parts * ticks // self.stretch.ticks, ticks)
        last = self._entry + _nearest(asked_nl * PL_PER_NL / self._pl_per_step)
        self._rate_nl_h = self._end_rate_nl_h = rate_nl_h
        self.tick = 0
        self.stretch = Stretch.line(floor(due) + begun, max(last, floor(due)), ticks)


def _nearest(number: Fraction) -> int:
    return floor(number + Fraction(1, 2))
