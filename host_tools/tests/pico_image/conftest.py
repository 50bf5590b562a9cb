"""A Pico of rp2040py that runs a stock image, with the board's own files in its file system."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rp2040py.boards import BoardSpec
from rp2040py.device.base_device import ResetCause
from rp2040py.device.mp_device import MicroPythonDevice

from benchpump import tree_root

BOARD = tree_root() / "boards/rpi_pico"
PUMP = tree_root() / "firmware/pump"
STEP = 2
CYCLE_NS = 10_000
"""Of a state machine at 100 kHz: while the processor sleeps, the model would let it starve."""

LIMIT_NS = 20_000_000_000


class Image:
    """The chip, powered for as long as one test runs it."""

    def __init__(self, uf2: Path) -> None:
        self._device = MicroPythonDevice(board=BoardSpec(image=uf2))
        mcu: Any = self._device.mcu
        mcu.usb_ctrl.read_delay_microseconds = 1000  # as a host polls; 10 would busy the chip
        self._step = mcu.gpio[STEP]
        self.steps = 0
        self._step.add_listener(self._stepped)
        # A chip that hangs is given up by its own time: the test's machine may be busy.
        self._too_long = self._device.simulator.clock.create_alarm(self._device.stop)
        self._cycle = self._device.simulator.clock.create_alarm(self._next_cycle)
        self._cycle.schedule(CYCLE_NS)

    def _stepped(self, state: int, _before: int) -> None:
        self.steps += state == 1
        self._step.set_input_value(state == 1)  # a pad reads back what it drives

    def _next_cycle(self) -> None:
        self._cycle.schedule(CYCLE_NS)

    async def start(self, modules: tuple[str, ...]) -> None:
        """Power on, and put those modules of the board in place, with what all of them need."""
        await self._device.astart(timeout=None)
        await self.run("import os; os.mkdir('pump')")
        for name in ("pump/hal", "pump/lease", "board_data", *modules):
            folders = (PUMP.parent, BOARD, BOARD.parent / "common")
            path = next(f / f"{name}.py" for f in folders if (f / f"{name}.py").is_file())
            text = path.read_text(encoding="utf-8")
            await self.run(f"with open('{name}.py', 'w') as file: file.write({text!r})")

    async def restart(self) -> None:
        """Take the power away and give it back: memory stays."""
        await self._device.ahard_reset(timeout=None, cause=ResetCause.POWER_ON)

    async def run(self, code: str) -> str:
        """What the code printed; raises AssertionError where it ended by an exception.

        Raises RuntimeError when it has not ended within 20 s of the chip's time.
        """
        self._too_long.schedule(LIMIT_NS)
        said, error = await self._device.aexec(code, timeout=None)
        self._too_long.cancel()
        assert not error, error.decode()
        return said.decode().replace("\r\n", "\n")


@pytest.fixture
def on_image(uf2: Path) -> Callable[..., None]:
    """Run a coroutine function with a chip that has those modules; skipped without an image."""
    def run(shown: Callable[[Image], Any], *modules: str) -> None:
        async def all_of_it() -> None:
            chip = Image(uf2)
            await chip.start(modules)
            await shown(chip)

        asyncio.run(all_of_it())

    return run
