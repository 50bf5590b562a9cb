"""Runs the state machines of a chip by alarms of its clock: each instruction at its own time.

The emulator's loop would ask every block after every instruction of the processor, and while that
sleeps it leaps to the next alarm and gives a state machine one instruction for it, however many
were due. Here the loop sees no blocks; a block is brought up to now before anybody looks at its
registers, and otherwise when it has something to do.
"""

from __future__ import annotations

from typing import Any

CYCLE_NS = 8  # 125 MHz
_FIXED_POINT = 256
_PLACES = (0x50200, 0x50300)  # of both blocks in the emulator's table of peripherals


class PioPace:
    """Lives in one chip's clock for as long as that chip.

    Levels from outside that change a pin for which a machine waits, but for those which follow
    what a machine drives, go between `bring_up` and `plan`: nobody else would wake it.
    """

    def __init__(self, clock: Any, mcu: Any) -> None:
        self._clock = clock
        self._mcu = mcu
        self.blocks: list[Any] = mcu.pio
        self._cycle = 0  # up to which all blocks have been brought
        self._due: Any = clock.create_alarm(self.go_on)
        pins = _SeenByPins(mcu)
        for pin in mcu.gpio:
            pin.rp2040 = pins
        for place, block in zip(_PLACES, self.blocks, strict=True):
            mcu.peripherals[place] = _Registers(self, block)
        mcu.pio = ()

    def reset(self) -> None:
        """Reset the chip as its watchdog does: to that it has to show its blocks."""
        self._mcu.pio = self.blocks
        self._mcu.enter_reset(from_watchdog=True)
        self._mcu.pio = ()

    def bring_up(self) -> None:
        """Let each block execute what is due now."""
        cycle = round(self._clock.nanos) // CYCLE_NS
        cycles, self._cycle = cycle - self._cycle, cycle
        for block in self.blocks:
            if not block.stopped:
                block.advance(cycles)

    def go_on(self) -> None:
        """The same, and again when something is due next."""
        self.bring_up()
        self.plan()

    def plan(self) -> None:
        """Set the alarm for what is due next; none where all machines stand or wait."""
        left = [
            block.next_due_fp - block.cycle_fp
            for block in self.blocks
            if not block.stopped and any(_runs(machine) for machine in block.machines)
        ]
        if left:
            cycles = max(1, -(-min(left) // _FIXED_POINT))
            self._due.schedule((self._cycle + cycles) * CYCLE_NS - self._clock.nanos)
        else:
            self._due.cancel()


def _runs(machine: Any) -> bool:
    return machine.enabled and not machine.waiting


class _SeenByPins:
    """What a pin asks of its chip: with both blocks, whose levels it may show."""

    def __init__(self, mcu: Any) -> None:
        self.pio = mcu.pio
        self.sio = mcu.sio
        self.pwm = mcu.pwm
        self.update_io_interrupt = mcu.update_io_interrupt


class _Registers:
    """A block as the bus sees it."""

    def __init__(self, pace: PioPace, block: Any) -> None:
        self._pace = pace
        self._block = block

    def read_uint32(self, offset: int) -> int:
        """Read a register; a FIFO is emptied by that, so that machines may go on."""
        self._pace.bring_up()
        value = self._block.read_uint32(offset)
        self._pace.plan()
        return value

    def write_uint32_atomic(self, offset: int, value: int, how: int) -> None:
        """Write a register, or set, clear or toggle bits of it."""
        self._pace.bring_up()
        self._block.write_uint32_atomic(offset, value, how)
        self._pace.plan()
