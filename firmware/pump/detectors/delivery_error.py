"""Over- and under-delivery, where a flow sensor is fitted: 15 min of running (GIP 1.2.2).

Minutes of running are buckets, and the last fifteen are judged as each one ends: more than 110 %
or less than 90 % of what the steps are worth. A window with so little in it that the sensor
could not tell is not judged; ARM says so for a program that is so slow.
"""

from array import array

from pump import codes

MINUTES = 15
CHECKS_PER_MINUTE = 240  # readings, each fifth tick
OVER_PERCENT = 110
UNDER_PERCENT = 90
# More in an interval counts as this much, either way (own: three times the highest rate): fifteen
# minutes of it stay a small integer at 500 counts/uL.
_INTERVAL_MOST_UL = 100


class DeliveryError:
    """Attributes: ``alarm`` (of what was found), ``limit`` (per cent)."""

    def __init__(self, meter, least_nl_h):
        self._meter = meter
        # What the least rate gives in a quarter of an hour, less what a step that is not quite
        # due may be short of it: a program of just that rate is judged.
        self._least = least_nl_h * meter.counts_per_ul // 4000 * 99 // 100
        self._most = _INTERVAL_MOST_UL * meter.counts_per_ul
        self._measured = array("i", [0] * MINUTES)
        self._due = array("i", [0] * MINUTES)
        self.alarm = codes.ALARM_OVER_DELIVERY
        self.limit = OVER_PERCENT
        self.restart()

    def restart(self):
        """Begin a new window."""
        self._checks = 0
        self._at = 0
        self._filled = 0
        self._sum_measured = 0
        self._sum_due = 0
        self._measured[0] = 0
        self._due[0] = 0

    def check(self):
        """After an interval of running; True when a window that just ended is off."""
        meter = self._meter
        measured = meter.measured
        if measured > self._most:
            measured = self._most
        elif measured < -self._most:
            measured = -self._most
        self._measured[self._at] += measured
        self._due[self._at] += meter.due
        self._sum_measured += measured
        self._sum_due += meter.due
        self._checks += 1
        if self._checks < CHECKS_PER_MINUTE:
            return False
        self._checks = 0
        self._filled += 1 if self._filled < MINUTES else 0
        found = self._filled == MINUTES and self._off()
        if not found:
            self._next_minute()
        return found

    def value(self):
        """What was measured, in per cent of what was due, rounded down; backwards: 0."""
        if self._sum_measured <= 0:
            return 0
        return self._sum_measured * 100 // self._sum_due

    def _off(self):
        due = self._sum_due
        if due < self._least or due == 0:
            return False
        tenth = due // 10
        if self._sum_measured > due + tenth:
            self.alarm = codes.ALARM_OVER_DELIVERY
            self.limit = OVER_PERCENT
            return True
        self.alarm = codes.ALARM_UNDER_DELIVERY
        self.limit = UNDER_PERCENT
        return self._sum_measured < due - tenth

    def _next_minute(self):
        at = self._at = self._at + 1 if self._at < MINUTES - 1 else 0
        if self._filled == MINUTES:
            self._sum_measured -= self._measured[at]
            self._sum_due -= self._due[at]
        self._measured[at] = 0
        self._due[at] = 0
