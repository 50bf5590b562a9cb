"""Motion by leases that a PIO program executes, and a count that another one keeps (C1, C3)."""

from array import array
from time import ticks_add, ticks_diff, ticks_ms

import board_data
import pio_data
import readout
import uctypes
from machine import Pin, mem32
from pump import hal, lease
from rp2 import StateMachine

_STATE_MACHINE_HZ = 100_000
_LEASE_MACHINE = 0
_COUNTER_MACHINE = 1
_FIFO_WORDS = 4
_LEASE_ADDRESS = 0x502000D4  # SM0_ADDR of PIO 0, RP2040 datasheet 3.7: where the program is
_PULL_BLOCK = 0x80A0  # the instruction at which a starved machine waits
_TOP_BITS = hal.COUNT_MASK >> 24


class PicoDrive:
    """Enable line low: energised. Direction low: forward."""

    def __init__(self):
        self._enable = Pin(board_data.PIN_ENABLE, Pin.OUT, value=1)
        self._enabled = False
        self._direction = Pin(board_data.PIN_DIRECTION, Pin.OUT, value=0)
        self._reverse = 0
        self._end_ms = ticks_ms()  # when the last lease is over, at the latest
        step = Pin(board_data.PIN_STEP)
        program = pio_data.LEASE_PROGRAM
        self._machine = StateMachine(
            _LEASE_MACHINE, program, freq=_STATE_MACHINE_HZ, sideset_base=step
        )
        self._starved_at = program[1] + _index(program[0], _PULL_BLOCK)
        self._machine.active(1)
        self._counter = StateMachine(
            _COUNTER_MACHINE, pio_data.STEP_COUNTER_PROGRAM, freq=_STATE_MACHINE_HZ, in_base=step
        )
        self._counter.active(1)
        # The counter's X has 32 bits: taken byte by byte it never becomes an object of its own.
        self._word = array("I", [0])
        self._bytes = uctypes.bytearray_at(uctypes.addressof(self._word), 4)
        self._edges = 0

    def enable(self, on):
        self._enabled = bool(on)
        self._enable.value(0 if on else 1)

    def lease(self, signed_steps, duration_ms):
        reverse = 1 if signed_steps < 0 else 0
        slots = duration_ms // lease.SLOT_MS
        if slots * lease.SLOT_MS != duration_ms or not self._enabled:
            return False
        word = lease.encode(-signed_steps if reverse else signed_steps, slots)
        busy_ms = self.busy_ms()
        if word < 0 or busy_ms + duration_ms > lease.QUEUE_MAX_MS:
            return False
        if reverse != self._reverse:
            if busy_ms:
                return False
            self._reverse = reverse
            self._direction.value(reverse)
        machine = self._machine
        if machine.tx_fifo() >= _FIFO_WORDS:  # put() would wait
            return False
        if not busy_ms:  # one more, for the millisecond that is running is not over yet
            self._end_ms = ticks_add(ticks_ms(), 1)
        machine.put(word)
        self._end_ms = ticks_add(self._end_ms, duration_ms)
        return True

    def halt(self):
        machine = self._machine
        machine.active(0)
        undone = 0
        while machine.rx_fifo():
            machine.get()
        x = self._read(pio_data.READ_X)
        osr = self._read(pio_data.READ_OSR)
        if x >= 0 and osr >= 0:
            undone = readout.not_done(x, osr)
        for _ in range(_FIFO_WORDS):
            if machine.tx_fifo():
                machine.exec(pio_data.PULL)
                osr = self._read(pio_data.READ_OSR)
                if osr >= 0:
                    undone += readout.slot_steps(osr)
        machine.restart()
        machine.active(1)
        return undone

    def _read(self, instruction):
        """A register of the stopped machine; -1 where it does not answer: then nothing is owed."""
        machine = self._machine
        machine.exec(instruction)
        machine.exec(pio_data.PUSH)
        return machine.get() if machine.rx_fifo() else -1

    def busy_ms(self):
        """By the clock, and never 0 before the machine itself has come to wait for a word."""
        if self._machine.tx_fifo() == 0 and mem32[_LEASE_ADDRESS] == self._starved_at:
            return 0
        left = ticks_diff(self._end_ms, ticks_ms())
        return left if left > 0 else 1

    def edges(self):
        counter = self._counter
        counter.exec(pio_data.READ_X)
        counter.exec(pio_data.PUSH)
        if counter.rx_fifo():  # else the last one: a counter that stands still is found by C3
            counter.get(self._word)
            x = self._bytes
            down = (x[3] & _TOP_BITS) << 24 | x[2] << 16 | x[1] << 8 | x[0]
            # X counts down from 0, modulo 2**30 here; -down, for 2**30 itself is an object, too.
            self._edges = -down & hal.COUNT_MASK
        return self._edges


def _index(words, word):
    for index in range(len(words)):
        if words[index] == word:
            return index
    raise ValueError
