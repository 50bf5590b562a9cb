"""Downstream occlusion by slope: pressure that rises with displaced volume (GIP 1.10.3, ECRI).

A line that is shut rises by 1/compliance for each volume displaced, whatever the rate; noise and
drift do not, and a raised outlet rises once. So the rise is judged over stretches of displaced
volume, of an eighth of what fills the declared compliance up to the threshold, and two stretches
in a row must be too steep: a shut line trips within three eighths of the threshold.

Looked at every tenth tick (``CHECK_TICKS``; what is displaced in half a second counts whole, so
above some 60 mL/h the stretches grow). A rate that changes by more than a quarter within that
time, and a start, begin anew after 2 s (own: many times the line's time constant).
"""

from pump import codes, hal, scale

CHECK_TICKS = 10
_BLANK_CHECKS = 4
_STEEP_STRETCHES = 2
_STRETCHES_TO_THRESHOLD = 8
_STRETCH_MIN_NL = 2_000
_STRETCH_UNDECLARED_NL = 10_000  # where no compliance is declared (own)
_PL_PER_UL = 1_000_000
_FINE = 1024  # slopes are kept in 1024ths of a pascal per step


class OcclusionSlope:
    """Attributes: ``limit`` (Pa/uL, 0: disabled), ``able`` (a shut line could reach it)."""

    alarm = codes.ALARM_OCCLUSION_SLOPE

    def __init__(self, occlusion):
        self._occlusion = occlusion
        self.limit = 0
        self.able = False
        self._limit_fine = 0
        self._stretch_steps = 0
        self._pl_per_step = 1
        self._slope_fine = 0
        self._edges = 0
        self._latest = 0
        self._blank = _BLANK_CHECKS
        self._steep = 0
        self._begin(0)

    def configure(self, limit_pa_per_ul, threshold_pa, allotment):
        """Take the limit, the absolute threshold in Pa and the allotment (None: disabled)."""
        self.limit = limit_pa_per_ul
        self.able = False
        self.restart()
        if limit_pa_per_ul == 0 or allotment is None:
            return
        compliance = allotment.compliance_nl_per_kpa
        pl_per_step = allotment.pl_per_step
        # 1 kPa for each `compliance` nL is 1000 Pa for `compliance` / 1000 uL.
        self.able = compliance == 0 or limit_pa_per_ul * compliance < 1_000_000
        stretch_nl = compliance * threshold_pa // (1000 * _STRETCHES_TO_THRESHOLD)
        if compliance == 0:
            stretch_nl = _STRETCH_UNDECLARED_NL
        elif stretch_nl < _STRETCH_MIN_NL:
            stretch_nl = _STRETCH_MIN_NL
        self._pl_per_step = pl_per_step
        self._stretch_steps = stretch_nl * scale.PL_PER_NL // pl_per_step + 1
        self._limit_fine = limit_pa_per_ul * pl_per_step * _FINE // _PL_PER_UL

    def restart(self):
        """Begin anew after the blanking time."""
        self._blank = _BLANK_CHECKS
        self._slope_fine = 0

    def check(self, reading, infusing):
        """Every ``CHECK_TICKS`` ticks; True when two stretches in a row were too steep."""
        steps = (reading.edges - self._edges) & hal.COUNT_MASK
        self._edges = reading.edges
        if not self.able:
            return False
        change = steps - self._latest
        if change < 0:
            change = -change
        unsteady = change > 1 + (self._latest >> 2)
        self._latest = steps
        if unsteady or not infusing:
            self._blank = _BLANK_CHECKS
            return False
        pressure_pa = self._occlusion.pressure_pa
        if self._blank:
            self._blank -= 1
            self._steep = 0
            self._begin(pressure_pa)
            return False
        self._displaced += steps
        if self._displaced < self._stretch_steps:
            return False
        self._slope_fine = (pressure_pa - self._from_pa) * _FINE // self._displaced
        self._steep = self._steep + 1 if self._slope_fine >= self._limit_fine else 0
        self._begin(pressure_pa)
        return self._steep >= _STEEP_STRETCHES

    def value(self):
        """Slope of the last stretch in Pa/uL."""
        return self._slope_fine * _PL_PER_UL // (_FINE * self._pl_per_step)

    def _begin(self, pressure_pa):
        self._from_pa = pressure_pa
        self._displaced = 0
