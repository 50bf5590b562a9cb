"""Upstream occlusion: suction between container and pump at or above the threshold (GIP 1.10.1).

Looked at every fifth tick, filtered over four readings against the noise of single conversions.
"""

from pump import codes
from pump.detectors.health import FULL_SCALE, RAIL_CODES

_FILTER = 4
_FINE = 16


class Upstream:
    """Attributes: ``limit`` (Pa below ambient), ``suction_pa`` (filtered)."""

    alarm = codes.ALARM_OCCLUSION_UPSTREAM

    def __init__(self, zero_code, pa_per_1000_codes):
        self._zero_code = zero_code
        self._pa_per_1000_codes = pa_per_1000_codes
        self._fine_pa = 0
        self._known = False
        self.suction_pa = 0
        self.limit = 0

    def configure(self, threshold_pa):
        """Take the threshold in Pa of suction."""
        self.limit = threshold_pa

    def check(self, code):
        """True while the suction is at or above the threshold."""
        if code < RAIL_CODES or code > FULL_SCALE - RAIL_CODES:
            return False  # lost or at a rail: the health detector's business, never a suction
        pa = (self._zero_code - code) * self._pa_per_1000_codes // 1000
        if self._known:
            self._fine_pa += (pa * _FINE - self._fine_pa) // _FILTER
        else:
            self._known = True
            self._fine_pa = pa * _FINE
        self.suction_pa = self._fine_pa // _FINE
        return self.suction_pa >= self.limit

    def value(self):
        """Filtered suction in Pa."""
        return self.suction_pa
