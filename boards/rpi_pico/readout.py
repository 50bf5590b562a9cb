"""What a stopped lease machine had not done, from its registers (contract C1)."""

from pump import lease

_SLOT_MASK = (1 << lease.SLOT_BITS) - 1


def slot_steps(register):
    """Steps in the slots of an OSR or a queued word, from its lowest bits up to the first 31."""
    steps = 0
    for _ in range(lease.SLOTS):
        count = register & _SLOT_MASK
        if count == lease.END:
            return steps
        steps += count
        register >>= lease.SLOT_BITS
    return steps


def not_done(x, osr):
    """Steps of the running word that were not done; ``x`` and ``osr`` as read after the stop.

    X is what is left of the slot in progress; 31 there says that the word has ended. The steps of
    queued words come on top: ``slot_steps(word)``.
    """
    if x == lease.END:
        return 0
    return x + slot_steps(osr)
