"""Arithmetic on a millisecond counter that wraps at 2**30, without leaving small integers."""

_MASK = (1 << 30) - 1
_HALF = 1 << 29


def after(moment_ms, duration_ms):
    """The counter's value some milliseconds (below 2**29) later."""
    return (moment_ms - _MASK - 1 + duration_ms) & _MASK


def since(later_ms, earlier_ms):
    """Milliseconds from the earlier to the later moment, negative if it is the other way round."""
    difference = (later_ms - earlier_ms) & _MASK
    if difference >= _HALF:
        difference -= _MASK
        difference -= 1
    return difference
