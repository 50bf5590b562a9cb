"""A conversion of 24 bits as the 12-bit code that ``Sensors.read`` returns."""


def code(high, middle, low):
    """From its three bytes, offset binary (0: least, 2**24 - 1: most).

    The lowest bit is the conversion's own lowest one: a sensor that is alive never repeats all of
    its bits for long, and what looks for a dead one has to see that. An error of a code at most.
    """
    return high << 4 | (middle >> 4 & 0x0E) | (low & 1)
