"""What each runner provides before the firmware is imported: the two ends of the exchange."""

from typing import Protocol

class _Reader(Protocol):
    def readinto(self, record: object) -> int:
        """Fill an array or bytearray; fewer bytes than it holds when the bench has gone."""

class _Writer(Protocol):
    def write(self, record: object) -> int:
        """Send an array or bytearray whole."""

reader: _Reader
writer: _Writer
