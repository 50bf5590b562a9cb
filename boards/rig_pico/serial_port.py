"""The USB serial port: lines in, bytes out."""

import select
import sys

_WAIT_MS = 1
_LINE_MAX = 64
_NEWLINE = 10


class SerialPort:
    """Ctrl-C is left to MicroPython: it ends the program, as attaching tools expect."""

    def __init__(self):
        self._incoming = select.poll()
        self._incoming.register(sys.stdin, select.POLLIN)
        # By name, for their stubs know neither readinto nor a count of bytes to write.
        self._stdin = getattr(sys.stdin, "buffer")  # noqa: B009
        self._stdout = getattr(sys.stdout, "buffer")  # noqa: B009
        self._byte = bytearray(1)
        self._line = bytearray(_LINE_MAX)
        self._length = 0

    def line(self):
        """A line that is complete, without its end; None when nothing comes for a millisecond.

        Of a line that is too long nothing is left.
        """
        poll = self._incoming.ipoll
        readinto = self._stdin.readinto
        byte = self._byte
        length = self._length
        while True:
            for _ in poll(_WAIT_MS):
                break
            else:
                self._length = length
                return None
            readinto(byte)
            if byte[0] == _NEWLINE:
                self._length = 0
                return bytes(self._line[: length if length <= _LINE_MAX else 0])
            if length < _LINE_MAX:
                self._line[length] = byte[0]
            if length <= _LINE_MAX:
                length += 1

    def write(self, data):
        self._stdout.write(data)
