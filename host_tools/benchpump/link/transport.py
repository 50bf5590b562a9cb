"""What the client needs of a connection: bytes, and the clock of its timeouts."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Seconds that pass on this transport; virtual on the emulated bench."""

    def now_s(self) -> float:
        """Seconds since some fixed moment."""
        ...

    def sleep_s(self, duration_s: float) -> None:
        """Let that much time pass."""
        ...


class Transport(Protocol):
    """A byte stream to a pump. Any call may raise PumpLost once the connection is gone."""

    @property
    def clock(self) -> Clock:
        """The clock of this connection."""
        ...

    def write(self, data: bytes) -> None:
        """Send all of it."""
        ...

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, waiting at most `timeout_s` for the first byte; empty if none did."""
        ...

    def close(self) -> None:
        """Give the connection back; harmless when closed."""
        ...


class RealClock:
    """The computer's monotonic clock."""

    def now_s(self) -> float:
        """Seconds since some fixed moment."""
        return time.monotonic()

    def sleep_s(self, duration_s: float) -> None:
        """Really wait."""
        time.sleep(duration_s)
