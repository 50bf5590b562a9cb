"""Commands by number: formatting, choice of envelope, the link, answers in parts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchpump.link import messages
from benchpump.link.answers import Parts, parse_pairs
from benchpump.link.errors import ProtocolAnswerError
from benchpump.link.exchange import REPLY_TIMEOUT_S, Exchange
from benchpump.link.messages import COMMANDS, Command

if TYPE_CHECKING:
    from benchpump.link.transport import Transport

_HELLO = re.compile(r"([0-9A-F]{4}) ([0-9A-F]{6})")
_HELLO_ATTEMPTS = 3
_SETTLE_S = 0.1  # two ticks: what an earlier program left on the line has been answered by then
_BUSY_POLL_S = 0.1
_READ_AGAIN_MAX = 2
_BUSY_MAX_S = 60.0  # a sector a tick is erased ahead; the largest ledger has hundreds


class Requests:
    """Asks one pump. Reads use the safe envelope while a link is open and bare lines otherwise."""

    def __init__(self, transport: Transport, reply_timeout_s: float = REPLY_TIMEOUT_S) -> None:
        self.exchange = Exchange(transport, reply_timeout_s)
        self.clock = transport.clock
        self.matches = True

    def hello(self) -> None:
        """Open a link, the old one's tokens become void. Raises PumpLost, PumpControlledError."""
        exchange = self.exchange
        with exchange.lock:
            for _ in range(_HELLO_ATTEMPTS):
                exchange.transport.write(b"\n")  # ends whatever partial line lies there
                exchange.drain(_SETTLE_S)
                found = _HELLO.fullmatch(exchange.bare(f"HELLO {messages.PROTOCOL_HASH}"))
                if found is None:
                    continue
                exchange.opened(int(found[1], 16))
                self.matches = int(found[2], 16) == messages.PROTOCOL_HASH
                try:
                    exchange.safe(COMMANDS[Command.STATUS].form, is_read=True)
                except messages.PumpWrongLinkError:
                    continue  # the answer was a late one, to an earlier HELLO
                return
        raise ProtocolAnswerError("HELLO gave no link that holds; check the line for noise")

    def ask(self, command: Command, *values: object) -> str:
        """Text of the reply. Raises a PumpRefused subclass, PumpLost."""
        info = COMMANDS[command]
        body = " ".join([info.form, *(str(value) for value in values)])
        with self.exchange.lock:
            if info.kind == "safe":
                if self.exchange.link is None:
                    self.hello()
                return self.exchange.safe(body)
            if self.exchange.link is not None:
                try:
                    return self.exchange.safe(body, is_read=True)
                except (messages.PumpWrongLinkError, messages.PumpOutOfOrderError):
                    pass  # the pump restarted, or another program opened it: reading needs no link
            return self.exchange.bare(body)

    def ask_parts(self, command: Command, *values: object) -> Parts:
        """All parts of a longer answer, waiting while the pump prepares. Raises as `ask`.

        A list that grew shorter while it was read (a reminder went by itself) is read again.
        """
        again = _READ_AGAIN_MAX if COMMANDS[command].kind != "safe" else 0
        with self.exchange.lock:
            while True:
                try:
                    texts = self._texts(self._when_ready(command, *values))
                    break
                except messages.PumpNoPartError:
                    if not again:
                        raise
                    again -= 1
        return Parts(tuple(parse_pairs(text) for text in texts))

    def ask_long(self, command: Command, *values: object) -> str:
        """An answer that may come whole or, too long for one reply, in parts cut at spaces."""
        with self.exchange.lock:
            text = self.ask(command, *values)
            return " ".join(self._texts(text)) if text.startswith("PARTS ") else text

    def _texts(self, announced: str) -> list[str]:
        word, _, count = announced.partition(" ")
        if word != "PARTS" or not count.isdecimal() or int(count) > messages.PARTS_MAX:
            raise ProtocolAnswerError(f"no announcement of parts: {announced!r}")
        texts: list[str] = []
        for index in range(int(count)):
            place, _, text = self._when_ready(Command.PART, index).partition(" ")
            if place != str(index):
                raise ProtocolAnswerError(f"asked for part {index}, got {place!r}")
            texts.append(text)
        return texts

    def _when_ready(self, command: Command, *values: object) -> str:
        end_s = self.clock.now_s() + _BUSY_MAX_S
        while True:
            try:
                return self.ask(command, *values)
            except messages.PumpBusyError:
                if self.clock.now_s() >= end_s:
                    raise
            self.clock.sleep_s(_BUSY_POLL_S)
