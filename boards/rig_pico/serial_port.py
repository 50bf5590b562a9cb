"""The USB serial port, a byte at a time."""

import select
import sys

_WAIT_MS = 1


class SerialPort:
    """Ctrl-C is left to MicroPython: it ends the program, as attaching tools expect."""

    def __init__(self):
        self._incoming = select.poll()
        self._incoming.register(sys.stdin, select.POLLIN)
        # By name, for their stubs know neither readinto nor a count of bytes to write.
        self._stdin = getattr(sys.stdin, "buffer")  # noqa: B009
        self._stdout = getattr(sys.stdout, "buffer")  # noqa: B009
        self._byte = bytearray(1)

    def read(self):
        """The next byte; -1 when none comes within a millisecond."""
        for _ in self._incoming.ipoll(_WAIT_MS):
            self._stdin.readinto(self._byte)
            return self._byte[0]
        return -1

    def write(self, data):
        self._stdout.write(data)
