"""One powered RP2040: its time, its processor, and what happens to them from outside.

Only `rp2040py` is known here, nothing of the pump. The emulator brings no types for its parts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rp2040py.clock.simulation_clock import SimulationClock
from rp2040py.device.bootrom import BOOTROM_B1
from rp2040py.execute_batch import execute_batch
from rp2040py.rp2040 import RP2040
from rp2040py.simulator import Simulator
from rp2040py.usb.cdc import USBCDC
from rp2040py.utils.logging import ConsoleLogger, LogLevel

from benchpump.bench.pico.pio_pace import CYCLE_NS, PioPace

FLASH_ENTRY = 0x1000_0000
NS_PER_US = 1000
_ASKED_FOR_AT_EACH_ACCESS = (
    *("read_uint8", "read_uint16", "read_uint32"),
    *("write_uint8", "write_uint16", "write_uint32"),
)
"""Methods that the emulator, as it is distributed, looks up at every access of the processor, in
case one was replaced: a bound method at hand saves it from making one each time."""
HOST_POLL_US = 1000
"""How often the host asks for data: USB full speed's frame. At the emulator's own 10 us the chip
does little else."""


class Chip:
    """Runs from power-on until it is dropped. Flash is what `memory` holds, from its start."""

    def __init__(self, memory: bytes) -> None:
        self._clock: Any = SimulationClock()
        self.mcu: Any = RP2040(self._clock)
        self._simulator: Any = Simulator(rp2040=self.mcu)
        self.mcu.logger = ConsoleLogger(LogLevel.ERROR)
        self.mcu.load_bootrom(BOOTROM_B1)
        self.mcu.flash[: len(memory)] = memory
        self.mcu.usb_ctrl.read_delay_microseconds = HOST_POLL_US
        self.cdc: Any = USBCDC(self.mcu.usb_ctrl)
        self.mcu.core.pc = FLASH_ENTRY
        self.on_reset: Callable[[], None] = _nothing
        """Is called when the watchdog has reset the chip, before it starts again."""
        self.mcu.watchdog.on_watchdog_trigger = self._reset_by_watchdog
        self._alarm: Any = self._clock.create_alarm(self.pause)
        self._enabled_interrupts: int | None = None  # kept while the processor is held
        self._was_waiting = False
        self._pace = PioPace(self._clock, self.mcu)
        for name in _ASKED_FOR_AT_EACH_ACCESS:
            setattr(self.mcu, name, getattr(self.mcu, name))

    @property
    def now_ns(self) -> int:
        """Nanoseconds of the chip's time since power-on."""
        return int(self._clock.nanos)

    @property
    def awake_ns(self) -> int:
        """How much of it the processor executed something; asleep and stalled it does not."""
        return int(self.mcu.core.cycles) * CYCLE_NS

    def alarm(self, action: Callable[[], None]) -> Any:
        """Something of the emulator's that can be asked to `schedule(ns)` that action."""
        return self._clock.create_alarm(action)

    def run_until(self, until_ns: int) -> None:
        """Let the chip's time pass to then, or until `pause` is called from within."""
        left_ns = until_ns - self._clock.nanos
        if left_ns <= 0:
            return
        simulator = self._simulator
        simulator.stopped = False
        self._alarm.schedule(left_ns)
        while not simulator.stopped:
            execute_batch(simulator, 1)
        self._alarm.cancel()

    def pause(self) -> None:
        """Let `run_until` return after the instruction in progress."""
        self._simulator.stopped = True

    def stall(self, duration_ns: int) -> None:
        """Time passes and the processor does not run: what a flash operation does to it.

        State machines go on, each instruction of theirs at its own time.
        """
        self._clock.tick(duration_ns // CYCLE_NS * CYCLE_NS)

    def bring(self, pin: int, level: bool | None) -> None:
        """Bring a level to a pin from outside, or let go of it; machines that waited go on."""
        self._pace.bring_up()
        one = self.mcu.gpio[pin]
        if level is None:
            one.release_input()
        else:
            one.set_input_value(level)
        self._pace.plan()

    def at_work(self, pin: int) -> bool:
        """True if a state machine with that side-set pin runs, or has words to go on with."""
        machine = self._machine_at(pin)
        return machine is not None and (not machine.waiting or machine.tx_fifo.item_count > 0)

    def machine_at(self, pin: int) -> Any:
        """The state machine with that side-set pin as it is now. Raises LookupError: none runs."""
        self._pace.go_on()
        machine = self._machine_at(pin)
        if machine is None:
            raise LookupError(f"no state machine drives GPIO {pin}")
        return machine

    def _machine_at(self, pin: int) -> Any:
        for block in self._pace.blocks:
            for machine in () if block.stopped else block.machines:
                if machine.enabled and machine.sideset_count and machine.sideset_base == pin:
                    return machine
        return None

    def hold(self) -> None:
        """The processor executes nothing more, all else goes on: a hang, or a dead interpreter."""
        core = self.mcu.core
        if self._enabled_interrupts is None:
            self._enabled_interrupts = core.enabled_interrupts
            self._was_waiting = core.waiting
            core.enabled_interrupts = 0
            core.waiting = True

    def let_go(self) -> None:
        """The processor goes on where it was held; harmless when it is not."""
        core = self.mcu.core
        if self._enabled_interrupts is not None:
            core.enabled_interrupts = self._enabled_interrupts
            self._enabled_interrupts = None
            core.waiting = self._was_waiting
            core.interrupts_updated = True
            if core.waiting and core.check_for_interrupts():
                core.waiting = False

    @property
    def held(self) -> bool:
        """True between `hold` and `let_go`, or a reset."""
        return self._enabled_interrupts is not None

    def _reset_by_watchdog(self) -> None:
        self._enabled_interrupts = None
        self._pace.reset()
        self.on_reset()
        self.mcu.leave_reset()


def _nothing() -> None:
    """Nobody wants to know."""
