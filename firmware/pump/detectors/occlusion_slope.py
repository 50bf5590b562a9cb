"""Downstream occlusion by slope: pressure that rises with displaced volume (GIP 1.10.3, ECRI).

A line that is shut rises by 1/compliance for each volume displaced, whatever the rate; noise and
drift do not. The slope is taken at the end of each stretch of displaced volume, and two in a row
must be too steep. A stretch is an eighth of what fills the declared compliance up to the
threshold; on a peristaltic pump the slope is that over a whole roller pass, at each eighth of
one, so that what the rollers add and take back cancels out.

Looked at every tenth tick (``CHECK_TICKS``), with the pressure at a stretch's end taken from the
looks before and after it. A rate that changes by more than a quarter within that time, a start,
and a pressure that jumps by half more than what a shut line could (an outlet raised or lowered;
for up to three looks, so that a line stiffer than declared is none) begin anew after 2 s (own:
many times the line's time constant).
"""

from array import array

from pump import codes, hal, scale

CHECK_TICKS = 10
_BLANK_CHECKS = 4
_STEEP_STRETCHES = 2
_STRETCHES_TO_THRESHOLD = 8
_STRETCHES_OF_A_PASS = 8
_STRETCH_MIN_NL = 2_000
_STRETCH_UNDECLARED_NL = 10_000  # where no compliance is declared (own)
_JUMP_CHECKS = 3
_JUMP_MIN_PA = 500  # own: well above the noise between two looks
_NO_JUMP = 1 << 18  # Pa per step: more than any sensor shows
_PL_PER_UL = 1_000_000
_FINE = 1024  # slopes are kept in 1024ths of a pascal per step


class OcclusionSlope:
    """Attributes: ``limit`` (Pa/uL, 0: disabled), ``able`` (a shut line could reach it).

    ``pass_steps``: steps from one roller's release to the next, 0 for a syringe pump.
    """

    alarm = codes.ALARM_OCCLUSION_SLOPE

    def __init__(self, occlusion, pass_steps):
        self._occlusion = occlusion
        self._pass_steps = pass_steps
        self._ends_pa = array("i", [0] * (_STRETCHES_OF_A_PASS + 1))
        self._stretches = _STRETCHES_OF_A_PASS if pass_steps else 1
        self.limit = 0
        self.able = False
        self._limit_fine = 0
        self._stretch_steps = 1
        self._jump_pa_per_step = _NO_JUMP
        self._pl_per_step = 1
        self._slope_fine = 0
        self._edges = 0
        self._latest_steps = 0
        self._latest_pa = 0
        self._jumps = 0
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
        self._pl_per_step = pl_per_step
        self._limit_fine = limit_pa_per_ul * pl_per_step * _FINE // _PL_PER_UL
        self._stretch_steps = self._steps_of_a_stretch(compliance, threshold_pa, pl_per_step)
        self._jump_pa_per_step = _NO_JUMP
        self.able = True
        if compliance:
            # 1 kPa for each `compliance` nL is as many Pa for each pL.
            jump_pa_per_step = 3 * pl_per_step // (2 * compliance) + 1
            self._jump_pa_per_step = min(jump_pa_per_step, _NO_JUMP)
            stretch_pl = self._stretch_steps * pl_per_step
            slope_pa = limit_pa_per_ul * stretch_pl * self._stretches // _PL_PER_UL
            within_threshold = slope_pa + stretch_pl // compliance < threshold_pa
            self.able = limit_pa_per_ul * compliance < _PL_PER_UL and within_threshold

    def restart(self):
        """Begin anew after the blanking time."""
        self._blank = _BLANK_CHECKS

    def check(self, reading, infusing):
        """Every ``CHECK_TICKS`` ticks; True when two stretches in a row were too steep."""
        steps = (reading.edges - self._edges) & hal.COUNT_MASK
        self._edges = reading.edges
        if not self.able:
            return False
        pressure_pa = self._occlusion.pressure_pa
        rise_pa = pressure_pa - self._latest_pa
        self._latest_pa = pressure_pa
        change = abs(steps - self._latest_steps)
        unsteady = change > 1 + (self._latest_steps >> 2)
        self._latest_steps = steps
        if abs(rise_pa) > _JUMP_MIN_PA + steps * self._jump_pa_per_step:
            self._jumps += 1
        else:
            self._jumps = 0
        if unsteady or not infusing or 0 < self._jumps <= _JUMP_CHECKS:
            self._blank = _BLANK_CHECKS
            return False
        if self._blank:
            self._blank -= 1
            self._begin(pressure_pa)
            return False
        self._displaced += steps
        if self._displaced < self._stretch_steps:
            return False
        while self._displaced >= self._stretch_steps:
            self._displaced -= self._stretch_steps
            self._end_stretch(pressure_pa - rise_pa * self._displaced // steps)
        self._steep = self._steep + 1 if self._slope_fine >= self._limit_fine else 0
        return self._steep >= _STEEP_STRETCHES

    def value(self):
        """Slope last taken, in Pa/uL."""
        return self._slope_fine * _PL_PER_UL // (_FINE * self._pl_per_step)

    def _steps_of_a_stretch(self, compliance, threshold_pa, pl_per_step):
        if self._pass_steps:
            return self._pass_steps // _STRETCHES_OF_A_PASS
        stretch_nl = compliance * threshold_pa // (1000 * _STRETCHES_TO_THRESHOLD)
        if compliance == 0:
            stretch_nl = _STRETCH_UNDECLARED_NL
        elif stretch_nl < _STRETCH_MIN_NL:
            stretch_nl = _STRETCH_MIN_NL
        return stretch_nl * scale.PL_PER_NL // pl_per_step + 1

    def _begin(self, pressure_pa):
        self._displaced = 0
        self._steep = 0
        self._ends = 0
        self._ends_pa[0] = pressure_pa
        self._slope_fine = 0

    def _end_stretch(self, pressure_pa):
        ends_pa = self._ends_pa
        stretches = self._stretches
        if self._ends < stretches:
            self._ends += 1
        else:
            for index in range(stretches):
                ends_pa[index] = ends_pa[index + 1]
        ends_pa[self._ends] = pressure_pa
        if self._ends == stretches:
            rise_fine = (pressure_pa - ends_pa[0]) * _FINE
            self._slope_fine = rise_fine // (self._stretch_steps * stretches)
