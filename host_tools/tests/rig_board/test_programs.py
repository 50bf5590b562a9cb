"""The rig board's state machines in a PIO block of the chip's model, cycle by cycle."""

from __future__ import annotations

import random
import runpy
from typing import Any

import pytest
from rp2040py.peripherals.pio_registers import (
    CTRL,
    INSTR_MEM0,
    RXF0,
    SM0_CLKDIV,
    SM0_EXECCTRL,
    SM0_INSTR,
    SM0_PINCTRL,
    SM0_SHIFTCTRL,
)
from rp2040py.simulator import Simulator

from benchpump import tree_root

pytestmark = pytest.mark.requirement("REQ-RIG-3")
PIN, DIRECTION = 4, 5
PAD_INPUT_ENABLED = 0x42


class Machine:
    """One program of the board in a block of its own, at clock divider 1."""

    def __init__(self, name: str, jump_pin: int) -> None:
        self._simulator = Simulator()  # never run: without it the model would step itself
        self._gpio: Any = self._simulator.rp2040.gpio
        self._pio: Any = self._simulator.rp2040.pio[0]
        self.data = runpy.run_path(str(tree_root() / "boards/rig_pico/pio_data.py"))
        words, _, _, _, execctrl, shiftctrl, *_ = self.data[f"{name}_PROGRAM"]
        for pin in (PIN, DIRECTION):
            self._gpio[pin].pad_value = PAD_INPUT_ENABLED
            self.level(pin, False)
        for index, word in enumerate(words):
            self._pio.write_uint32(INSTR_MEM0 + 4 * index, word)
        self._pio.write_uint32(SM0_CLKDIV, 1 << 16)
        self._pio.write_uint32(SM0_EXECCTRL, execctrl | jump_pin << 24)
        self._pio.write_uint32(SM0_SHIFTCTRL, shiftctrl)
        self._pio.write_uint32(SM0_PINCTRL, PIN << 15)
        self._pio.write_uint32(CTRL, 1)
        self.run(10)

    def level(self, pin: int, high: bool) -> None:
        """Bring a level to a pin."""
        self._gpio[pin].set_input_value(high)

    def run(self, cycles: int) -> None:
        """Let so many cycles pass."""
        for _ in range(cycles):
            self._pio.advance(1)

    def words(self) -> list[int]:
        """What is in the FIFO."""
        found: list[int] = []
        while self._pio.machines[0].rx_fifo.item_count:
            found.append(self._pio.read_uint32(RXF0))
        return found

    def count(self, register: str) -> int:
        """As counter.py reads it, while it runs."""
        self._pio.write_uint32(SM0_INSTR, self.data[register])
        self._pio.write_uint32(SM0_INSTR, self.data["PUSH"])
        return -self.words()[0] % 2**32


def test_steps_are_counted_by_their_direction() -> None:
    """Two thousand steps, in turns of random length, read at random moments: none is lost."""
    machine, dice = Machine("STEP_COUNTER", DIRECTION), random.Random(1)
    made = [0, 0]
    for _ in range(100):
        reverse = dice.getrandbits(1)
        machine.level(DIRECTION, bool(reverse))
        for _ in range(dice.randrange(1, 40)):
            machine.level(PIN, True)
            machine.run(dice.randrange(2, 20))  # 20 us at the least
            if dice.random() < 0.3:
                machine.count("READ_X")
            machine.level(PIN, False)
            machine.run(dice.randrange(3, 20))
            made[reverse] += 1
    machine.run(5)
    assert [machine.count("READ_X"), machine.count("READ_Y")] == made


def _send(machine: Machine, colour: int, bits: int = 24, zero: int = 4, one: int = 8) -> None:
    for bit in range(23, 23 - bits, -1):
        high = one if colour >> bit & 1 else zero
        machine.level(PIN, True)
        machine.run(high)
        machine.level(PIN, False)
        machine.run(12 - high)


@pytest.mark.parametrize("zero", [3, 4])
@pytest.mark.parametrize("one", [8, 9])
def test_frames_of_the_light(zero: int, one: int) -> None:
    """In cycles of 100 ns: a 0 is high for 0.4 us, a 1 for 0.8 us; a tenth off either way."""
    machine = Machine("LIGHT_READER", PIN)
    for colour in (0x280000, 0x002800, 0xFFFFFF, 0x000000, 0xA5C31E):
        _send(machine, colour, zero=zero, one=one)
        machine.run(100)
        assert machine.words() == [colour]


def test_a_frame_that_was_cut_off() -> None:
    """Its bits are no part of the next one."""
    machine = Machine("LIGHT_READER", PIN)
    _send(machine, 0xFFFFFF, bits=7)
    machine.run(100)
    _send(machine, 0x002800)
    machine.run(100)
    assert machine.words() == [0x002800]
