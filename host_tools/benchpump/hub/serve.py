"""The hub's process: a port on one side, local sockets on the other."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from benchpump.hub.broker import Broker, Client
from benchpump.hub.place import HAS_UNIX_SOCKETS, Place, owner_of, place_of
from benchpump.link.errors import PortBusyError, PortError, PumpLost
from benchpump.link.serial_transport import SerialTransport

if TYPE_CHECKING:
    from io import TextIOWrapper
    from typing import TextIO

_Told = TypeVar("_Told")

FIRST_CLIENT_S = 10.0  # nobody connected within this time: end
_POLL_S = 0.2  # how soon the reading thread sees that it is to end
_CHUNK_BYTES = 4096
GREETING = b"#hub\n"  # so that a program knows that it was accepted, and not by a hub about to end


class Hub:
    """Serves one open port until the last client has left or the port is gone."""

    def __init__(self, port: SerialTransport, place: Place) -> None:
        self._port = port
        self._place = place
        self._loop = asyncio.get_running_loop()
        self._broker = Broker(self._write)
        self._ended = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._clients: dict[asyncio.Task[None] | None, asyncio.StreamWriter] = {}

    async def serve(self, ready: TextIO) -> None:
        """Listen, say READY, and run to the end."""
        self._place.socket.unlink(missing_ok=True)
        if HAS_UNIX_SOCKETS:
            server = await asyncio.start_unix_server(self._client, self._place.socket)
        else:
            server = await asyncio.start_server(self._client, "127.0.0.1", 0)
            number = server.sockets[0].getsockname()[1]
            self._place.socket.write_text(str(number), encoding="ascii")
        threading.Thread(target=self._read, name="port", daemon=True).start()
        self._loop.call_later(FIRST_CLIENT_S, self._end_if_alone)
        print("READY", file=ready, flush=True)
        await self._ended.wait()
        # First the name goes, so that nobody connects to a hub that is about to end.
        self._place.socket.unlink(missing_ok=True)
        server.close()
        served = dict(self._clients)
        for writer in served.values():
            with suppress(ConnectionError):
                await writer.drain()
            writer.close()
        await asyncio.gather(*filter(None, served))

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = Client(writer.write)
        self._clients[asyncio.current_task()] = writer
        writer.write(GREETING)
        self._broker.join(client)
        try:
            while data := await reader.read(_CHUNK_BYTES):
                self._broker.from_client(client, data, self._loop.time())
                self._schedule()
        except ConnectionError:
            pass  # gone without a goodbye
        finally:
            self._broker.leave(client)
            self._clients.pop(asyncio.current_task(), None)
            writer.close()
            self._schedule()
            self._end_if_alone()

    def _read(self) -> None:
        """The thread that waits for the port; everything else happens in the loop."""
        while not self._ended.is_set():
            try:
                data = self._port.read(_POLL_S)
            except PumpLost as error:
                self._in_loop(self._lost, str(error))
                return
            if data:
                self._in_loop(self._received, data)

    def _in_loop(self, call: Callable[[_Told], None], argument: _Told) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            self._loop.call_soon_threadsafe(call, argument)

    def _received(self, data: bytes) -> None:
        self._broker.from_pump(data, self._loop.time())
        self._schedule()

    def _write(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except PumpLost as error:
            self._lost(str(error))

    def _lost(self, reason: str) -> None:
        if not self._ended.is_set():
            self._broker.lost(reason)
            self._ended.set()

    def _schedule(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        at_s = self._broker.advance(self._loop.time())
        self._timer = None if at_s is None else self._loop.call_at(at_s, self._schedule)

    def _end_if_alone(self) -> None:
        if not self._broker.clients:
            self._ended.set()


def _hold(place: Place, url: str) -> TextIOWrapper:
    """Lock the port's name for this process. Raises PortBusyError naming who has it."""
    holder = place.owner.open("a+", encoding="ascii")
    if HAS_UNIX_SOCKETS:
        import fcntl

        try:
            fcntl.flock(holder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise PortBusyError(
                f"{url}: a hub already holds this port (process {owner_of(place)}); connect to it"
            ) from error
    return holder


def run(url: str) -> int:
    """Serve `url` until the last client leaves. Prints READY or ERROR kind text."""
    place = place_of(url)
    try:
        with _hold(place, url) as holder:
            port = SerialTransport(url)
            holder.truncate(0)
            holder.write(str(os.getpid()))
            holder.flush()

            async def serve() -> None:
                await Hub(port, place).serve(sys.stdout)

            try:
                asyncio.run(serve())
            finally:
                holder.truncate(0)
            port.close()
    except PortError as error:
        print(f"ERROR {type(error).__name__} {error}", flush=True)
        return 1
    return 0
