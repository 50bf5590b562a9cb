"""The pump's own port, which is gone and comes back with the pump's power or reset."""

from __future__ import annotations

from collections.abc import Callable

from benchpump.bench.cable import Lane
from benchpump.link.errors import PortError, PumpLost
from benchpump.link.transport import Clock, Transport

LOOK_FOR_IT_US = 200_000


class PumpPort:
    """Lanes on one side, whatever port is there on the other. Without one, bytes are lost."""

    def __init__(self, open_port: Callable[[], Transport], clock: Clock) -> None:
        self.to_pump = Lane()
        self.from_pump = Lane()
        self._open = open_port
        self._clock = clock
        self._port: Transport | None = None
        self._look_us = 0

    def pass_on(self, now_us: int) -> None:
        """Hand over what has reached the pump's end of its lane."""
        data = self.to_pump.take(now_us, 1 << 30)
        if data and self._port is not None:
            try:
                self._port.write(data)
            except PumpLost:
                self.close()

    def wait(self, now_us: int, for_us: int, *, powered: bool) -> bytes:
        """What the pump sent within that time, at most; comes back at its first bytes."""
        if self._port is None and powered and now_us >= self._look_us:
            self._look_us = now_us + LOOK_FOR_IT_US
            try:
                self._port = self._open()
            except PortError:
                self._port = None
        if self._port is None:
            self._clock.sleep_s(for_us / 1e6)
            return b""
        try:
            return self._port.read(for_us / 1e6)
        except PumpLost:
            self.close()
            return b""

    def close(self) -> None:
        """Let go of the port; it is looked for again while somebody waits."""
        if self._port is not None:
            port, self._port = self._port, None
            port.close()
        self.to_pump.clear()
