"""Makes the rig board of its parts and runs it, until Ctrl-C."""

import board_data
from counter import StepCounter
from exchange import Exchange
from lamp import LampReader
from machine import WDT, mem32
from pins import Inputs, Outputs
from serial_port import SerialPort

_WATCHDOG_CONTROL_CLEAR = 0x4005B000  # RP2040 datasheet 4.7: CTRL, write ones to clear
_ENABLE = 1 << 30


def run():
    """Never returns by itself. A board that hangs is reset, and a reset lets go of everything."""
    outputs = Outputs()
    exchange = Exchange(SerialPort(), Inputs(), StepCounter(), LampReader(), outputs)
    watchdog = WDT(timeout=board_data.LINK_WATCHDOG_MS)
    try:
        while True:
            exchange.once()
            watchdog.feed()
    finally:
        outputs.release()
        mem32[_WATCHDOG_CONTROL_CLEAR] = _ENABLE
