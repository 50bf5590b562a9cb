"""The serial cable between host and pump: a lane each way, and what can happen to bytes on it."""

from __future__ import annotations

import copy
from collections import deque


class Lane:
    """Bytes in one direction. All faults are off at first; `every` counts bytes, 0 is off."""

    def __init__(self) -> None:
        self.off = False
        self.lose_every = 0
        self.corrupt_every = 0
        self.delay_us = 0
        self._passed = 0
        self._queue: deque[tuple[int, bytes]] = deque()  # when it arrives, what

    def put(self, data: bytes, now_us: int) -> None:
        """Send bytes at `now_us`; they come out of `take` from then on, or after the delay."""
        if self.off or not data:
            return
        if self.lose_every or self.corrupt_every:
            data = self._disturbed(data)
        self._queue.append((now_us + self.delay_us, data))

    def ready(self, now_us: int) -> bool:
        """True when bytes have arrived that were not taken."""
        return bool(self._queue) and self._queue[0][0] <= now_us

    def take(self, now_us: int, limit: int) -> bytes:
        """What has arrived by `now_us`, at most `limit` bytes; the rest waits."""
        taken = bytearray()
        while self.ready(now_us) and len(taken) < limit:
            due_us, data = self._queue.popleft()
            room = limit - len(taken)
            if len(data) > room:
                self._queue.appendleft((due_us, data[room:]))
            taken += data[:room]
        return bytes(taken)

    def arrived(self, now_us: int) -> int:
        """How many bytes `take` would give at `now_us`."""
        return sum(len(data) for due_us, data in self._queue if due_us <= now_us)

    @property
    def waiting(self) -> bool:
        """True while there is something on its way or not taken."""
        return bool(self._queue)

    def clear(self) -> None:
        """Lose what is on its way."""
        self._queue.clear()

    def copy(self) -> Lane:
        """An independent lane in the same state."""
        twin = copy.copy(self)
        twin._queue = self._queue.copy()
        return twin

    def _disturbed(self, data: bytes) -> bytes:
        passed = bytearray()
        for byte in data:
            self._passed += 1
            if self.lose_every and self._passed % self.lose_every == 0:
                continue
            if self.corrupt_every and self._passed % self.corrupt_every == 0:
                byte ^= 1 << self._passed // self.corrupt_every % 8
            passed.append(byte)
        return bytes(passed)
