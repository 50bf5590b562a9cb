"""A client's side of the hub: a transport; the hub is started when there is none."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from benchpump.hub.place import HAS_UNIX_SOCKETS, Place, place_of
from benchpump.link import errors
from benchpump.link.errors import PortBusyError, PortError, PumpLost
from benchpump.link.transport import RealClock

_ATTEMPTS = 3  # a hub may be ending just as we come; the next attempt starts another
_CHUNK_BYTES = 4096
_GREETING_TIMEOUT_S = 5.0


class HubTransport:
    """A connection to the hub of one port."""

    def __init__(self, url: str, connection: socket.socket) -> None:
        self.url = url
        self.clock = RealClock()
        self._socket = connection
        self._await_greeting()
        name = Path(sys.argv[0]).name or "python"
        self.write(f"#hub {os.getpid()} {name}\n".encode("ascii", "replace"))

    def _await_greeting(self) -> None:
        """The hub speaks first; raises PumpLost if it ends instead."""
        received = b""
        while not received.endswith(b"\n"):
            more = self.read(_GREETING_TIMEOUT_S)
            if not more:
                raise self._lost()
            received += more

    def write(self, data: bytes) -> None:
        """Send all of it. Raises PumpLost."""
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise self._lost() from error

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, waiting at most `timeout_s` for the first byte. Raises PumpLost."""
        self._socket.settimeout(max(timeout_s, 1e-6))
        try:
            data = self._socket.recv(_CHUNK_BYTES)
        except TimeoutError:
            return b""
        except OSError as error:
            raise self._lost() from error
        if not data:
            raise self._lost()
        return data

    def close(self) -> None:
        """Leave the hub; the last one to leave ends it."""
        self._socket.close()

    def _lost(self) -> PumpLost:
        return PumpLost(f"{self.url}: the hub has ended; check cable and supply, connect again")


def connect(url: str) -> HubTransport:
    """Connect to the hub of `url`, starting it if there is none. Raises PortError."""
    place = place_of(url)
    busy: PortError | None = None
    for _ in range(_ATTEMPTS):
        connection = _dial(place)
        if connection is None:
            try:
                _start(url)
            except PortBusyError as error:  # another program was faster; its hub may serve us
                busy = error
            connection = _dial(place)
        if connection is not None:
            try:
                return HubTransport(url, connection)
            except PumpLost:
                connection.close()
    raise busy or PortError(f"{url}: the hub ends as soon as it is started; try again")


def _dial(place: Place) -> socket.socket | None:
    try:
        if not HAS_UNIX_SOCKETS:
            number = int(place.socket.read_text(encoding="ascii"))
            return socket.create_connection(("127.0.0.1", number))
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(place.socket))
        except OSError:
            connection.close()
            raise
        return connection
    except (OSError, ValueError):
        return None


def _start(url: str) -> None:
    """Start a hub of its own session and wait until it listens. Raises PortError."""
    package_root = str(Path(__file__).parents[2])
    paths = [package_root, *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, "-m", "benchpump.hub", url],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        start_new_session=True,  # an interrupt meant for this program must not end the hub
        text=True,
    )
    assert process.stdout is not None
    said = process.stdout.readline().strip()
    if said == "READY":
        process.stdout.close()
        return
    process.wait()
    _, _, rest = said.partition(" ")
    kind, _, text = rest.partition(" ")
    raise getattr(errors, kind, PortError)(text or f"{url}: the hub did not start")
