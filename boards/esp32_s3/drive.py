"""Motion by leases that the RMT plays, and a count that the pulse counter keeps (C1, C3).

One lease at a time is in the hardware, and it ends by itself there. Those behind it wait here: an
interpreter that hangs starts none of them.
"""

from array import array
from time import ticks_add, ticks_diff, ticks_ms, ticks_us

import board_data
import pulses
from esp32 import RMT
from machine import Pin
from pump import hal, lease
from step_counter import StepCounter

# All four blocks of 48 that can transmit. The driver refills what does not fit by interrupt, and
# an interrupt that comes late makes the peripheral play again what it has: a list has to fit, with
# the driver's end mark behind it.
MEMORY_SYMBOLS = 192
_WAITING_MAX = 4
_AHEAD_US = 1000  # write_pulses waits that long for the lease before, so that no gap is left
# A halt by count and one by the clock may differ by so many steps: 600 us at 3200 steps/s (own).
_TOLERANCE_STEPS = 2


class RmtDrive:
    """Enable line low: energised. Direction low: forward."""

    def __init__(self):
        self._enable = Pin(board_data.PIN_ENABLE, Pin.OUT, value=1)
        self._enabled = False
        self._direction = Pin(board_data.PIN_DIRECTION, Pin.OUT, value=0)
        self._reverse = 0
        self._counter = StepCounter(board_data.PIN_STEP_COUNT)
        self._rmt = RMT(
            pin=Pin(board_data.PIN_STEP, Pin.OUT, value=0),
            resolution_hz=pulses.RESOLUTION_HZ,
            idle_level=False,
            num_symbols=MEMORY_SYMBOLS,
        )
        self._durations = [0] * pulses.DURATIONS
        self._granted = 0  # steps, modulo 2**30 as the count is
        self._runs = False
        self._word = 0
        self._steps = 0
        self._end_us = ticks_us()
        self._us = 0
        self._dropped = 0  # steps granted that never began
        # What waits, oldest first, and by when it has to be over.
        self._waiting = 0
        self._words = array("i", [0] * _WAITING_MAX)
        self._counts = array("i", [0] * _WAITING_MAX)
        self._lengths_ms = array("i", [0] * _WAITING_MAX)
        self._latest_ms = [ticks_ms()] * _WAITING_MAX

    def enable(self, on):
        self._enabled = bool(on)
        self._enable.value(0 if on else 1)

    def lease(self, signed_steps, duration_ms):
        reverse = 1 if signed_steps < 0 else 0
        steps = -signed_steps if reverse else signed_steps
        slots = duration_ms // lease.SLOT_MS
        if slots * lease.SLOT_MS != duration_ms or not self._enabled:
            return False
        word = lease.encode(steps, slots)
        busy_ms = self.busy_ms()
        if word < 0 or busy_ms + duration_ms > lease.QUEUE_MAX_MS:
            return False
        if reverse != self._reverse:
            if busy_ms:
                return False
            self._reverse = reverse
            self._direction.value(reverse)
        last = self._waiting
        if last == _WAITING_MAX:
            return False
        self._words[last] = word
        self._counts[last] = steps
        self._lengths_ms[last] = duration_ms
        self._latest_ms[last] = ticks_add(ticks_ms(), lease.QUEUE_MAX_MS)
        self._waiting = last + 1
        self._granted = (self._granted + steps) & hal.COUNT_MASK
        self.follow()
        return True

    def follow(self):
        """Start what waits as soon as what runs is over; called again by the clock meanwhile."""
        if self._waiting == 0 or self._left_us() > _AHEAD_US:
            return
        word = self._words[0]
        steps = self._counts[0]
        length_ms = self._lengths_ms[0]
        slack_ms = ticks_diff(self._latest_ms[0], ticks_ms()) - length_ms
        self._drop_first()
        # After a stall: what was granted moves within 120 ms or not at all. The count falls short
        # of it then, which is a fault.
        if slack_ms < 0 or not self._start(word, steps, length_ms):
            self._dropped += steps

    def _drop_first(self):
        last = self._waiting - 1
        for index in range(last):
            self._words[index] = self._words[index + 1]
            self._counts[index] = self._counts[index + 1]
            self._lengths_ms[index] = self._lengths_ms[index + 1]
            self._latest_ms[index] = self._latest_ms[index + 1]
        self._waiting = last

    def _start(self, word, steps, length_ms):
        durations = self._durations
        first = pulses.write(word, durations)
        # Whatever made the list: what is longer than a lease can be is not played.
        if first == pulses.NOTHING or sum(durations) > pulses.LEASE_MAX_TICKS:
            return False
        begins_us = ticks_us()
        if self._runs and ticks_diff(self._end_us, begins_us) > 0:
            begins_us = self._end_us
        self._word = word
        self._steps = steps
        self._us = 1000 * length_ms
        self._end_us = ticks_add(begins_us, self._us)
        self._runs = True
        self._rmt.write_pulses(durations, first == 1)
        return True

    def _left_us(self):
        """Of what runs; 0 when it is over."""
        if not self._runs:
            return 0
        left = ticks_diff(self._end_us, ticks_us())
        if left > 0:
            return left
        self._runs = False
        return 0

    def next_ms(self):
        """In how many ms ``follow`` has something to start; -1: nothing waits."""
        return self._left_us() // 1000 if self._waiting else -1

    def halt(self):
        most = self._dropped
        for index in range(self._waiting):
            most += self._counts[index]
        self._waiting = 0
        self._dropped = 0
        self._rmt.active(False)
        left = self._left_us()
        if left:
            most += self._steps - pulses.begun(self._word, self._us - left)
        self._runs = False
        undone = (self._granted - self._counter.total()) & hal.COUNT_MASK
        if undone > hal.COUNT_MASK >> 1:
            undone = 0  # more than was granted: nothing is owed, and the gate finds it
        # The count alone would let a counter that stands still refund what was done.
        if undone > most + _TOLERANCE_STEPS:
            undone = most
        self._granted = (self._granted - undone) & hal.COUNT_MASK
        return undone

    def busy_ms(self):
        busy = (self._left_us() + 999) // 1000
        for index in range(self._waiting):
            busy += self._lengths_ms[index]
        return busy

    def edges(self):
        return self._counter.total()
