"""The pump's serial cable in the emulated bench: bytes with virtual time on both ends."""

from __future__ import annotations

from typing import Protocol

from benchpump.bench.clock import VirtualClock, whole_us


class WiredBoard(Protocol):
    """A board with bytes coming and going in the bench's time."""

    @property
    def now_us(self) -> int:
        """Microseconds since the rig was started."""
        ...

    def send(self, data: bytes) -> None:
        """Put bytes on the cable to the pump."""
        ...

    def receive(self) -> bytes:
        """What has arrived from the pump and was not taken."""
        ...

    def run_until(self, until_us: int, *, stop_at_bytes: bool = False) -> None:
        """Let time pass to then, or to the first bytes from the pump."""
        ...


class RawWire:
    """`rig.RawLink`: bytes as they are."""

    def __init__(self, board: WiredBoard) -> None:
        self._board = board
        self.silent = False  # fault: the host program sends nothing more

    def write(self, data: bytes) -> None:
        """Send bytes; they reach the pump at its next tick, at most 256 of them in one."""
        if not self.silent:
            self._board.send(data)

    def read(self, timeout_ms: float) -> bytes:
        """What the pump sent, after at most `timeout_ms` of virtual time; empty if nothing."""
        board = self._board
        data = board.receive()
        if not data:
            board.run_until(board.now_us + whole_us(timeout_ms), stop_at_bytes=True)
            data = board.receive()
        return data


class WireTransport:
    """The same bytes as a transport of `benchpump.link`, whose times are seconds."""

    def __init__(self, wire: RawWire, clock: VirtualClock) -> None:
        self._wire = wire
        self.clock = clock

    def write(self, data: bytes) -> None:
        """Send bytes."""
        self._wire.write(data)

    def read(self, timeout_s: float) -> bytes:
        """What arrived within `timeout_s` of virtual time, or nothing."""
        return self._wire.read(timeout_s * 1000)

    def close(self) -> None:
        """Nothing to give back: the cable belongs to the rig."""
