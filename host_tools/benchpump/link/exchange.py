"""Request and reply: one at a time, sent again with the same number while the reply is missing.

Sending a frame again is part of the protocol (C8): its number is the same, so the pump answers
from its cache and never executes it twice.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from benchpump.link import messages
from benchpump.link.envelope import Answer, parse, safe_line
from benchpump.link.errors import ProtocolAnswerError, PumpLost
from benchpump.link.tables import PumpRefused

if TYPE_CHECKING:
    from benchpump.link.transport import Transport

SENDS_MAX = 4
REPLY_TIMEOUT_S = 1.0  # two flash erases of 400 ms may lie in one answer's way
_SILENT = messages.PumpNoReplyError.info.code  # said by a hub
# Said bare of a safe frame that was damaged on its way: the frame is sent again.
_DAMAGED = frozenset(
    error.info.code
    for error in (
        messages.PumpSyntaxError,
        messages.PumpTooLongError,
        messages.PumpNotAsciiError,
        messages.PumpBadCrcError,
        messages.PumpNeedsEnvelopeError,
        messages.PumpFloodedError,
    )
)
_LINK_GONE = frozenset(
    (messages.PumpWrongLinkError.info.code, messages.PumpOutOfOrderError.info.code)
)


def refusal(answer: Answer) -> Exception:
    """The exception for an error reply."""
    kind = messages.ERRORS.get(answer.code)
    if kind is messages.PumpPortLostError:
        return PumpLost(answer.note or kind.info.text)
    if kind is None:
        return ProtocolAnswerError(f"unknown error {answer.code} {answer.detail} from the pump")
    error: PumpRefused = kind(answer.detail)
    if answer.note:
        error.add_note(answer.note)
    return error


class Exchange:
    """Requests over one transport. The lock makes a whole request, or several, one unit."""

    def __init__(self, transport: Transport, reply_timeout_s: float = REPLY_TIMEOUT_S) -> None:
        self.transport = transport
        self.lock = threading.RLock()
        self._timeout_s = reply_timeout_s
        self._received = bytearray()
        self.link: int | None = None
        self._sequence = 0
        self._unanswered = ""  # a read that was sent under the next number and got no answer

    def opened(self, link: int) -> None:
        """From now on requests may use the safe envelope of this link."""
        self.link = link
        self._sequence = 0
        self._unanswered = ""

    def safe(self, body: str, *, is_read: bool = False) -> str:
        """Ask in the safe envelope; the reply's text. Raises PumpRefused, PumpLost.

        Whether a request without an answer was carried out is not known. A read (or stop) is asked
        again before the next request, so that both ends agree on the number and the link lives on;
        for anything else the link is given up, so that it can never be carried out later.
        """
        with self.lock:
            if self.link is not None and self._unanswered:
                self._numbered(self._unanswered, is_read=True)
                self._unanswered = ""
            return _text(self._numbered(body, is_read=is_read))

    def _numbered(self, body: str, *, is_read: bool) -> Answer:
        if self.link is None:
            raise messages.PumpWrongLinkError
        link, sequence = self.link, self._sequence
        try:
            answer = self._ask(safe_line(link, sequence, body), link, sequence)
        except PumpLost:
            self._left_open(body, is_read)
            raise
        if answer.link < 0:
            self._left_open(body, is_read)
        elif answer.code in _LINK_GONE:
            self.link = None
        else:
            self._sequence = (sequence + 1) & 0xFF
        return answer

    def _left_open(self, body: str, is_read: bool) -> None:
        if is_read:
            self._unanswered = body
        else:
            self.link = None

    def bare(self, body: str) -> str:
        """Ask on a bare line (reads and stops). Raises PumpRefused, PumpLost."""
        with self.lock:
            self.drain()
            return _text(self._ask(body.encode("ascii") + b"\n", -1, -1))

    def drain(self, duration_s: float = 0.0) -> None:
        """Throw away what has arrived, and what arrives within `duration_s`."""
        clock = self.transport.clock
        end_s = clock.now_s() + duration_s
        while self.transport.read(max(0.0, end_s - clock.now_s())):
            pass
        self._received.clear()

    def _ask(self, line: bytes, link: int, sequence: int) -> Answer:
        said: Answer | None = None
        for _ in range(SENDS_MAX):
            self.transport.write(line)
            answer = self._answer(link, sequence)
            if answer is None:
                continue
            if answer.link < 0 and (
                answer.code == _SILENT or (link >= 0 and answer.code in _DAMAGED)
            ):
                said = answer
                continue
            return answer
        if said is not None:
            return said
        raise PumpLost(
            f"no answer to {line.decode('ascii').strip()!r} after {SENDS_MAX} sends of "
            f"{self._timeout_s:g} s; check cable, supply and port"
        )

    def _answer(self, link: int, sequence: int) -> Answer | None:
        """The reply to this request, None when time is up or the reply came damaged."""
        clock = self.transport.clock
        end_s = clock.now_s() + self._timeout_s
        while True:
            line = self._line(end_s)
            if line is None:
                return None
            answer = parse(line)
            if answer is None:
                if line.strip():
                    return None  # damaged: ask again at once
            elif (answer.link, answer.sequence) == (link, sequence):
                return answer
            elif answer.link < 0 and answer.code != 0:
                return answer  # the pump, or the hub, could not tell whose line it was

    def _line(self, end_s: float) -> bytes | None:
        clock = self.transport.clock
        while b"\n" not in self._received:
            left_s = end_s - clock.now_s()
            if left_s <= 0:
                return None
            self._received += self.transport.read(left_s)
        line, _, rest = bytes(self._received).partition(b"\n")
        self._received[:] = rest
        return line


def _text(answer: Answer) -> str:
    if answer.code:
        raise refusal(answer)
    return answer.text
