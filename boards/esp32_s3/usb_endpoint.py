"""What the USB controller says of the link's way out."""

from machine import mem32

# DIEPCTL of endpoint 2 of the DWC2 core at 0x60080000 (TinyUSB's dwc2_type.h). The stack sets the
# bit as it hands over a packet, the controller clears it when the host has taken that.
_DIEPCTL2 = 0x60080940
_ENABLED_BIT = 31


def waits():
    """Whether a packet waits for the host."""
    return mem32[_DIEPCTL2] >> _ENABLED_BIT != 0
