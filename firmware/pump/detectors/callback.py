"""Callback: a program is loaded and nobody starts it, or goes on with it (GIP 1.5, AL).

Looked at once a second. The time counts from the moment at which the pump began to wait in one
state, and begins anew with each change of state.
"""

from pump import codes

_SECONDS_PER_MINUTE = 60


class Callback:
    """Attribute: ``limit`` (s, 0: disabled)."""

    alarm = codes.ALARM_PROGRAM_WAITING

    def __init__(self):
        self._seconds = 0
        self._state = 0
        self.limit = 0

    def configure(self, minutes):
        """Take the time (0..60 min)."""
        self.limit = minutes * _SECONDS_PER_MINUTE

    def check(self, state, loaded):
        """Once a second: True when a loaded program has waited for the time set."""
        waits = loaded and (
            state == codes.STATE_IDLE or state == codes.STATE_ARMED or state == codes.STATE_PAUSED
        )
        if not waits or state != self._state:
            self._state = state
            self._seconds = 0
            return False
        if self._seconds < self.limit:
            self._seconds += 1
        return 0 < self.limit <= self._seconds

    def value(self):
        """Seconds waited."""
        return self._seconds
