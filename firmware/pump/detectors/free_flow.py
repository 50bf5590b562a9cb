"""Free flow, where a flow sensor is fitted: liquid runs that no step accounts for (GIP 1.2.3).

Summed while it lasts: what is measured beyond a quarter more than is due and beyond the zero
error of the sensor, never below nothing. What the line may give back elastically when it is
opened is borne, and 50 uL (own): compliance times the occlusion threshold, as the allotment
declares them.
"""

from pump import codes

MARGIN_UL = 50
_CHECKS_PER_HOUR = 14_400  # each fifth tick
_ZERO_SHARE = 10  # of the least rate that the sensor can judge: what its zero may be off
_FINE = 256
_STORED_UL_MOST = 7000  # so that sums stay small integers with 500 counts a uL


class FreeFlow:
    """Attribute: ``limit`` (nL); so much trips."""

    alarm = codes.ALARM_FREE_FLOW

    def __init__(self, meter, least_nl_h):
        self._meter = meter
        per_hour = least_nl_h // _ZERO_SHARE * meter.counts_per_ul // 1000
        self._zero_fine = per_hour * _FINE // _CHECKS_PER_HOUR
        self._excess_fine = 0
        self.configure(0, 0)

    def configure(self, compliance_nl_per_kpa, threshold_pa):
        """Take the compliance of what follows the pump and the occlusion threshold."""
        stored_ul = compliance_nl_per_kpa * threshold_pa // 1_000_000
        if stored_ul > _STORED_UL_MOST:
            stored_ul = _STORED_UL_MOST
        self.limit = (MARGIN_UL + stored_ul) * 1000
        self._limit_fine = (MARGIN_UL + stored_ul) * self._meter.counts_per_ul * _FINE

    def check(self, forward):
        """After an interval; True while more runs than the limit. Only forward steps are due."""
        meter = self._meter
        due = meter.due if forward else 0
        more_fine = (meter.measured * 4 - due * 5) * (_FINE // 4) - self._zero_fine
        tripped = self._excess_fine >= self._limit_fine
        self._excess_fine += more_fine
        # Once it has tripped it is over as soon as nothing more runs.
        if self._excess_fine < 0 or (tripped and more_fine <= 0):
            self._excess_fine = 0
        elif self._excess_fine > self._limit_fine:
            self._excess_fine = self._limit_fine
        return self._excess_fine >= self._limit_fine

    def value(self):
        """What ran beyond what was due, in nL."""
        return self._excess_fine // _FINE * 1000 // self._meter.counts_per_ul
