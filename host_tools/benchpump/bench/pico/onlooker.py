"""What somebody in front of a pump sees and hears, who waits until it is clear what it is."""

from __future__ import annotations

from abc import ABC, abstractmethod

from benchpump.bench.pico.light import LightReader
from benchpump.bench.pico.sounder import Sounder
from benchpump.link.messages import Sound

LISTEN_US = 50_000


class Onlooker(ABC):
    """Of a board whose time passes inside `run_until`; a start may bring another lamp."""

    _lamp: LightReader
    _sounder: Sounder

    @property
    @abstractmethod
    def now_us(self) -> int:
        """Microseconds since the rig was started."""

    @abstractmethod
    def run_until(self, until_us: int, *, stop_at_bytes: bool = False) -> None:
        """Let time pass to `until_us`, or to the first bytes from the pump."""

    @property
    def light(self) -> int:
        """Index in `light.LIGHTS` of what is shown; lets time pass until that is known."""
        while (settled_us := self._lamp.settled_at_us()) > self.now_us:
            self.run_until(settled_us)
        return self._lamp.light(self.now_us)

    @property
    def sound(self) -> str:
        """What is to be heard; waits for a burst to be repeated, and for its end."""
        bursts = self._sounder.bursts
        if bursts and not self._sounder.in_burst(self.now_us):
            by_us = self._sounder.repeated_by_us()
            while self._sounder.bursts == bursts and self.now_us < by_us:
                self.run_until(self.now_us + LISTEN_US)
            if self._sounder.bursts == bursts:
                return Sound.OFF.name.lower()
        while self._sounder.in_burst(self.now_us):
            self.run_until(self.now_us + LISTEN_US)
        return self._sounder.last.name.lower()
