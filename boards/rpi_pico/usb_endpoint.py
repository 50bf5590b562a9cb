"""What the USB controller says of the link's way out."""

from machine import mem16

# Buffer control of endpoint 2 IN, RP2040 datasheet 4.1.2.5.
_EP2_IN_CONTROL = 0x50100090
_AVAILABLE = 1 << 10


def waits():
    """Whether a packet waits for the host."""
    return mem16[_EP2_IN_CONTROL] & _AVAILABLE != 0
