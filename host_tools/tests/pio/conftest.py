"""One PIO block of rp2040py with the lease machine and step counter of boards/rpi_pico loaded."""

from __future__ import annotations

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
    SM1_CLKDIV,
    TXF0,
)
from rp2040py.simulator import Simulator

from benchpump import tree_root

STEP_PIN = 2
LEASE, COUNTER = 0, 1
CYCLE_US = 10  # state machine at 100 kHz
SLOT_CYCLES = 1000
FUNCTION_PIO0 = 6
PAD_INPUT_ENABLED = 0x42


class Chip:
    """PIO block 0, driven one state-machine cycle at a time; all times in cycles of 10 us.

    Both machines run at clock divider 1 here: a system clock of the model is a cycle of theirs.
    The counter sees the step pin as on the chip, where a pad reads back what it drives.
    """

    def __init__(self) -> None:
        self._simulator = Simulator()  # never run: without it the model would step itself
        self._rp2040: Any = self._simulator.rp2040
        self._pio: Any = self._rp2040.pio[0]
        self.data = runpy.run_path(str(tree_root() / "boards/rpi_pico/pio_data.py"))
        self.now = 0
        self.edges: list[int] = []
        pin = self._rp2040.gpio[STEP_PIN]
        pin.ctrl, pin.pad_value = FUNCTION_PIO0, PAD_INPUT_ENABLED
        pin.add_listener(self._pin_changed)
        self._load(LEASE, self.data["LEASE_PROGRAM"], 0)
        self._load(COUNTER, self.data["STEP_COUNTER_PROGRAM"], len(self.data["LEASE_PROGRAM"][0]))
        self._enabled = 0b11
        self._pio.write_uint32(CTRL, self._enabled)

    def _load(self, machine: int, program: list[Any], offset: int) -> None:
        words, _, _, _, execctrl, shiftctrl, _, _, sideset = program
        for index, word in enumerate(words):
            is_jump = word >> 13 == 0
            self._pio.write_uint32(INSTR_MEM0 + 4 * (offset + index), word + offset * is_jump)
        base = machine * (SM1_CLKDIV - SM0_CLKDIV)
        wrap = offset << 12 | offset << 7
        self._pio.write_uint32(SM0_CLKDIV + base, 1 << 16)
        self._pio.write_uint32(SM0_EXECCTRL + base, execctrl + wrap)
        self._pio.write_uint32(SM0_SHIFTCTRL + base, shiftctrl)
        side_count = 0 if sideset is None else 1
        self._pio.write_uint32(
            SM0_PINCTRL + base,
            side_count << 29 | 1 << 26 | STEP_PIN << 15 | STEP_PIN << 10 | STEP_PIN << 5,
        )
        if sideset is not None:
            self.execute(machine, 0xE081)  # set pindirs, 1: rp2.StateMachine does so for OUT_LOW
        self.execute(machine, offset)  # jmp to the first instruction

    def _pin_changed(self, state: int, _before: int) -> None:
        high = state == 1
        if high:
            self.edges.append(self.now)
        self._rp2040.gpio[STEP_PIN].set_input_value(high)

    def execute(self, machine: int, instruction: int) -> None:
        """What StateMachine.exec does; the pin follows at once (the model waits for a cycle)."""
        base = machine * (SM1_CLKDIV - SM0_CLKDIV)
        self._pio.write_uint32(SM0_INSTR + base, instruction)
        self._pio.check_changed_pins()

    def put(self, word: int) -> None:
        """StateMachine.put on the lease machine; the FIFO must have room."""
        assert self._pio.machines[LEASE].tx_fifo.item_count < 4
        self._pio.write_uint32(TXF0, word)

    def queued(self) -> int:
        """StateMachine.tx_fifo of the lease machine."""
        return self._pio.machines[LEASE].tx_fifo.item_count

    def run(self, cycles: int) -> None:
        """Let so many cycles pass."""
        for _ in range(cycles):
            self.now += 1
            self._pio.advance(1)

    def run_until_starved(self, limit: int) -> int:
        """Run until the lease machine waits at its pull; returns the cycle. Fails past `limit`."""
        started = self.now
        self.run(2)  # a word just put has to be seen first
        while not (self._pio.machines[LEASE].waiting and self.queued() == 0):
            assert self.now - started <= limit, f"still moving after {limit} cycles"
            self.run(1)
        return self.now

    def pin_is_high(self) -> bool:
        """Level at the step pin."""
        return bool(self._rp2040.gpio[STEP_PIN].output_value)

    def counted(self) -> int:
        """Steps by the counter machine, read while it runs."""
        self.execute(COUNTER, self.data["READ_X"])
        self.execute(COUNTER, self.data["PUSH"])
        return -self._pio.read_uint32(RXF0 + 4 * COUNTER) % 2**32

    def halt(self) -> tuple[int, int, list[int]]:
        """Stop the lease machine and read out X, OSR and the words still queued."""
        self._enabled = 1 << COUNTER
        self._pio.write_uint32(CTRL, self._enabled)
        x = self._read("READ_X")
        osr = self._read("READ_OSR")
        words: list[int] = []
        while self.queued():
            self.execute(LEASE, self.data["PULL"])
            words.append(self._read("READ_OSR"))
        return x, osr, words

    def restart(self) -> None:
        """StateMachine.restart and active(1)."""
        self._pio.write_uint32(CTRL, self._enabled | 1 << (4 + LEASE))
        self.execute(LEASE, 0)
        self._enabled = 0b11
        self._pio.write_uint32(CTRL, self._enabled)

    def _read(self, instruction: str) -> int:
        self.execute(LEASE, self.data[instruction])
        self.execute(LEASE, self.data["PUSH"])
        return self._pio.read_uint32(RXF0)


@pytest.fixture
def chip() -> Chip:
    """A chip with both machines started and waiting for the first word."""
    chip = Chip()
    chip.run(10)
    return chip
