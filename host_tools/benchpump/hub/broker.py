"""Who may say what, and whose reply it is: the hub without its sockets.

Strictly one request is outstanding to the pump. Time is handed in, so that nothing here waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from benchpump.hub.line import Line, Lines
from benchpump.link import messages

REPLY_TIMEOUT_S = 0.8  # below the client's, so that it hears of silence from the hub
QUIET_S = 0.3  # after a missing reply: a late one belongs to nobody
PARTS_IDLE_S = 0.5  # who reads an answer in parts keeps it to himself this long between two parts
QUEUE_MAX = 32  # lines of one client that wait

_CONTROLLED = messages.PumpControlledError.info.code
_SILENT = messages.PumpNoReplyError.info.code
_FLOODED = messages.PumpFloodedError.info.code


@dataclass(eq=False)
class Client:
    """One local program. `send` takes bytes for it; `process` and `name` say who it is."""

    send: Callable[[bytes], None]
    process: int = 0
    name: str = "unnamed"
    lines: Lines = field(default_factory=Lines)
    waiting: deque[Line] = field(default_factory=lambda: deque[Line]())


class Broker:
    """Takes bytes from clients and from the pump and passes each on to whom it belongs."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self.clients: list[Client] = []
        self.controller: Client | None = None
        self._turn = 0
        self._asked: tuple[Client, Line] | None = None
        self._deadline_s = 0.0
        self._quiet_until_s = 0.0
        self._reply = bytearray()
        self._reader: Client | None = None  # reads an answer in parts
        self._last_part = 0
        self._reader_until_s = 0.0

    def join(self, client: Client) -> None:
        """A program connected."""
        self.clients.append(client)

    def leave(self, client: Client) -> None:
        """A program is gone: what it asked is forgotten, the control is free again."""
        self.clients.remove(client)
        if self.controller is client:
            self.controller = None
        if self._reader is client:
            self._reader = None

    def from_client(self, client: Client, data: bytes, now_s: float) -> None:
        """Bytes of a program."""
        for line in client.lines.feed(data):
            if line.is_stop_byte:
                self._stop_byte()
            elif line.is_greeting:
                client.process, client.name = line.greeting()
            elif line.refusal:
                client.send(line.refusal)
            elif line.is_stop:
                client.waiting.appendleft(line)
            elif len(client.waiting) >= QUEUE_MAX:
                client.send(b"ERR %d 0\n" % _FLOODED)
            else:
                client.waiting.append(line)
        self.advance(now_s)

    def from_pump(self, data: bytes, now_s: float) -> None:
        """Bytes of the pump."""
        self._reply += data
        while b"\n" in self._reply:
            line, _, rest = bytes(self._reply).partition(b"\n")
            self._reply[:] = rest
            if self._asked is not None and self._asked[1].is_answered_by(line):
                self._answered(*self._asked, line + b"\n", now_s)
        self.advance(now_s)

    def lost(self, reason: str) -> None:
        """The port is gone: every client is told."""
        code = messages.PumpPortLostError.info.code
        for client in self.clients:
            client.send(f"ERR {code} 0 {reason}\n".encode("ascii", "replace"))

    def advance(self, now_s: float) -> float | None:
        """Do what is due; when to be called again at the latest, None if nothing is pending."""
        if self._asked is not None and now_s >= self._deadline_s:
            client, _ = self._asked
            self._asked = None
            self._quiet_until_s = now_s + QUIET_S
            self._tell(client, b"ERR %d 0\n" % _SILENT)
        if self._reader is not None and now_s >= self._reader_until_s:
            self._reader = None
        while self._asked is None and now_s >= self._quiet_until_s:
            chosen = self._next()
            if chosen is None:
                break
            self._ask(*chosen, now_s)
        return self._next_time(now_s)

    def _next_time(self, now_s: float) -> float | None:
        if self._asked is not None:
            return self._deadline_s
        if not any(client.waiting for client in self.clients):
            return None
        return self._quiet_until_s if now_s < self._quiet_until_s else self._reader_until_s

    def _stop_byte(self) -> None:
        """Straight to the pump. What waited to lead to motion is dropped, as the pump does."""
        self._write(b"\x03")
        for client in self.clients:
            client.waiting = deque(line for line in client.waiting if not line.may_move)

    def _next(self) -> tuple[Client, Line] | None:
        """STOP of anyone first, else the clients in turn; nobody cuts into an answer in parts."""
        for client in self.clients:
            if client.waiting and client.waiting[0].is_stop:
                return client, client.waiting.popleft()
        count = len(self.clients)
        for offset in range(count):
            place = (self._turn + offset) % count
            client = self.clients[place]
            if not client.waiting:
                continue
            if self._reader not in (None, client) and not client.waiting[0].is_status:
                continue
            self._turn = place + 1
            return client, client.waiting.popleft()
        return None

    def _ask(self, client: Client, line: Line, now_s: float) -> None:
        if line.needs_control and not line.is_stop:
            if line.is_hello and self.controller is None:
                self.controller = client
            if self.controller is not client:
                client.send(self._controlled())
                return
        if client is self._reader and not line.is_part and not line.is_status:
            self._reader = None
        self._asked = (client, line)
        self._deadline_s = now_s + REPLY_TIMEOUT_S
        self._write(line.data)

    def _controlled(self) -> bytes:
        who = self.controller
        if who is None:
            return b"ERR %d 0 nobody said HELLO through this hub yet\n" % _CONTROLLED
        text = f"ERR {_CONTROLLED} {who.process} controlled by {who.name}, process {who.process}\n"
        return text.encode("ascii", "replace")

    def _answered(self, client: Client, line: Line, reply: bytes, now_s: float) -> None:
        self._asked = None
        parts = line.announced_parts(reply)
        if parts > 0:
            self._reader, self._last_part = client, parts - 1
        elif line.part_index == self._last_part and line.is_success(reply):
            self._reader = None
        if client is self._reader:
            self._reader_until_s = now_s + PARTS_IDLE_S
        self._tell(client, reply)

    def _tell(self, client: Client, data: bytes) -> None:
        if client in self.clients:
            client.send(data)
