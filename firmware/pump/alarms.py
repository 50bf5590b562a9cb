"""Alarms: latched with value, limit and first cause; the highest priority shows; silence is short.

Acknowledging takes a latch away only where its cause is gone. Faults stay until a restart.
"""

from array import array

from pump import codes

_CODES = 128  # alarm codes are below this; from here on a code is a journal event
_NONE = bytes(_CODES)  # nothing is latched: nearly always, and found at once


class Alarms:
    """Attributes: ``first`` (cause of the stop), ``top`` (signalled); 0: nothing is latched."""

    def __init__(self):
        self._latched = bytearray(_CODES)
        self._present = bytearray(_CODES)
        self._value = array("i", [0] * _CODES)
        self._limit = array("i", [0] * _CODES)
        self._priority = bytearray(_CODES)
        self._reaction = bytearray(_CODES)
        for index in range(len(codes.ALARM_CODES)):
            code = codes.ALARM_CODES[index]
            self._priority[code] = codes.ALARM_PRIORITY[index]
            self._reaction[code] = codes.ALARM_REACTION[index]
        self.first = 0
        self.top = 0
        self._silent_until_tick = 0

    def raise_alarm(self, code, value, limit):
        """Latch an alarm whose cause is present; True if it was not latched before."""
        self._present[code] = 1
        if self._latched[code]:
            return False
        self._latched[code] = 1
        self._value[code] = value
        self._limit[code] = limit
        if self.first == 0 and self._reaction[code] != codes.REACTION_FLAG:
            self.first = code
        self._signal()
        self._silent_until_tick = 0  # a new alarm is never born silent
        return True

    def cause_gone(self, code):
        """The cause of an alarm is no longer there; the latch stays until it is acknowledged."""
        self._present[code] = 0

    def latched(self, code):
        """Whether an alarm is latched."""
        return self._latched[code] != 0

    def value(self, code):
        """Measured value when it tripped."""
        return self._value[code]

    def limit(self, code):
        """Limit in force when it tripped."""
        return self._limit[code]

    def acknowledge(self):
        """Take away every latch whose cause is gone; return the code still signalled, or 0."""
        for code in range(_CODES):
            keeps = self._present[code] or self._reaction[code] == codes.REACTION_FAULT
            if self._latched[code] and not keeps:
                self._latched[code] = 0
        self._signal()
        self._silent_until_tick = 0
        if self.first and not self._latched[self.first]:
            self.first = self._next_stopping()
        return self._next_stopping()

    def reset(self, code):
        """Take one latch away whatever it is: only where its subject was made anew."""
        self._present[code] = 0
        self._latched[code] = 0
        if self.first == code:
            self.first = self._next_stopping()
        self._signal()

    def latched_from(self, code):
        """The first latched code at or above ``code``, or 0: to list them one by one."""
        if self._latched != _NONE:
            for candidate in range(code, _CODES):
                if self._latched[candidate]:
                    return candidate
        return 0

    def faulted(self):
        """The lowest latched fault, or 0."""
        if self._latched != _NONE:
            for code in range(_CODES):
                if self._latched[code] and self._reaction[code] == codes.REACTION_FAULT:
                    return code
        return 0

    def reaction(self, code):
        """REACTION_* of an alarm."""
        return self._reaction[code]

    def silence(self, until_tick):
        """Silence the sounder for a while (at most two minutes, GIP 3.2.1); the light stays."""
        self._silent_until_tick = until_tick

    def silenced(self, tick):
        """Whether the sounder is silenced at a tick."""
        return tick < self._silent_until_tick

    def priority(self):
        """Priority signalled, 0 for none."""
        return self._priority[self.top]

    def _signal(self):
        top = 0
        if self._latched != _NONE:
            top = self._highest()
        if self.first and self._priority[self.first] == self._priority[top]:
            top = self.first  # of equals the first cause is shown
        self.top = top

    def _highest(self):
        top = 0
        for code in range(1, _CODES):
            if self._latched[code] and (top == 0 or self._priority[code] > self._priority[top]):
                top = code
        return top

    def _next_stopping(self):
        for code in range(1, _CODES):
            if self._latched[code] and self._reaction[code] != codes.REACTION_FLAG:
                return code
        return 0
