"""Supply voltage: a warning, then a stop while there is still power to stop in order (GIP 5.1).

Looked at every fifth tick (``CHECK_TICKS``); two readings in a row decide, so half a second after
the fall. Where the board's brown-out lies is the board's to say, with both thresholds above it.
"""

from pump import codes

CHECK_TICKS = 5
HYSTERESIS_MV = 200  # a cause is gone when the supply stands this far above its threshold (own)
_IN_A_ROW = 2


class Supply:
    """One threshold. Attributes: ``alarm``, ``limit`` (mV), ``gone`` (cause certainly over)."""

    def __init__(self, alarm, below_mv, mv_per_1000_codes):
        self.alarm = alarm
        self.limit = below_mv
        self._mv_per_1000_codes = mv_per_1000_codes
        self._below = 0
        self._mv = 0
        self.gone = False

    def check(self, code):
        """Every ``CHECK_TICKS`` ticks: True while the supply is below the threshold."""
        if code < 0:
            return False  # a lost sensor is the health detector's business, never a voltage
        self._mv = code * self._mv_per_1000_codes // 1000
        if self._mv >= self.limit:
            self._below = 0
        elif self._below < _IN_A_ROW:
            self._below += 1
        self.gone = self._mv >= self.limit + HYSTERESIS_MV
        return self._below >= _IN_A_ROW

    def value(self):
        """Last reading in mV."""
        return self._mv


def low(data):
    """The warning of a board whose supply is measured."""
    return Supply(codes.ALARM_SUPPLY_LOW, data.SUPPLY_WARN_BELOW_MV, data.SUPPLY_MV_PER_1000_CODES)


def depleted(data):
    """The stop before brown-out."""
    return Supply(
        codes.ALARM_SUPPLY_DEPLETED, data.SUPPLY_STOP_BELOW_MV, data.SUPPLY_MV_PER_1000_CODES
    )
