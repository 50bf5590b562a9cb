"""Suction: pressure below ambient while withdrawing, as when the line or the supply is shut."""

from pump import codes
from pump.detectors.occlusion import NO_PRESSURE


class Suction:
    """Reads the filtered pressure of ``Occlusion``. Attribute: ``limit`` (Pa below ambient)."""

    alarm = codes.ALARM_SUCTION

    def __init__(self, occlusion):
        self._occlusion = occlusion
        self.limit = 0

    def configure(self, limit_pa):
        """Take the limit in Pa below ambient."""
        self.limit = limit_pa

    def check(self):
        """True while the pressure is at the limit or further below ambient."""
        pressure_pa = self._occlusion.pressure_pa
        return pressure_pa != NO_PRESSURE and -pressure_pa >= self.limit

    def value(self):
        """Pa below ambient."""
        return -self._occlusion.pressure_pa
