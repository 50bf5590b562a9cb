"""The USB serial port as a byte stream that never makes the tick wait."""

import io
import os
import select
import sys

SEND_MAX = 64
_LEAVE_BYTE = 1  # Ctrl-A: attaching tools ask for the raw REPL with it

# What the USB stack keeps of what is to go out (TinyUSB as MicroPython configures it).
_TX_FIFO_BYTES = 256

_IOCTL_POLL = 3
_POLL_READ = 1
_POLL_WRITE = 4


class UsbLink:
    """``clock`` has the watchdog, which must not bite in the REPL.

    ``waits()`` is True while a packet of the link waits for the host. The USB stack hands the next
    one over at once, so that without one nothing is left.
    """

    def __init__(self, clock, waits):
        self._clock = clock
        self._waits = waits
        self._incoming = select.poll()
        self._incoming.register(sys.stdin, select.POLLIN)
        self._outgoing = select.poll()
        self._outgoing.register(sys.stdout, select.POLLOUT)
        # By name, for their stubs know neither readinto nor a count of bytes to write.
        self._stdin = getattr(sys.stdin, "buffer")  # noqa: B009
        self._stdout = getattr(sys.stdout, "buffer")  # noqa: B009
        self._byte = bytearray(1)
        self._unread = 0  # bytes handed over since nothing was left, at the most

    def receive(self, buffer):
        # One by one: the image says that a byte waits, not how many, and a read of more blocks.
        byte = self._byte
        stdin = self._stdin
        incoming = self._incoming
        for count in range(len(buffer)):
            for _ in incoming.ipoll(0):  # its method kept in a name would be an object each time
                stdin.readinto(byte)
                buffer[count] = byte[0]
                break
            else:
                return count
        return len(buffer)

    def send(self, buffer, count):
        if count < 0 or count > SEND_MAX:
            return False
        writable = _ready(self._outgoing)  # which lets the stack hand over first
        if not self._waits():
            self._unread = 0
        if not writable or self._unread + count > _TX_FIFO_BYTES:
            return False
        self._unread += count
        self._stdout.write(buffer, count)
        return True

    def leave(self):
        """Hand the link to the REPL as if it had got the Ctrl-A; ends ``main.py``."""
        self._clock.stop_watchdog()
        os.dupterm(_OneByte())
        raise SystemExit


class _OneByte(io.IOBase):
    """A terminal that has one byte to read, and is gone with it."""

    def readinto(self, buffer):
        os.dupterm(None)
        buffer[0] = _LEAVE_BYTE
        return 1

    def write(self, buffer):
        return len(buffer)

    def ioctl(self, request, flags):
        return flags & (_POLL_READ | _POLL_WRITE) if request == _IOCTL_POLL else 0


def _ready(poller):
    for _ in poller.ipoll(0):
        return True
    return False
