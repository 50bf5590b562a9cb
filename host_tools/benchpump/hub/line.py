"""What the hub must know of a line, and lines cut out of a program's bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from benchpump.link import messages

STOP_BYTE = 3
_FRAME_HEAD = 8
_FRAME_TAIL = 5
_GREETING = re.compile(rb"#hub (\d{1,10}) (.*)")
_PARTS = re.compile(rb"(?:^|[^ ]* )OK PARTS (\d+)")


@dataclass(frozen=True)
class Line:
    """One line of a program, newline included; or a stop byte; or a refusal of the hub's own."""

    data: bytes
    refusal: bytes = b""

    @property
    def is_stop_byte(self) -> bool:
        """0x03, which is passed on by itself."""
        return self.data == b"\x03"

    @property
    def is_greeting(self) -> bool:
        """Who the program is; for the hub, never for the pump."""
        return self.data.startswith(b"#")

    @property
    def is_safe(self) -> bool:
        """In the safe envelope."""
        return self.data.startswith(b"!")

    @property
    def body(self) -> bytes:
        """The command without its envelope, upper case."""
        line = self.data.rstrip(b"\r\n")
        if self.is_safe:
            line = line[_FRAME_HEAD:-_FRAME_TAIL]
        return line.strip().upper()

    @property
    def header(self) -> bytes:
        """The command's first word."""
        return self.body.partition(b" ")[0]

    @property
    def is_stop(self) -> bool:
        """STOP in either envelope."""
        return self.header == b"STOP"

    @property
    def is_hello(self) -> bool:
        """HELLO in either envelope."""
        return self.header == b"HELLO"

    @property
    def is_status(self) -> bool:
        """STATus?, which disturbs nobody's answer in parts."""
        return self.header in (b"STAT?", b"STATUS?")

    @property
    def is_part(self) -> bool:
        """PART?, the reading of one part."""
        return self.header == b"PART?"

    @property
    def part_index(self) -> int:
        """Which part is asked for, -1 for any other line."""
        number = self.body.partition(b" ")[2].strip()
        return int(number) if self.is_part and number.isdigit() and len(number) < 4 else -1

    @property
    def needs_control(self) -> bool:
        """Only the program that controls may say it."""
        return self.is_safe or self.is_hello

    @property
    def may_move(self) -> bool:
        """Whether it might lead to motion, as far as the hub can tell."""
        return self.is_safe and not self.is_stop and not self.header.endswith(b"?")

    def greeting(self) -> tuple[int, str]:
        """Process number and name in a greeting; 0 and `unnamed` if it is malformed."""
        found = _GREETING.fullmatch(self.data.rstrip(b"\r\n"))
        if found is None:
            return 0, "unnamed"
        return int(found[1]), found[2].decode("ascii", "replace")[:60]

    def is_answered_by(self, reply: bytes) -> bool:
        """Whether a reply of the pump can be this line's: same envelope, or a bare error."""
        if not self.is_safe:
            return not reply.startswith(b"!")
        return reply.startswith((self.data[:7], b"ERR "))

    def announced_parts(self, reply: bytes) -> int:
        """How many parts the reply announces, 0 for any other."""
        found = _PARTS.match(reply)
        return int(found[1]) if found else 0

    def is_success(self, reply: bytes) -> bool:
        """Whether the reply says OK."""
        return (reply[_FRAME_HEAD:] if reply.startswith(b"!") else reply).startswith(b"OK")


class Lines:
    """Cuts the bytes of one program into lines; nothing oversized or binary passes."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> list[Line]:
        """Lines completed by these bytes, stop bytes among them in their place."""
        found: list[Line] = []
        for byte in data:
            if byte == STOP_BYTE:
                self._line.clear()
                self._skipping = False
                found.append(Line(b"\x03"))
            elif byte == 10:
                if not self._skipping and self._line.strip():
                    found.append(self._checked(bytes(self._line)))
                self._line.clear()
                self._skipping = False
            elif not self._skipping:
                self._line.append(byte)
                if len(self._line) >= messages.REQUEST_BYTES:
                    self._skipping = True
                    found.append(Line(b"", b"ERR %d 0\n" % messages.PumpTooLongError.info.code))
        return found

    def _checked(self, line: bytes) -> Line:
        for byte in line.rstrip(b"\r"):
            if not 32 <= byte <= 126:
                code = messages.PumpNotAsciiError.info.code
                return Line(line, b"ERR %d %d\n" % (code, byte))
        return Line(line + b"\n")
