"""Ticks and memory as the chip itself sees them, with the firmware as it was deployed.

The firmware has left for the REPL; there its clock gets a stand-in that notes how long each tick
took before it went idle, or what it took from the heap, and `main.run` goes on. Nothing of the
firmware is changed by it but the clock that its loop asks to wait.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass

from benchpump.bench.pico.raw_repl import RawRepl
from benchpump.bench.pico.rig import PicoRig
from benchpump.link.client import Pump

TICKS_MAX = 1600
_FIRST_TICK_MS = 200  # the first one is late, and counts those that were missed at its end
BLOCK_BYTES = 16
"""What the collector of a 32-bit MicroPython deals in."""

_PROBE = """
import gc, idle_clock, main, micropython
from array import array
from time import ticks_us, ticks_diff

class Probe:
    def __init__(self):
        self.clock = main._board.clock
        self.app = main.app
        self.noted = array("H", bytes(2 * {ticks_max}))
        self.first = -1
        self.since = 0
        self.longest_us = 0
        self.live = -1
        self.grown = 0

    def note(self, value):
        at = self.app.tick_count
        if self.first < 0:
            self.first = at
        at -= self.first
        if at < {ticks_max}:
            self.noted[at] = value if value < 65535 else 65535

    def collect(self):
        began = ticks_us()
        gc.collect()
        took = ticks_diff(ticks_us(), began)
        if took > self.longest_us:
            self.longest_us = took
        live = gc.mem_alloc()
        if self.live < 0:
            self.live = live
        self.grown = live - self.live

class Times(Probe):
    def idle_until(self, deadline_ms):
        self.note(ticks_diff(ticks_us(), self.since))
        self.clock.idle_until(deadline_ms)
        self.since = ticks_us()

class Bytes(Probe):
    def idle_until(self, deadline_ms):
        idle = gc.mem_alloc()
        taken = idle - self.since
        self.clock.idle_until(deadline_ms)
        self.since = gc.mem_alloc()
        if self.since > idle:
            taken += self.since - idle
        self.note(taken)

def watch(probe):
    main._board.clock = probe
    idle_clock.gc = probe
    micropython.kbd_intr(-1)
    try:
        main.run(1 << 29)
    except SystemExit:
        pass
    micropython.kbd_intr(3)
    idle_clock.gc = gc
    main._board.clock = probe.clock
    print(probe.first, probe.longest_us, probe.grown)
    for value in probe.noted:
        print(value, end=" ")
"""
_HEAP = "import gc, micropython\ngc.collect()\nprint(gc.mem_alloc())\nmicropython.mem_info()"
_LARGEST = re.compile(r"max free sz: (\d+)")


@dataclass(frozen=True)
class Noted:
    """Of each tick from `first` on: microseconds (65535: that or more), or bytes taken.

    `grown_bytes`: by which the last collection left more in use than the first; what the prompt
    keeps of its own between two questions for `heap` is not in it.
    """

    first: int
    longest_collection_us: int
    grown_bytes: int
    values: array[int]

    def between(self, first: int, end: int) -> list[int]:
        """Those of the ticks from `first` to before `end`. Raises ValueError: not looked at."""
        if not self.first < first < end <= self.first + len(self.values):
            raise ValueError(f"ticks {first} to {end} were not looked at from {self.first} on")
        return list(self.values[first - self.first : end - self.first])


class Inside:
    """Of a powered rig. Methods raise RuntimeError where the board does not answer."""

    def __init__(self, rig: PicoRig) -> None:
        self._rig = rig
        self._repl = RawRepl(rig)
        self._repl.run(_PROBE.format(ticks_max=TICKS_MAX))

    def heap(self) -> tuple[int, int]:
        """Bytes in use after a collection, and the longest free piece."""
        said = self._repl.run(_HEAP)
        largest = _LARGEST.search(said)
        if largest is None:
            raise RuntimeError(f"no figures of the heap: {said!r}")
        return int(said.split()[0]), int(largest[1]) * BLOCK_BYTES

    def watch_times(self) -> Pump:
        """Let ticks go on until `noted`, each one timed (the first 1600 are kept)."""
        return self._watch("Times")

    def watch_bytes(self) -> Pump:
        """The same for what each takes from the heap, its idle part included."""
        return self._watch("Bytes")

    def noted(self) -> Noted:
        """End the ticks; what was noted of them."""
        said = self._repl.end_ticks().split()
        first, longest_us, grown, *values = (int(word) for word in said)
        return Noted(first, longest_us, grown, array("H", values))

    def _watch(self, kind: str) -> Pump:
        self._repl.begin(f"watch({kind}())")
        self._rig.clock.sleep_ms(_FIRST_TICK_MS)
        return self._rig.connect()
