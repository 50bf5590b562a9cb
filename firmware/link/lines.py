"""Lines put together from bytes as they come, in slots that are allocated once.

At most LINES_MAX complete lines wait for the server; the oldest leaves first. What does not fit is
dropped to its newline and remembered, so that it is answered by one error and not by many.
"""

from array import array

from pump import codes

LINES_MAX = 8
_SLOTS = LINES_MAX + 1  # one more for the line being put together
_NEWLINE = 10
_RETURN = 13
_SPACE = 32
_TEXT_MAX = codes.REQUEST_BYTES - 1  # room is left for the newline


class Lines:
    """The queue. ``line`` and ``length`` tell of a complete line, place 0 the oldest."""

    def __init__(self):
        self._slots = tuple([bytearray(codes.REQUEST_BYTES) for _ in range(_SLOTS)])
        self._lengths = array("i", [0] * _SLOTS)
        self._filling = self._slots[0]
        self._first = 0  # slot of the oldest complete line
        self._fill = 0  # bytes of the line being put together
        self._skipping = False  # inside an oversized line
        self.count = 0  # complete lines waiting
        self.oversized = False  # a line was too long; the server clears it when it has said so
        self.flooded = False  # a line was dropped for want of a slot; cleared likewise

    def put(self, byte):
        """Take one byte; True when it completed a line, which ``newest()`` then tells."""
        if byte == _NEWLINE:
            return self._complete()
        fill = self._fill
        if fill < _TEXT_MAX and not self._skipping:
            self._filling[fill] = byte
            self._fill = fill + 1
        elif not self._skipping:
            self._too_long()
        return False

    def put_text(self, chunk, start, end):
        """Take bytes from ``start`` to before the first control character; where that is.

        What makes up nearly all of a line: many in one call.
        """
        filling = self._filling
        fill = self._fill
        while start < end:
            byte = chunk[start]
            if byte < _SPACE:
                break
            if fill < _TEXT_MAX:
                filling[fill] = byte
                fill += 1
            elif not self._skipping:
                self._too_long()
            start += 1
        self._fill = fill
        return start

    def _too_long(self):
        self._skipping = True
        self.oversized = True

    def _complete(self):
        length = self._fill
        skipped = self._skipping
        self._fill = 0
        self._skipping = False
        slot = (self._first + self.count) % _SLOTS
        if length > 0 and self._slots[slot][length - 1] == _RETURN:
            length -= 1
        if skipped or length == 0:
            return False
        self._lengths[slot] = length
        self.count += 1
        self._fill_next()
        return True

    def _fill_next(self):
        self._filling = self._slots[(self._first + self.count) % _SLOTS]

    def line(self, place):
        """Buffer of a complete line; place 0 is the oldest, ``count - 1`` the newest."""
        return self._slots[(self._first + place) % _SLOTS]

    def length(self, place):
        """Bytes of that line, newline and carriage return not counted (1..159)."""
        return self._lengths[(self._first + place) % _SLOTS]

    def drop_oldest(self):
        """Take the oldest complete line out."""
        if self.count > 0:
            self._first = (self._first + 1) % _SLOTS
            self.count -= 1

    def drop_newest(self):
        """Refuse the line just completed: there is no slot to wait in."""
        if self.count > 0:
            self.count -= 1
            self._fill_next()
            self.flooded = True

    def clear(self):
        """Forget everything, the line being put together included."""
        self.count = 0
        self._fill_next()
        self._fill = 0
        self._skipping = False
        self.oversized = False
        self.flooded = False
