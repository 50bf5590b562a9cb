"""The flow meter's count beside the steps: counts measured and counts due, interval by interval.

Counts due are exact: the volume of the steps by the frozen calibration, with its remainder.
"""

from pump import codes, hal
from pump.scale import PL_PER_NL

SILENT_READINGS = 2
IMPLAUSIBLE_UL = 1000  # between two readings, 0.25 s: no line lets so much through (own)
_PL_PER_UL = 1000 * PL_PER_NL
_STEPS_MOST = 1000  # in an interval; more is a step counter gone wrong, which has its own alarm


class FlowMeter:
    """Attributes: ``measured``, ``due`` (counts of the last interval), ``lost``, ``count``."""

    lost_alarm = codes.ALARM_FLOW_LOST

    def __init__(self, counts_per_ul):
        self.counts_per_ul = counts_per_ul
        self._most = IMPLAUSIBLE_UL * counts_per_ul
        self._whole = 0  # counts a step
        self._part = 0  # and so many millionths
        self._rest = 0
        self._edges = 0
        self._silent = 0
        self._known = False
        self.count = 0
        self.measured = 0
        self.due = 0
        self.lost = False

    def configure(self, pl_per_step):
        """Take the calibration in pL/step (0: none in force, nothing moves)."""
        fine = pl_per_step * self.counts_per_ul
        self._whole = fine // _PL_PER_UL
        self._part = fine % _PL_PER_UL

    def take(self, count, edges):
        """One reading and the hardware count of steps; True when there is an interval to judge.

        Without an answer the interval goes on: nothing is lost, and nothing is taken for zero.
        """
        if count < 0:
            self._silent += 1
            self.lost = self._silent >= SILENT_READINGS
            return False
        self._silent = 0
        measured = (count - self.count) & hal.COUNT_MASK
        if measured > hal.COUNT_MASK >> 1:
            measured = measured - hal.COUNT_MASK - 1  # in this order: 2**30 itself takes memory
        steps = (edges - self._edges) & hal.COUNT_MASK
        self.count = count
        self._edges = edges
        if not self._known:
            self._known = True
            return False
        self.lost = measured > self._most or measured < -self._most
        if steps > _STEPS_MOST:
            steps = _STEPS_MOST
        fine = self._rest + steps * self._part
        whole = fine // _PL_PER_UL
        self._rest = fine - whole * _PL_PER_UL
        self.measured = measured
        self.due = steps * self._whole + whole
        return not self.lost
