"""The emulated board's serial port, for programs that open one with pyserial, as mpremote does.

    with serving(board) as port:
        SerialTransport(port.url).enter_raw_repl()

pyserial finds it by its URL, the way its own documentation has it (`protocol_handler_packages`).
Nothing waits in real time: a read lets the board's time pass, and so does each wait of mpremote's.
"""

from __future__ import annotations

import errno
import importlib
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import serial
from serial.serialutil import SerialBase, SerialException

from benchpump.bench.clock import VirtualClock
from benchpump.bench.pico.board import PicoBoard

_SCHEME = "picobench"
_PACKAGE = __name__.rpartition(".")[0]
_LONGEST_WAIT_US = 60_000_000
"""Of a read without a timeout: a board that says nothing for so long says nothing any more."""

_served: dict[str, Port] = {}


class Port:
    """The USB cable between that board and a host, and the port that the host then has."""

    def __init__(self, board: PicoBoard, name: str = "board") -> None:
        self.board = board
        self.url = f"{_SCHEME}://{name}"
        self.clock = VirtualClock(lambda: board.now_us, board.run_until)
        self._plugged = True
        self._pulls = 0

    def pull(self) -> None:
        """Take the cable out. The board keeps its power; what is on the cable is lost."""
        self._plugged = False
        self._pulls += 1
        self.board.to_pump.clear()

    def plug(self) -> None:
        """Put the cable back in."""
        self._plugged = True

    @property
    def found(self) -> tuple[int, int] | None:
        """What the host has found: another one after each reset of the board, loss of power and
        pull; None: it has no such port now."""
        number = self.board.port_number
        return (number, self._pulls) if self._plugged and number else None


@contextmanager
def serving(board: PicoBoard) -> Generator[Port]:
    """The board's port, open to whoever opens its URL, and mpremote waiting in its time.

    One board at a time: raises RuntimeError for a second one.
    """
    if _served:
        raise RuntimeError("mpremote has one clock, hence one emulated board at a time")
    port = Port(board)
    mpremote: Any = importlib.import_module("mpremote.transport_serial")  # comes without types
    own_time = mpremote.time
    mpremote.time = _Time(port.clock)
    serial.protocol_handler_packages.append(_PACKAGE)
    _served[port.url] = port
    try:
        yield port
    finally:
        del _served[port.url]
        serial.protocol_handler_packages.remove(_PACKAGE)
        mpremote.time = own_time


class _Time:
    """What mpremote asks of the module `time`, as the board's own time."""

    def __init__(self, clock: VirtualClock) -> None:
        self.monotonic = clock.now_s
        self.sleep = clock.sleep_s


class BridgedSerial(SerialBase):
    """One opening of the port: ends with the board's reset, as that of a real port does."""

    _opened: Port | None = None
    _found: tuple[int, int] | None = None

    def open(self) -> None:
        """Raises SerialException where the host has no such port at the moment."""
        name = str(self.port)
        port = _served.get(name)
        if port is None or port.found is None:
            raise SerialException(errno.ENOENT, f"could not open port {name}: no such port")
        self._opened, self._found = port, port.found
        self.is_open = True
        self.reset_input_buffer()

    def close(self) -> None:
        """Harmless when closed."""
        self.is_open = False
        self._opened = None

    def _port_now(self) -> Port:
        if self._opened is None:
            raise SerialException("the port is not open")
        if self._opened.found != self._found:
            raise SerialException(errno.EIO, "device disconnected: the board has left the cable")
        return self._opened

    @property
    def in_waiting(self) -> int:
        """How many bytes a read would return at once."""
        board = self._port_now().board
        return board.from_pump.arrived(board.now_us)

    def read(self, size: int = 1, /) -> bytes:
        """As many bytes, fewer only after the port's timeout. Raises SerialException."""
        port = self._port_now()
        board = port.board
        limit_us = _LONGEST_WAIT_US if self.timeout is None else round(self.timeout * 1e6)
        until_us = board.now_us + limit_us
        data = board.from_pump.take(board.now_us, size)
        while len(data) < size and board.now_us < until_us:
            board.run_until(until_us, stop_at_bytes=True)
            data += self._port_now().board.from_pump.take(board.now_us, size - len(data))
        if self.timeout is None and len(data) < size:
            raise SerialException(f"only {data!r} in {limit_us / 1e6:g} s, and more was asked for")
        return data

    def write(self, b: Any, /) -> int | None:
        """Put bytes on the cable. Raises SerialException."""
        data = bytes(b)
        self._port_now().board.send(data)
        return len(data)

    def reset_input_buffer(self) -> None:
        """Lose what has arrived."""
        self._port_now().board.receive()

    def _reconfigure_port(self, force_update: bool = False) -> None:
        """USB carries bytes at its own rate."""

    def _update_dtr_state(self) -> None:
        """The emulated host says that it is there as soon as it found the port."""

    def _update_rts_state(self) -> None:
        """Without meaning here."""
