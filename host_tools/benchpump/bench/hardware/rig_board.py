"""The rig board behind its serial port: one exchange at a time."""

from __future__ import annotations

from benchpump.bench.hardware import lines
from benchpump.bench.rig import DeviceMissing
from benchpump.link.transport import Transport

ANSWER_MAX_S = 0.1
_IDENTIFY_MAX_S = 3.0
_ASK_EVERY_S = 0.2
_LINE_MAX = 256


class RigBoardLost(RuntimeError):
    """The rig board does not answer, or has let go; what was judged since is worth nothing."""


class RigBoard:
    """Raises DeviceMissing when made where no rig board answers."""

    def __init__(self, port: Transport) -> None:
        self._port = port
        self.clock = port.clock
        self._received = b""
        self._number = 0
        self._identify()

    def exchange(self, held: lines.Held) -> lines.Seen:
        """Let it hold that, and say what it has seen. Raises RigBoardLost."""
        self._number = (self._number + 1) & 0xFF
        self._port.write(lines.request(self._number, held))
        deadline_s = self.clock.now_s() + ANSWER_MAX_S
        while True:
            line = self._line(deadline_s)
            if line is None:
                raise RigBoardLost(
                    f"the rig board did not answer within {ANSWER_MAX_S * 1000:.0f} ms"
                )
            found = lines.parse(line)
            if found is not None and found[0] == self._number:
                return found[1]

    def close(self) -> None:
        """Give the port back; the board lets go by itself."""
        self._port.close()

    def _identify(self) -> None:
        until_s = self.clock.now_s() + _IDENTIFY_MAX_S
        while self.clock.now_s() < until_s:
            self._port.write(b"\n?\n")
            asked_s = self.clock.now_s()
            while (line := self._line(asked_s + _ASK_EVERY_S)) is not None:
                if line == lines.NAME.encode("ascii"):
                    return
        raise DeviceMissing(
            f"no rig board that says {lines.NAME!r} behind --rig; flash boards/rig_pico to it"
        )

    def _line(self, deadline_s: float) -> bytes | None:
        while b"\n" not in self._received:
            left_s = deadline_s - self.clock.now_s()
            if left_s <= 0:
                return None
            self._received = (self._received + self._port.read(left_s))[-_LINE_MAX:]
        line, _, self._received = self._received.partition(b"\n")
        return line.strip(b"\r")
