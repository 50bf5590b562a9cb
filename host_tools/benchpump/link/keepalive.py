"""The promise to be alive, kept by a thread while the caller sleeps (real time only)."""

from __future__ import annotations

import threading
from collections.abc import Callable

from benchpump.link.tables import PumpError

PERIOD_MAX_S = 1.0
_SHARE = 4  # requests within one host timeout, so that lost ones do not matter


class KeepAlive:
    """Calls `ask` in a thread, several times within the host timeout, until stopped or refused."""

    def __init__(self, ask: Callable[[], object], host_timeout_s: float) -> None:
        self._ask = ask
        self._period_s = min(PERIOD_MAX_S, host_timeout_s / _SHARE)
        self._done = threading.Event()
        self.problem: PumpError | None = None
        self._thread = threading.Thread(target=self._run, name="pump keep-alive", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._done.wait(self._period_s):
            try:
                self._ask()
            except PumpError as error:  # the caller's next request meets the same and reports it
                self.problem = error
                return

    def stop(self) -> None:
        """End the thread; returns when it has ended."""
        self._done.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()
