"""Downstream occlusion: pressure in the fluid path at or above the threshold (GIP 1.10.3)."""

from pump import codes

NO_PRESSURE = -(1 << 29)
_FILTER = 4  # ticks: a first-order filter of 200 ms, against the noise of single conversions
_FINE = 16  # the filter keeps sixteenths of a pascal so that it settles on the true value


class Occlusion:
    """Attributes: ``pressure_pa`` (filtered, NO_PRESSURE before the first reading), ``limit``."""

    alarm = codes.ALARM_OCCLUSION_DOWNSTREAM

    def __init__(self, pa_per_1000_codes):
        self._pa_per_1000_codes = pa_per_1000_codes
        self._zero_code = 0
        self._fine_pa = NO_PRESSURE
        self.pressure_pa = NO_PRESSURE
        self.limit = 0

    def configure(self, zero_code, threshold_pa):
        """Take the sensor's zero (ADC code) and the threshold in Pa."""
        self._zero_code = zero_code
        self.limit = threshold_pa

    def check(self, reading):
        """True while the filtered pressure is at or above the threshold."""
        code = reading.pressure_code
        if code < 0:
            return False  # lost sensors are the health detector's business, never a zero
        pa = (code - self._zero_code) * self._pa_per_1000_codes // 1000
        if self._fine_pa == NO_PRESSURE:
            self._fine_pa = pa * _FINE
        else:
            self._fine_pa += (pa * _FINE - self._fine_pa) // _FILTER
        self.pressure_pa = self._fine_pa // _FINE
        return self.pressure_pa >= self.limit

    def value(self):
        """Filtered pressure in Pa."""
        return self.pressure_pa
