"""What can be wrong with a sensor: each fault turns the healthy code into the one that is read.

A fault is handed the healthy code, a noise sample of unit variance and the time, and answers the
same whenever it is asked again at the same time.
"""

from __future__ import annotations

from math import exp, inf, sin, tau
from typing import Protocol

CODE_MAX = 4095
NO_ANSWER = -2  # as in lockstep.toml
COUNT_MASK = (1 << 30) - 1  # counters wrap here


class SensorFault(Protocol):
    """One fault of one channel."""

    def read(self, code: int, noise: float, now_us: int) -> int:
        """What is read instead of `code`; 0..4095 (a counter: below 2**30) or NO_ANSWER."""
        ...

    def copy(self) -> SensorFault:
        """An independent fault in the same state."""
        ...


def clamp(code: float) -> int:
    """The nearest code that a 12-bit converter can show."""
    return 0 if code < 0 else CODE_MAX if code > CODE_MAX else int(code)


class Off:
    """The sensor does not answer."""

    def read(self, code: int, noise: float, now_us: int) -> int:
        """NO_ANSWER."""
        return NO_ANSWER

    def copy(self) -> Off:
        """Itself: it has no state."""
        return self


class Stuck:
    """The same code for ever: a given one, or the one that was read first."""

    def __init__(self, code: int | None = None) -> None:
        self._code = code

    def read(self, code: int, noise: float, now_us: int) -> int:
        """The stuck code."""
        if self._code is None:
            self._code = code
        return self._code

    def copy(self) -> Stuck:
        """An independent fault in the same state."""
        return Stuck(self._code)


class Drift:
    """The reading walks away, noise and all: at a constant speed, or back and forth.

    With a period (s) it comes back, as with a room's temperature; `codes_per_s` is then the
    fastest. Off by at most `codes_per_s` x period / 2 pi either way.
    """

    def __init__(self, codes_per_s: float, since_us: int, period_s: float = inf) -> None:
        self._codes_per_s = codes_per_s
        self._since_us = since_us
        self._per_s = tau / period_s

    def read(self, code: int, noise: float, now_us: int) -> int:
        """The code with the drift so far."""
        since_s = (now_us - self._since_us) * 1e-6
        if self._per_s:
            since_s = sin(since_s * self._per_s) / self._per_s
        return clamp(code + self._codes_per_s * since_s)

    def copy(self) -> Drift:
        """Itself: it does not change."""
        return self


class Garbage:
    """Codes from all over the range."""

    def read(self, code: int, noise: float, now_us: int) -> int:
        """A code that has nothing to do with the true one."""
        return int(abs(noise) * 1_000_003) & CODE_MAX

    def copy(self) -> Garbage:
        """Itself: it has no state."""
        return self


class GarbageCount:
    """Counts from all over the range of a counter."""

    def read(self, code: int, noise: float, now_us: int) -> int:
        """A count that has nothing to do with the true one."""
        return int(abs(noise) * 1e12) & COUNT_MASK

    def copy(self) -> GarbageCount:
        """Itself: it has no state."""
        return self


class Blind:
    """Reads as with nothing there, noise and all, whatever is there."""

    def __init__(self, code: float, noise_codes: float) -> None:
        self._code = code
        self._noise_codes = noise_codes

    def read(self, code: int, noise: float, now_us: int) -> int:
        """The code of nothing with live noise."""
        return clamp(self._code + 0.5 + self._noise_codes * noise)

    def copy(self) -> Blind:
        """Itself: it has no state."""
        return self


class Slow:
    """A first-order lag."""

    def __init__(self, time_constant_ms: float) -> None:
        self._time_constant_us = time_constant_ms * 1000
        self._value: float | None = None
        self._at_us = 0

    def read(self, code: int, noise: float, now_us: int) -> int:
        """The lagged code, with half a code of noise so that the lag alone does not look stuck."""
        if self._value is None:
            self._value = float(code)
        elif now_us > self._at_us:
            left = exp((self._at_us - now_us) / self._time_constant_us)
            self._value = code + (self._value - code) * left
        self._at_us = now_us
        return clamp(self._value + noise * 0.5 + 0.5)

    def copy(self) -> Slow:
        """An independent fault in the same state."""
        twin = Slow(self._time_constant_us / 1000)
        twin._value = self._value
        twin._at_us = self._at_us
        return twin


class Intermittent:
    """No answer for the first `off_ms` of every `period_ms`."""

    def __init__(self, period_ms: float, off_ms: float, since_us: int) -> None:
        self._period_us = int(period_ms * 1000)
        self._off_us = int(off_ms * 1000)
        self._since_us = since_us

    def read(self, code: int, noise: float, now_us: int) -> int:
        """The true code, or NO_ANSWER while the contact is open."""
        return NO_ANSWER if (now_us - self._since_us) % self._period_us < self._off_us else code

    def copy(self) -> Intermittent:
        """Itself: it does not change."""
        return self
