"""The server of the command language: bytes in, commands to the operator, replies out.

One ``poll()`` a tick. Work in one poll is bounded: at most 256 bytes are taken and at most three
lines carried out, so that their replies fit what the link takes in one tick.
"""

from array import array

from pump import codes

from link import frame, messages
from link.command import arguments, find, same_form, token_end, token_start
from link.lines import LINES_MAX, Lines
from link.session import Session

CHUNK_BYTES = 256
LINES_PER_POLL = 3

_STOP_BYTE = 3
_LEAVE_BYTE = 1
_BARE = 0
_SPACE = 32
_STOP_LETTERS = 4  # of the word
_STOP_LAST = 80  # P
_UPPER_BITS = 0xDF  # of a letter in either case


class Server:
    """Joins a link port and an operator (see docs/architecture.md for the operator's calls)."""

    def __init__(self, link_port, operator, clock):
        self._port = link_port
        self._operator = operator
        self._session = Session(clock)
        self._lines = Lines()
        self._chunk = bytearray(CHUNK_BYTES)
        self._reply = frame.Reply()
        self._arguments = array("i", [0] * messages.ARGUMENTS_MAX)
        self._aside = bytearray(codes.REPLY_BYTES)  # replies that are not kept for a repeat
        self._after_stop = False  # only CR, LF or 0x03 since the last stop byte

    def poll(self):
        """Take what came, carry out what is complete, answer. Silence costs no memory."""
        count = self._port.receive(self._chunk)
        if count > 0 and self._take(count):
            return
        done = 0
        while done < LINES_PER_POLL and self._lines.count > 0:
            try:
                self._line(self._lines.line(0), self._lines.length(0))
            finally:
                self._lines.drop_oldest()  # a line that failed once is not tried again
            done += 1
        if done < LINES_PER_POLL and self._lines.oversized:
            self._lines.oversized = False
            self._refuse(codes.ERROR_TOO_LONG, 0)
            done += 1
        if done < LINES_PER_POLL and self._lines.flooded:
            self._lines.flooded = False
            self._refuse(codes.ERROR_FLOODED, 0)

    def _take(self, count):
        """Sort the bytes of the chunk; True when the firmware is to leave for the REPL."""
        stopped = False
        lines = self._lines
        chunk = self._chunk
        index = 0
        while index < count:
            byte = chunk[index]
            if byte >= _SPACE:
                self._after_stop = False
                index = lines.put_text(chunk, index, count)
                continue
            index += 1
            if byte == _STOP_BYTE:
                if not stopped:
                    self._operator.stop_byte()
                    stopped = True
                lines.clear()
                self._after_stop = True
            elif self._after_stop and byte == _LEAVE_BYTE:
                self._after_stop = False
                lines.clear()
                self._operator.leave()
                return True
            else:
                if self._after_stop:  # attaching tools send a carriage return between the two
                    self._after_stop = byte in b"\r\n"
                if lines.put(byte):
                    self._arrived()
        return False

    def _arrived(self):
        """A line is complete. A STOP never waits for a later tick: what was ahead is void."""
        lines = self._lines
        newest = lines.count - 1
        if _reads_stop(lines.line(newest), lines.length(newest)):
            while newest >= LINES_PER_POLL and lines.count > 1:
                lines.drop_oldest()
        elif lines.count > LINES_MAX:
            lines.drop_newest()

    def _line(self, line, length):
        foreign = frame.first_foreign(line, length)
        if foreign >= 0:
            self._refuse_line(line, length, codes.ERROR_NOT_ASCII, foreign)
        elif line[0] != frame.MARK:
            self._reply.begin(self._aside, _BARE)
            error = self._command(line, 0, length, False)
            self._send(self._aside, frame.seal_bare(self._aside, self._reply.finish(error)))
        elif not frame.checked(line, length):
            self._refuse_line(line, length, codes.ERROR_BAD_CRC, 0)
        else:
            self._safe(line, length)

    def _safe(self, line, length):
        session = self._session
        link = frame.hexadecimal(line, 1, 4)
        sequence = frame.hexadecimal(line, 5, 2)
        if link < 0 or sequence < 0:
            self._refuse_line(line, length, codes.ERROR_BAD_CRC, 0)
            return
        if link == session.link and session.is_repeat(sequence):
            if _reads_stop(line, length):  # never refused, whatever its number was used for
                self._operator.stop_byte()
            self._operator.host_heard(link)
            self._send(session.cached, session.cached_bytes)
            return
        buffer = self._aside
        error = 0
        if link != session.link:
            error = codes.ERROR_WRONG_LINK
        elif sequence != session.expected:
            error = codes.ERROR_OUT_OF_ORDER
        else:
            buffer = session.cached
        if error:
            self._stop_if_asked(line, length)
            self._reply.begin(buffer, frame.HEAD_BYTES)
            self._reply.detail = session.expected if error == codes.ERROR_OUT_OF_ORDER else 0
        else:
            self._operator.host_heard(link)
            session.cached_bytes = 0
            self._reply.begin(buffer, frame.HEAD_BYTES)
            error = self._command(line, frame.HEAD_BYTES, length - frame.TAIL_BYTES, True)
        count = frame.seal_safe(buffer, link, sequence, self._reply.finish(error))
        if buffer is session.cached and link == session.link:
            session.answered(sequence, count)
        self._send(buffer, count)

    def _command(self, line, start, end, is_safe):
        """Carry out one command; return its error code, its detail in the reply."""
        header = token_start(line, start, end)
        header_end = token_end(line, header, end)
        number = find(line, header, header_end)
        if number < 0:
            return codes.ERROR_SYNTAX
        error = arguments(number, line, header_end, end, self._arguments, self._reply)
        if number == codes.COMMAND_STOP:
            stopped = self._operator.execute(number, self._arguments, self._reply)
            return error if error else stopped
        if messages.KINDS[number] == messages.KIND_SAFE:
            refusal = self._may_act(is_safe)
            if refusal:
                self._reply.detail = 0
                return refusal
        if error:
            return error
        state = self._operator.state()
        if not (messages.STATES[number] >> state) & 1:
            self._reply.detail = state
            return codes.ERROR_WRONG_STATE
        if number == codes.COMMAND_HELLO:
            return self._hello()
        if number == codes.COMMAND_PART:
            return self._part()
        return self._operator.execute(number, self._arguments, self._reply)

    def _may_act(self, is_safe):
        if not is_safe:
            return codes.ERROR_NEEDS_ENVELOPE
        return 0 if self._session.matches else codes.ERROR_PROTOCOL_MISMATCH

    def _hello(self):
        session = self._session
        session.open(self._arguments[0] == codes.PROTOCOL_HASH)
        self._operator.link_opened(session.link, session.matches)
        self._reply.hexadecimal(session.link, 4)
        self._reply.text(b" ")
        self._reply.hexadecimal(codes.PROTOCOL_HASH, 6)
        return 0

    def _part(self):
        reply = self._reply
        index = self._arguments[0]
        reply.number(index)
        reply.text(b" ")
        return self._operator.part(index, reply)

    def _stop_if_asked(self, line, length):
        """A stop is believed whatever its envelope is worth: stopping needs no proof."""
        if _reads_stop(line, length):
            self._reply.begin(self._aside, _BARE)
            self._operator.execute(codes.COMMAND_STOP, self._arguments, self._reply)

    def _refuse_line(self, line, length, error, detail):
        self._stop_if_asked(line, length)
        self._refuse(error, detail)

    def _refuse(self, error, detail):
        self._reply.begin(self._aside, _BARE)
        self._reply.detail = detail
        self._send(self._aside, frame.seal_bare(self._aside, self._reply.finish(error)))

    def _send(self, buffer, count):
        # A reply that the link could not take is asked for again by the host.
        self._port.send(buffer, count)


def _reads_stop(line, length):
    """Whether the command of a line is STOP, its envelope not looked at."""
    start = 0
    end = length
    if line[0] == frame.MARK and length > frame.HEAD_BYTES + frame.TAIL_BYTES:
        start = frame.HEAD_BYTES
        end = length - frame.TAIL_BYTES
    start = token_start(line, start, end)
    # Its last letter first: nearly every line is none.
    if end - start < _STOP_LETTERS or line[start + _STOP_LETTERS - 1] & _UPPER_BITS != _STOP_LAST:
        return False
    return same_form(b"STOP", line, start, token_end(line, start, end))
