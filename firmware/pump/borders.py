"""What each segment comes to in steps, so that no border is off by more than half a step (C4).

A border is the volume of everything before it, rounded once. One pass through a segment is so many
whole steps and a fraction of one in two digits, 1/pL per step and 1/144 of that; the fractions are
carried from segment to segment and from pass to pass, and never lost: what adds up in thousands of
passes is exact. Carrying takes sums below 2**30; products above occur in ``compile`` only.
"""

from array import array

from pump.scale import PL_PER_NL, STEPS_MAX
from pump.segments import DOUBLED_TICKS_PER_HOUR

# A step is so many doubled nL/h x ticks for each pL that it has.
FINE = DOUBLED_TICKS_PER_HOUR // PL_PER_NL


class Borders:
    """Of the segment entered last: ``steps``, and ``start_steps`` at the rate of its start."""

    def __init__(self, segments):
        self._segments = segments
        most = segments.most
        self._whole = array("i", [0] * most)
        self._coarse = array("i", [0] * most)
        self._fine = bytearray(most)
        self._start = array("i", [0] * most)
        self._start_more = bytearray(most)  # where a carry makes it a step more
        self._pl_per_step = 1
        self.rewind()

    def compile(self, pl_per_step):
        """Volumes in steps of so many pL each (below 2**29); the total (< 2**30) or -1."""
        segments = self._segments
        unit = FINE * pl_per_step
        total = unit // 2
        for index in range(segments.count):
            volume = segments.doubled_volume(index)
            total += volume
            if segments.repeats(index):
                passes = segments.times(index) - 1
                for again in range(segments.first_of(index), index):
                    total += passes * segments.doubled_volume(again)
            if total // unit > STEPS_MAX:
                return -1
            steps = volume // unit
            self._whole[index] = steps
            self._coarse[index] = volume % unit // FINE
            self._fine[index] = volume % FINE
            start = segments.rate_nl_h[index]
            rates = start + segments.end_rate_nl_h[index]
            self._start[index] = nearest(2 * steps * start, rates) if rates else 0
            after = nearest(2 * (steps + 1) * start, rates) if rates else 0
            self._start_more[index] = after - self._start[index]
        self._pl_per_step = pl_per_step
        return total // unit

    def rewind(self):
        """Before the first segment: half a step, so that rounding down is to the nearest."""
        self.steps = 0
        self.start_steps = 0
        self._at_coarse = self._pl_per_step // 2
        self._at_fine = self._pl_per_step % 2 * (FINE // 2)

    def enter(self, index):
        """The next pass through a segment begins."""
        fine = self._at_fine + self._fine[index]
        coarse = self._at_coarse + self._coarse[index]
        self.steps = self._whole[index]
        self.start_steps = self._start[index]
        if fine >= FINE:
            fine -= FINE
            coarse += 1
        if coarse >= self._pl_per_step:
            coarse -= self._pl_per_step
            self.steps += 1
            self.start_steps += self._start_more[index]
        self._at_fine = fine
        self._at_coarse = coarse


def nearest(numerator, denominator):
    """The quotient to the nearest, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)
