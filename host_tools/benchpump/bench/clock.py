"""The rig's virtual clock: time passes when somebody waits, and never otherwise."""

from __future__ import annotations

from collections.abc import Callable

TICKS_MASK = (1 << 30) - 1
TICKS_HALF = 1 << 29


class VirtualClock:
    """Integer microseconds since the rig was started, and waiting that makes them pass."""

    def __init__(self, now_us: Callable[[], int], run_until_us: Callable[[int], None]) -> None:
        self._now_us = now_us
        self._run_until_us = run_until_us

    def now_ms(self) -> float:
        """Milliseconds since the rig was started."""
        return self._now_us() / 1000

    def sleep_ms(self, duration_ms: float) -> None:
        """Let that much virtual time pass; a storage operation under way is finished first.

        Raises ValueError for a negative duration.
        """
        if duration_ms < 0:
            raise ValueError(f"cannot sleep {duration_ms} ms")
        self._run_until_us(self._now_us() + whole_us(duration_ms))

    def now_s(self) -> float:
        """Seconds since the rig was started; what the link client calls."""
        return self._now_us() / 1e6

    def sleep_s(self, duration_s: float) -> None:
        """`sleep_ms` in seconds."""
        self.sleep_ms(duration_s * 1000)


def whole_us(duration_ms: float) -> int:
    """A wait in microseconds: at least one of any that is more than nothing.

    Who waits for what is left until a moment, and goes on until it has come, would else wait for
    ever where so little is left that it rounds to nothing.
    """
    return max(round(duration_ms * 1000), int(duration_ms > 0))


def ticks_until(now: int, then: int) -> int:
    """Milliseconds from one wrapping tick count (modulo 2**30) to another; negative: passed."""
    return ((then - now + TICKS_HALF) & TICKS_MASK) - TICKS_HALF
