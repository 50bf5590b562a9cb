"""Pressure that lives and is not the line's: below what an outlet can hang, or unmoved by flow.

The noise of a broken bridge or of a sensor that was pulled off its dome looks like a sensor's.
Flow through any line raises pressure, so a start that moves nothing is a fault; below a rate it
cannot be told from noise, and that is said (``able``, ``too_slow``).
"""

from pump import codes, hal
from pump.detectors.occlusion import NO_PRESSURE
from pump.scale import PL_PER_NL

# Own: IEC's 13.33 kPa below ambient and a half more; a converter ends 23 kPa below at least.
BELOW_AMBIENT_PA = 20_000
# Own: five codes, four times what is left of two codes of noise in the filtered value, twice.
MOVED_PA = 300
# Of ten ticks each, at the rate or faster: the first may lie half before the start.
LOOKS = 3
_LOOKS_PER_H = 7200


class Implausible:
    """Reads the filtered pressure of ``Occlusion``. Attribute: ``limit`` (Pa below ambient)."""

    alarm = codes.ALARM_PRESSURE_IMPLAUSIBLE
    limit = BELOW_AMBIENT_PA

    def __init__(self, occlusion):
        self._occlusion = occlusion

    def check(self):
        """True while the pressure is at the limit or further below ambient."""
        pressure_pa = self._occlusion.pressure_pa
        return pressure_pa != NO_PRESSURE and -pressure_pa >= self.limit

    def value(self):
        """Pa below ambient."""
        return -self._occlusion.pressure_pa


class Unmoved:
    """Does pressure move when flow begins? Attributes: ``able``, ``limit`` (Pa)."""

    alarm = codes.ALARM_PRESSURE_UNMOVED
    limit = MOVED_PA

    def __init__(self, occlusion):
        self._occlusion = occlusion
        self._from_nl_h = 0
        self._look_steps = 0
        self._looks = 0
        self._waiting = True
        self._edges = 0
        self._rest_pa = NO_PRESSURE
        self._moved_pa = 0
        self.able = False

    def configure(self, from_nl_h, pl_per_step):
        """Take the rate in nL/h from which it is judged (0: not at all) and pL/step (0: none)."""
        self._from_nl_h = from_nl_h
        self.able = from_nl_h > 0
        self._look_steps = 0
        if pl_per_step > 0:  # rounded up: a slower start is never judged
            self._look_steps = -(-from_nl_h * PL_PER_NL // (pl_per_step * _LOOKS_PER_H))

    def too_slow(self, peak_nl_h):
        """Whether a program never gets to the rate from which it is judged."""
        return self.able and peak_nl_h < self._from_nl_h

    def check(self, reading, infusing):
        """Every ten ticks; True once when a start has moved nothing."""
        pressure_pa = self._occlusion.pressure_pa
        stepped = (reading.edges - self._edges) & hal.COUNT_MASK
        self._edges = reading.edges
        if not infusing:
            self._waiting = True
            self._looks = 0
            self._rest_pa = pressure_pa
            return False
        if not self._waiting or not self._look_steps or stepped < self._look_steps:
            return False
        if pressure_pa == NO_PRESSURE or self._rest_pa == NO_PRESSURE:
            return False
        moved_pa = pressure_pa - self._rest_pa
        self._moved_pa = moved_pa if moved_pa >= 0 else -moved_pa
        self._looks += 1
        self._waiting = self._moved_pa < self.limit and self._looks < LOOKS
        return self._moved_pa < self.limit and self._looks >= LOOKS

    def value(self):
        """Pa by which the pressure had moved at the last look."""
        return self._moved_pa
