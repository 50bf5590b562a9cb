"""Ends a VM that never answers: a firmware that loops for ever is a failure, not a silence.

Real time is used for nothing else here. The limit is far above any tick: a run that meets it could
not have gone on.
"""

from __future__ import annotations

import threading
import weakref
from typing import Protocol

LIMIT_S = 60.0
LOOKS = 4  # within the limit


class Waiting(Protocol):
    """What is guarded: it waits for a VM, and counts the records that came."""

    exchanges: int
    waiting: bool

    def give_up_waiting(self) -> None:
        """End the VM; called from the guard's thread."""
        ...


class StuckGuard:
    """One daemon thread for all that is guarded; it holds nothing alive."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._period_s = limit_s / LOOKS
        self._guarded: weakref.WeakKeyDictionary[Waiting, tuple[int, int]]
        self._guarded = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, waiting: Waiting) -> None:
        """Guard it for as long as it lives."""
        with self._lock:
            self._guarded[waiting] = (-1, 0)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="stuck VMs", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(self._period_s):
            self._look()

    def _look(self) -> None:
        with self._lock:
            for waiting, (exchanges, looks) in list(self._guarded.items()):
                if not waiting.waiting or waiting.exchanges != exchanges:
                    self._guarded[waiting] = (waiting.exchanges, 0)
                elif looks + 1 < LOOKS:
                    self._guarded[waiting] = (exchanges, looks + 1)
                else:
                    waiting.give_up_waiting()


GUARD = StuckGuard()
