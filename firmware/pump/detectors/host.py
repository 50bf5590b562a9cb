"""Host lost: no valid envelope of the arming link within the time agreed at ARM (C8)."""

from pump import codes
from pump.scale import TICK_MS, TICKS_PER_HOUR

_NEVER = -TICKS_PER_HOUR


class Host:
    """Attributes: ``limit`` (ms, 0: nothing was agreed)."""

    alarm = codes.ALARM_HOST_LOST

    def __init__(self):
        self.limit = 0
        self._silent_ms = 0
        self._told_tick = _NEVER

    def agree(self, timeout_ms):
        """Begin to watch, with the time (500..255000 ms) agreed at ARM."""
        self.limit = timeout_ms
        self._told_tick = _NEVER
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

    def due_to_tell(self, tick):
        """Whether the loss of a host that is not needed goes on record: once an hour at most.

        One that asks each minute, with less agreed, would fill the journal within half a day.
        """
        if tick - self._told_tick < TICKS_PER_HOUR:
            return False
        self._told_tick = tick
        return True

    def value(self):
        """Silence in ms."""
        return self._silent_ms
