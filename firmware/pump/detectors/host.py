"""Host lost: no valid envelope of the arming link within the time agreed at ARM (C8)."""

from pump import codes
from pump.scale import TICK_MS


class Host:
    """Attributes: ``limit`` (ms, 0: nothing was agreed), ``told`` (since then, that it was lost).

    A host that is not needed is told of once: one that asks each minute, with less agreed, would
    fill the journal within half a day.
    """

    alarm = codes.ALARM_HOST_LOST

    def __init__(self):
        self.limit = 0
        self.told = False
        self._silent_ms = 0

    def agree(self, timeout_ms):
        """Begin to watch, with the time (500..255000 ms) agreed at ARM."""
        self.limit = timeout_ms
        self.told = False
        self._silent_ms = 0

    def heard(self):
        """A valid envelope of the arming link came in."""
        self._silent_ms = 0

    def check(self, reading):
        """True while moving and the host has been silent for longer than agreed."""
        if not reading.moving:
            return False
        if self._silent_ms <= self.limit:
            self._silent_ms += TICK_MS
        return self._silent_ms > self.limit

    def value(self):
        """Silence in ms."""
        return self._silent_ms
