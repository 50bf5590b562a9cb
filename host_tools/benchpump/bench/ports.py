"""Ports through which other programs reach an emulated pump: a pseudo-terminal or a TCP port."""

from __future__ import annotations

import contextlib
import os
import socket
import tty
from typing import Protocol

_CHUNK = 4096


class Port(Protocol):
    """Bytes to and from whatever program is attached; nothing here waits."""

    name: str

    def descriptors(self) -> list[int]:
        """What to watch for input."""
        ...

    def read(self) -> bytes:
        """What the other program sent since the last call."""
        ...

    def write(self, data: bytes) -> None:
        """Hand over bytes; what nobody takes is lost, as on a cable."""
        ...

    def close(self) -> None:
        """Take the port away."""
        ...


class PtyPort:
    """A pseudo-terminal in raw mode; `name` is the device that other programs open."""

    def __init__(self) -> None:
        # Theirs stays open here as well, so that programs may come and go.
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        os.set_blocking(self._ours, False)
        self.name = os.ttyname(self._theirs)

    def descriptors(self) -> list[int]:
        """See Port."""
        return [self._ours]

    def read(self) -> bytes:
        """See Port."""
        try:
            return os.read(self._ours, _CHUNK)
        except BlockingIOError:
            return b""

    def write(self, data: bytes) -> None:
        """See Port."""
        with contextlib.suppress(BlockingIOError):
            os.write(self._ours, data)

    def close(self) -> None:
        """See Port."""
        os.close(self._ours)
        os.close(self._theirs)


class TcpPort:
    """A TCP port for one client at a time; another is turned away. `name` is a pyserial URL."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one. Raises OSError where that is not possible."""
        self._server = socket.create_server((host, port))
        self._server.setblocking(False)
        self._client: socket.socket | None = None
        self.name = f"socket://{host}:{self._server.getsockname()[1]}"

    def descriptors(self) -> list[int]:
        """See Port."""
        watched = [self._server.fileno()]
        return watched if self._client is None else [*watched, self._client.fileno()]

    def read(self) -> bytes:
        """See Port."""
        self._accept()
        if self._client is None:
            return b""
        try:
            data = self._client.recv(_CHUNK)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._hang_up()
        return data

    def write(self, data: bytes) -> None:
        """See Port."""
        if self._client is not None:
            try:
                self._client.send(data)
            except BlockingIOError:
                pass
            except OSError:
                self._hang_up()

    def close(self) -> None:
        """See Port."""
        self._hang_up()
        self._server.close()

    def _accept(self) -> None:
        try:
            client, _ = self._server.accept()
        except BlockingIOError:
            return
        if self._client is not None:
            client.close()
            return
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client = client

    def _hang_up(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def open_port(spec: str) -> Port:
    """`pty`, or `tcp`, `tcp:PORT`, `tcp:HOST:PORT`. Raises ValueError for others, OSError."""
    kind, _, rest = spec.partition(":")
    if spec == "pty":
        return PtyPort()
    if kind == "tcp":
        host, _, port = rest.rpartition(":")
        if port.isascii() and port.isdigit() and int(port) <= 65535:
            return TcpPort(host or "127.0.0.1", int(port))
        if not rest:
            return TcpPort()
    raise ValueError(f"port {spec!r}: expected pty, tcp, tcp:PORT or tcp:HOST:PORT")
