"""The safe envelope ``!LLLLSS body*CCCC`` and the replies, parsed and written byte by byte.

Nothing here allocates; every function takes a buffer and the end of what counts in it.
"""

from pump import codes
from pump.crc import crc16

MARK = 33  # '!', first byte of a safe line
HEAD_BYTES = 8  # "!LLLLSS "
TAIL_BYTES = 5  # "*CCCC"
_STAR = 42
_SPACE = 32
_DIGITS = b"0123456789ABCDEF"
_NO_DIGIT = 16


def _values():
    table = bytearray([_NO_DIGIT] * 256)
    for value in range(16):
        table[_DIGITS[value]] = value
    return bytes(table)


_VALUES = _values()  # of each byte as a digit

# What a reply may say in either envelope: an answer never depends on how it was asked.
BODY_MAX = codes.REPLY_BYTES - HEAD_BYTES - TAIL_BYTES - 1
_OK_BYTES = 3  # "OK "


def hexadecimal(buffer, start, digits):
    """Value of ``digits`` (1..7) upper-case hexadecimal digits, or -1."""
    value = 0
    values = _VALUES
    digits += start
    while start < digits:
        digit = values[buffer[start]]
        if digit == _NO_DIGIT:
            return -1
        value = (value << 4) | digit
        start += 1
    return value


def checked(line, length):
    """Whether a line that begins with MARK is a whole safe frame with the right check.

    Link and sequence number are not looked at: read as -1 they are no digits, whatever the check.
    """
    if length <= HEAD_BYTES + TAIL_BYTES or line[length - TAIL_BYTES] != _STAR:
        return False
    if line[HEAD_BYTES - 1] != _SPACE:
        return False
    end = length - TAIL_BYTES
    return hexadecimal(line, end + 1, 4) == crc16(line, 0, end)


def first_foreign(line, length):
    """The first byte that no command has (outside 0x20..0x7E), or -1."""
    for index in range(length):
        byte = line[index]
        if byte < 32 or byte > 126:
            return byte
    return -1


def write_hexadecimal(buffer, at, value, digits):
    """Write ``digits`` upper-case hexadecimal digits of ``value`` (>= 0) and return the end."""
    table = _DIGITS
    end = at + digits
    digits = end
    while digits > at:
        digits -= 1
        buffer[digits] = table[value & 15]
        value >>= 4
    return end


class Reply:
    """What a command answers: text put into one of the server's reply buffers.

    ``detail`` (-(2**30) < detail < 2**30) goes with an error code. ``overflow`` is set, and the
    text cut, when more was written than a reply can hold; the answer then is REPLY_TOO_LONG.
    """

    def __init__(self):
        self.detail = 0
        self.overflow = False
        self.length = 0  # bytes of text so far
        self._buffer = bytearray(codes.REPLY_BYTES)
        self._start = 0

    def begin(self, buffer, start):
        """Start anew in ``buffer`` at ``start``: 0 for a bare reply, HEAD_BYTES for a safe one."""
        self._buffer = buffer
        self._start = start
        self.length = 0
        self.detail = 0
        self.overflow = False

    def text(self, data):
        """Append bytes (ASCII)."""
        length = self.length
        end = length + len(data)
        if end > BODY_MAX - _OK_BYTES:
            self.overflow = True
        else:
            start = self._start + _OK_BYTES
            self._buffer[start + length : start + end] = data
            self.length = end

    def number(self, value):
        """Append an integer (|value| < 2**30) in decimal."""
        if value < 0:
            self._put(45)
            value = -value
        power = 1
        while value // power >= 10:
            power *= 10
        while power > 0:
            self._put(48 + value // power % 10)
            power //= 10

    def pair(self, name, value):
        """Append a name, its `=` included, and a number."""
        self.text(name)
        self.number(value)

    def hexadecimal(self, value, digits):
        """Append the lowest ``digits`` hexadecimal digits of ``value`` (-1: all F), upper case."""
        length = self.length
        if length + digits > BODY_MAX - _OK_BYTES:
            self.overflow = True
        else:
            self.length = length + digits
            write_hexadecimal(self._buffer, self._start + _OK_BYTES + length, value, digits)

    def _put(self, byte):
        if self.length >= BODY_MAX - _OK_BYTES:
            self.overflow = True
            return
        self._buffer[self._start + _OK_BYTES + self.length] = byte
        self.length += 1

    def finish(self, error):
        """Close with ``OK text`` or, for an error, ``ERR code detail``; return where it ends."""
        if error == 0 and self.overflow:
            error = codes.ERROR_REPLY_TOO_LONG
            self.detail = 0
        start = self._start
        if error == 0:
            self._buffer[start] = 79
            self._buffer[start + 1] = 75
            self._buffer[start + 2] = _SPACE
            return start + (2 if self.length == 0 else _OK_BYTES + self.length)
        detail = self.detail
        self.length = 0
        self.overflow = False
        self.text(b" ")  # written after the place of "OK ", which "ERR" takes
        self.number(error)
        self.text(b" ")
        self.number(detail)
        self._buffer[start] = 69
        self._buffer[start + 1] = 82
        self._buffer[start + 2] = 82
        return start + _OK_BYTES + self.length


def seal_bare(buffer, end):
    """Close a bare reply with its newline; return the number of bytes to send."""
    buffer[end] = 10
    return end + 1


def seal_safe(buffer, link, sequence, end):
    """Write head and check around a body that ends at ``end``; return the number of bytes."""
    buffer[0] = MARK
    write_hexadecimal(buffer, 1, link, 4)
    write_hexadecimal(buffer, 5, sequence, 2)
    buffer[HEAD_BYTES - 1] = _SPACE
    check = crc16(buffer, 0, end)
    buffer[end] = _STAR
    return seal_bare(buffer, write_hexadecimal(buffer, end + 1, check, 4))
