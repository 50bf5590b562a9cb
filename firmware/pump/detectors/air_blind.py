"""Is the air detector blind? It is excited and must show air (IEC 60601-2-24, 3.6).

Before START, and while running each time that half of what lies between detector and outlet was
displaced: so air that a blind detector let pass is never further than the outlet. The other
half is for what is displaced until the next look (every tenth tick) and while air is passing,
for then the detector shows that it sees and the test waits.
"""

from pump import codes, hal, scale

CHECK_TICKS = 10
# Readings in a row within which a detector that sees has answered (own: an ultrasonic detector
# takes some ms).
ANSWER_TICKS = 4


class AirBlind:
    """Attributes: ``testing``, ``passed`` (since ``begin``), ``able``, ``limit`` (ticks)."""

    alarm = codes.ALARM_AIR_BLIND
    limit = ANSWER_TICKS

    def __init__(self, sensors, fitted, dry_above_code, to_outlet_ul):
        self._sensors = sensors
        self._fitted = fitted
        self._dry_above_code = dry_above_code
        self._to_outlet_ul = to_outlet_ul
        self._half_steps = 0
        self._from_edges = 0
        self._ticks = 0
        self._code = 0
        self.able = fitted
        self.testing = False
        self.passed = not fitted

    def configure(self, pl_per_step):
        """Take the allotment's calibration in pL/step (0: none in force)."""
        self._half_steps = 0
        if pl_per_step > 0:
            self._half_steps = scale.steps_within_ul(self._to_outlet_ul, pl_per_step) // 2

    def begin(self, edges):
        """Excite the detector; from the next reading on ``step`` is due in each tick."""
        self._from_edges = edges
        if not self._fitted:
            return
        self.able = self._sensors.stimulate(hal.CHANNEL_AIR, True)
        self.testing = self.able
        self.passed = not self.able  # a board that cannot excite it says so: not able
        self._ticks = 0

    def due(self, edges):
        """Every ``CHECK_TICKS`` ticks while running: whether to begin again."""
        displaced = (edges - self._from_edges) & hal.COUNT_MASK
        return self.able and displaced >= self._half_steps

    def step(self, code):
        """One reading while testing; True when the detector is found blind."""
        self._code = code
        self._ticks += 1
        self.passed = code > self._dry_above_code
        if not self.passed and self._ticks < ANSWER_TICKS:
            return False
        self.testing = False
        self._sensors.stimulate(hal.CHANNEL_AIR, False)
        return not self.passed

    def value(self):
        """The code that was read instead of air."""
        return self._code
