"""A lease word (C1) as a list of durations for the RMT, and how far one has got by some moment.

The peripheral plays a list once and stops; a duration of 0 ends it. Its clock is slow enough for a
whole lease between two steps to be one duration, so that each step is one high and one low and the
longest list, 180 steps, has 180 symbols of two durations.
"""

from pump import lease

RESOLUTION_HZ = 320_000  # 80 MHz through 250
SLOT_TICKS = 3200
SUB_SLOT_TICKS = 100  # 312.5 us from step to step within a slot
HIGH_TICKS = 50  # 156 us
LEASE_MAX_TICKS = SLOT_TICKS * lease.SLOTS
STEPS_MAX = lease.SLOT_MAX_STEPS * lease.SLOTS
DURATIONS = 2 * STEPS_MAX
NOTHING = -1

_SLOT_MASK = (1 << lease.SLOT_BITS) - 1
_SLOT_US = 1000 * lease.SLOT_MS


def write(word, durations):
    """Fill ``durations`` (a list of DURATIONS numbers) with that word, zeros behind it.

    Returns the level of the first one, 0 or 1, from which on they alternate; NOTHING for a word
    that takes no time. ``sum(durations)`` is 3200 ticks for each slot of the word.
    """
    first = 0
    at = 0
    low = 0
    for _ in range(lease.SLOTS):
        steps = word & _SLOT_MASK
        if steps == lease.END:
            break
        word >>= lease.SLOT_BITS
        for _ in range(steps):
            if low:
                durations[at] = low
                at += 1
            else:
                first = 1
            durations[at] = HIGH_TICKS
            at += 1
            low = SUB_SLOT_TICKS - HIGH_TICKS
        low += SLOT_TICKS - steps * SUB_SLOT_TICKS
    if low == 0:
        return NOTHING
    durations[at] = low
    at += 1
    while at < DURATIONS and durations[at]:  # what is left of a longer one
        durations[at] = 0
        at += 1
    return first


def begun(word, elapsed_us):
    """Steps of that word whose rising edge has come by ``elapsed_us`` after its beginning."""
    steps = 0
    for _ in range(lease.SLOTS):
        count = word & _SLOT_MASK
        if count == lease.END or elapsed_us < 0:
            break
        if elapsed_us < _SLOT_US:
            so_far = elapsed_us * 2 // 625 + 1
            return steps + (so_far if so_far < count else count)
        steps += count
        elapsed_us -= _SLOT_US
        word >>= lease.SLOT_BITS
    return steps
