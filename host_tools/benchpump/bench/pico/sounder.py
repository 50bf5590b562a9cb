"""What the sounder says, by its pulses: one is low, three are medium, ten are high.

Numbers and intervals are those of boards/common/panel.py, after IEC 60601-1-8.
"""

from __future__ import annotations

from benchpump.link.messages import Sound

PAUSE_US = 500_000
"""Longer than between two pulses of a burst."""
_LATE_US = 200_000
_REPEATED_US = {Sound.LOW: 16_000_000, Sound.MEDIUM: 8_000_000, Sound.HIGH: 6_000_000}


class Sounder:
    """Of one powered board. `bursts` counts those that have begun."""

    def __init__(self) -> None:
        self.bursts = 0
        self._began_us = 0
        self._last_us = 0
        self._pulses = 0

    def pulse(self, now_us: int) -> None:
        """The sounder was switched on."""
        if not self.in_burst(now_us):
            self.bursts += 1
            self._began_us, self._pulses = now_us, 0
        self._pulses += 1
        self._last_us = now_us

    def in_burst(self, now_us: int) -> bool:
        """True while there may be more pulses to come."""
        return self.bursts > 0 and now_us - self._last_us <= PAUSE_US

    def repeated_by_us(self) -> int:
        """When the last burst will have been repeated, if it ever is."""
        return self._began_us + _REPEATED_US.get(self.last, 0) + _LATE_US

    @property
    def last(self) -> Sound:
        """What the last burst said; OFF: there was none."""
        if self._pulses <= 1:
            return Sound.LOW if self._pulses else Sound.OFF
        return Sound.MEDIUM if self._pulses <= 3 else Sound.HIGH
