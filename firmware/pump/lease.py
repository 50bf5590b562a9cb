"""The lease word (C1): one hardware word below 2**30 that cannot express more than 60 ms.

Six slots of five bits, the first slot in the lowest bits. A slot lasts exactly 10 ms and holds
0..30 steps, one every 1/32 of the slot from its start; the value 31 means "no slot here" and takes
no time. So every possible word ends within 60 ms, an all-ones word (a floating bus, erased memory)
moves nothing, and instantaneous step rate never exceeds 3200 steps/s, which a motor starts and
stops from without a ramp at the microstepping used. See docs/decisions/0001-lease-word.md.
"""

SLOT_MS = 10
SLOTS = 6
SLOT_BITS = 5
SLOT_MAX_STEPS = 30
END = 31
LEASE_MAX_MS = SLOT_MS * SLOTS
QUEUE_MAX_MS = 120


def encode(steps, slots):
    """Return the lease word for ``steps`` (0..30*slots) spread evenly over ``slots`` (1..6).

    Returns -1 for anything that the format cannot express, so that no caller can widen it.
    """
    if slots < 1 or slots > SLOTS or steps < 0 or steps > SLOT_MAX_STEPS * slots:
        return -1
    word = 0
    shift = 0
    error = 0
    for slot in range(SLOTS):
        if slot < slots:
            error += steps
            count = error // slots
            error -= count * slots
        else:
            count = END
        word |= count << shift
        shift += SLOT_BITS
    return word
