"""The step drive of the bench: leases in, pulses at the step pin out (contract C1).

Format and rules of the lease word are those that `firmware/pump/lease.py` documents; the decoder
here is written from that text and shares no code with it, so that each checks the other.
"""

from __future__ import annotations

import copy
from bisect import bisect_right
from functools import lru_cache

SLOTS = 6
SLOT_BITS = 5
SLOT_US = 10_000
PULSE_US = 320  # from one pulse of a slot to the next, the first at its start
END = 31  # in place of a count: the word ends here
WORD_LIMIT = 1 << (SLOTS * SLOT_BITS)
QUEUE_MAX_US = 120_000
COUNTER_MASK = (1 << 30) - 1


@lru_cache(maxsize=8192)
def decode(word: int) -> tuple[tuple[int, ...], int]:
    """Return the offset of each pulse from the start (µs, ascending) and the duration (µs).

    Raises ValueError for a word outside 0..2**30-1.
    """
    if not 0 <= word < WORD_LIMIT:
        raise ValueError(f"lease word {word} is outside 0..{WORD_LIMIT - 1}")
    pulses: list[int] = []
    start_us = 0
    for slot in range(SLOTS):
        count = word >> (slot * SLOT_BITS) & END
        if count == END:
            break
        pulses.extend(start_us + k * PULSE_US for k in range(count))
        start_us += SLOT_US
    return tuple(pulses), start_us


class Drive:
    """Bounded bursts that run one after the other; a drive without one stands still.

    Times are integer microseconds of the bench's clock and never run backwards. A pulse happens at
    its own time; the pulse of a lease taken at `now_us` onto a drained drive can happen at
    `now_us` itself and is then reported by the next `advance`.
    """

    __slots__ = (
        "_burst_end_us",
        "_carry_steps",
        "_done",
        "_last_us",
        "_pulses",
        "_queue",
        "_reverse",
        "_start_us",
        "counter_stuck",
        "cut",
        "edges",
        "enabled",
        "end_us",
        "forward_steps",
        "last_step_us",
        "refused",
        "reverse_steps",
        "stalled",
    )

    def __init__(self) -> None:
        self.enabled = False
        self.edges = 0  # what the hardware counter says, modulo 2**30
        self.forward_steps = 0  # truth at the step pin
        self.reverse_steps = 0
        self.last_step_us = -1  # -1: no step yet
        self.refused = 0  # leases not taken, whatever the reason
        self.end_us = 0  # when the last queued burst ends
        self.counter_stuck = False  # fault: the hardware counter does not count
        self.stalled = False  # fault: pulses at the pin, but the motor does not turn
        self.cut = False  # the e-stop's contact behind the chip's enable line: the same
        self._queue: list[tuple[tuple[int, ...], int]] = []  # bursts after the running one
        self._pulses: tuple[int, ...] | None = None  # of the running burst
        self._start_us = 0
        self._burst_end_us = 0
        self._done = 0  # pulses of the running burst that have happened
        self._reverse = False
        self._carry_steps = 0  # steps made inside halt(), for the next advance()
        self._last_us = 0

    def enable(self, on: bool) -> None:
        """Energise or cut the driver's enable line; a cut drops running and queued leases at once.

        It takes effect at the moment to which the drive was last advanced.
        """
        self.enabled = on
        if not on:
            self._drop(self._last_us)

    def lease(self, word: int, reverse: bool, now_us: int) -> bool:
        """Queue one burst; False (counted in `refused`), and nothing changes, if it may not be.

        Refused: drive not enabled, word outside the format, running plus queued above 120 ms, or a
        change of direction while the drive is not drained.
        """
        if not self.enabled or not 0 <= word < WORD_LIMIT:
            self.refused += 1
            return False
        pulses, duration_us = decode(word)
        start_us = self.end_us
        if start_us > now_us:
            if start_us + duration_us > now_us + QUEUE_MAX_US or reverse != self._reverse:
                self.refused += 1
                return False
        else:
            start_us = now_us
            self._carry_steps += self._run(now_us)
        self._reverse = reverse
        if duration_us == 0:
            return True
        self.end_us = start_us + duration_us
        if self._pulses is None:
            self._start(pulses, start_us, self.end_us)
        else:
            self._queue.append((pulses, duration_us))
        return True

    def advance(self, to_us: int) -> int:
        """Run to `to_us` and return the signed steps that the motor made since the last call.

        A stalled or cut motor makes none, although the pin's `forward_steps` and `reverse_steps`
        count on.
        Raises ValueError if time would run backwards.
        """
        if to_us < self._last_us:
            raise ValueError(f"drive cannot go back from {self._last_us} us to {to_us} us")
        self._last_us = to_us
        if self._pulses is None:
            if self._carry_steps == 0:
                return 0
            steps = self._carry_steps
        else:
            steps = self._run(to_us) + self._carry_steps
        self._carry_steps = 0
        return 0 if self.stalled or self.cut else steps

    def halt(self, now_us: int) -> int:
        """Stop at once; return the pulses that were leased and did not happen (>= 0)."""
        if now_us > self._last_us:
            self._last_us = now_us
        self._carry_steps += self._run(now_us)
        return self._drop(now_us)

    def busy_us(self, now_us: int) -> int:
        """Microseconds of lease still running or queued at `now_us`; 0: drained."""
        left_us = self.end_us - now_us
        return left_us if left_us > 0 else 0

    def count_noise(self, edges: int) -> None:
        """Fault: the hardware counter counts so many edges that were no steps."""
        self.edges = (self.edges + edges) & COUNTER_MASK

    def copy(self) -> Drive:
        """An independent drive in the same state."""
        twin = copy.copy(self)
        twin._queue = self._queue.copy()
        return twin

    def _start(self, pulses: tuple[int, ...], start_us: int, end_us: int) -> None:
        self._pulses = pulses
        self._start_us = start_us
        self._burst_end_us = end_us
        self._done = 0

    def _run(self, to_us: int) -> int:
        """Let every pulse up to and including `to_us` happen; return their signed number."""
        made = 0
        while (pulses := self._pulses) is not None:
            ended = self._burst_end_us <= to_us
            reached = len(pulses) if ended else bisect_right(pulses, to_us - self._start_us)
            if reached > self._done:
                made += reached - self._done
                self._done = reached
                self.last_step_us = self._start_us + pulses[reached - 1]
            if not ended:
                break
            if self._queue:
                following, duration_us = self._queue.pop(0)
                self._start(following, self._burst_end_us, self._burst_end_us + duration_us)
            else:
                self._pulses = None
        if made == 0:
            return 0
        if not self.counter_stuck:
            self.edges = (self.edges + made) & COUNTER_MASK
        if self._reverse:
            self.reverse_steps += made
            return -made
        self.forward_steps += made
        return made

    def _drop(self, now_us: int) -> int:
        not_done = 0
        if self._pulses is not None:
            not_done = len(self._pulses) - self._done
            self._pulses = None
            for pulses, _ in self._queue:
                not_done += len(pulses)
            self._queue.clear()
        if self.end_us > now_us:
            self.end_us = now_us
        return not_done
