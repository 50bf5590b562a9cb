"""Who is at the other end of a serial port: the pump's firmware, MicroPython's prompt, or nobody.

What is sent stops nothing: to the firmware it is a line that it refuses, and a question;
MicroPython takes 0x02 for "friendly prompt, please", and says its version.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from benchpump.link.transport import Transport

_QUESTION = b"\x02\n*IDN?\n"
_ASK_EVERY_S = 1.0
_IDENTITY = re.compile(rb"OK (benchpump,[ -~]*)\r?\n")
_BANNER = re.compile(rb"MicroPython v(\d+)\.(\d+)[^\r\n]*\r\n(?s:.*)>>> ")
_QUIET_S = 1.0  # a board that starts may erase meanwhile: 0.4 s at worst (W25Q's data sheets)
_KEPT_BYTES = 4096


@dataclass(frozen=True)
class Firmware:
    """The pump's firmware runs: maker, board, version and protocol hash."""

    identity: str

    @property
    def protocol_hash(self) -> str:
        """Six digits; what has to match."""
        return self.identity.rpartition(",")[2]


@dataclass(frozen=True)
class Prompt:
    """MicroPython waits for a person: nothing runs."""

    version: tuple[int, int]


@dataclass(frozen=True)
class Nobody:
    """No answer to be understood; what came instead."""

    heard: bytes


Found = Firmware | Prompt | Nobody


def who_is_there(transport: Transport, patience_s: float) -> Found:
    """Ask for so long. Raises link.errors.PumpLost when the port goes meanwhile."""
    clock = transport.clock
    end_s = clock.now_s() + patience_s
    heard = b""
    while clock.now_s() < end_s:
        transport.write(_QUESTION)
        ask_again_s = min(clock.now_s() + _ASK_EVERY_S, end_s)
        while (left_s := ask_again_s - clock.now_s()) > 0:
            heard = (heard + transport.read(left_s))[-_KEPT_BYTES:]
            if answer := _IDENTITY.search(heard):
                while transport.read(_QUIET_S):
                    pass  # answers to what was asked before
                return Firmware(answer[1].decode("ascii"))
            if banner := _BANNER.search(heard):
                return Prompt((int(banner[1]), int(banner[2])))
    return Nobody(heard)
