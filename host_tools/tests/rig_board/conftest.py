"""The rig board's own modules under CPython, with doubles for its pins, its port and its time."""

from __future__ import annotations

import builtins
import types
from collections.abc import Callable
from typing import Any

import pytest

from benchpump import tree_root

BOARD = tree_root() / "boards/rig_pico"
MASK = (1 << 30) - 1
PASS_US = 1_000  # what one pass of the board takes here
ENABLE, SOUNDER, AIR_TEST = 1 << 26, 1 << 17, 1 << 16
STEP_PINS_IDLE = ENABLE  # the pump is cut


class BoardDouble:
    """One rig board. Also its serial port (`link.transport.Transport`) and that port's clock."""

    def __init__(self) -> None:
        self.now_us = 5_000
        self.alive = True
        self.levels_now = STEP_PINS_IDLE
        self.steps = [0, 0]  # forward, reverse
        self.frames, self.colour, self.shown_us = 0, 0, 0
        self.closed, self.codes = -1, (-1, -1, -1)
        self.releases = 0
        self.to_board: list[bytes] = []
        self.from_board = bytearray()
        self.spoil: Callable[[bytes], bytes] = bytes
        self.clock = self
        self.during: Callable[[], None] = lambda: None  # done before each pass
        modules: dict[str, Any] = {}
        modules["time"] = types.SimpleNamespace(
            ticks_us=lambda: self.now_us & MASK,
            ticks_diff=lambda one, other: ((one - other + (1 << 29)) & MASK) - (1 << 29),
        )
        for name in ("board_data", "frames", "exchange"):
            modules[name] = _load(name, modules)
        self.frames_module: Any = modules["frames"]
        self.board_data: Any = modules["board_data"]
        self._exchange = modules["exchange"].Exchange(self, self, self, self, self)

    # -- what the board's modules ask for -------------------------------------------------------

    def line(self) -> bytes | None:
        """Serial port."""
        return self.to_board.pop(0) if self.to_board else None

    def levels(self) -> int:
        """Inputs."""
        return self.levels_now

    def bits(self, levels: int) -> int:
        """Inputs."""
        data = self.board_data
        pins = (data.PIN_STEP, data.PIN_DIRECTION, data.PIN_ENABLE)
        pins += (data.PIN_LIGHT, data.PIN_SOUNDER, data.PIN_AIR_TEST)
        return sum(1 << bit for bit, pin in enumerate(pins) if levels >> pin & 1)

    def read(self, timeout_s: float | None = None) -> Any:
        """The counter's `read()`, and the host's `read(timeout_s)` of the port."""
        if timeout_s is None:
            return self.steps[0] & 0xFFFFFFFF, self.steps[1] & 0xFFFFFFFF
        until_us = self.now_us + timeout_s * 1e6
        while not self.from_board and self.now_us < until_us:
            self.run()
        data, self.from_board = bytes(self.from_board), bytearray()
        return data

    def look(self) -> None:
        """Lamp."""

    def set(self, closed: int, pressure: int, air: int, supply: int) -> None:
        """Outputs."""
        self.closed, self.codes = closed, (pressure, air, supply)

    def release(self) -> None:
        """Outputs."""
        self.releases += 1
        self.set(0, 0, 0, 0)

    # -- the host's end ------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        """From the host, or from the board: told apart by the first byte of a line."""
        if data[:1] in (b"<", b"r"):
            self.from_board += self.spoil(data)
        elif self.alive:
            self.to_board += [one for one in self.spoil(data).split(b"\n") if one]

    def run(self) -> None:
        """One pass of the board, and the time that it takes."""
        self.during()
        self.now_us += PASS_US
        if self.alive:
            self._exchange.once()

    def now_s(self) -> float:
        """Clock."""
        return self.now_us / 1e6

    def sleep_s(self, duration_s: float) -> None:
        """Clock."""
        until_us = self.now_us + duration_s * 1e6
        while self.now_us < until_us:
            self.run()

    def close(self) -> None:
        """Port."""


class SilentPump:
    """A pump's port behind which nobody says anything; `written` is what it was sent."""

    def __init__(self, clock: BoardDouble) -> None:
        self.clock = clock
        self.written = b""
        self.opened = 0

    def open(self) -> SilentPump:
        """Count how often."""
        self.opened += 1
        return self

    def write(self, data: bytes) -> None:
        """Keep it."""
        self.written += data

    def read(self, timeout_s: float) -> bytes:
        """Nothing, after that time."""
        self.clock.sleep_s(timeout_s)
        return b""

    def close(self) -> None:
        """Nothing to do."""


def _load(name: str, modules: dict[str, Any]) -> types.ModuleType:
    def imported(wanted: str, *arguments: Any) -> Any:
        return modules[wanted] if wanted in modules else __import__(wanted, *arguments)

    module = types.ModuleType(name)
    module.__dict__["__builtins__"] = {**vars(builtins), "__import__": imported}
    path = BOARD / f"{name}.py"
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), module.__dict__)
    return module


@pytest.fixture
def board() -> BoardDouble:
    """A rig board that was just started, at a pump that is cut."""
    return BoardDouble()


@pytest.fixture
def silent_pump(board: BoardDouble) -> SilentPump:
    """The pump's port, in that board's time."""
    return SilentPump(board)
