"""Replies: numbers, digits, and the 64 bytes that they never exceed."""

import unittest

from link import frame
from pump import codes


def bare(write, error=0):
    buffer = bytearray(codes.REPLY_BYTES)
    reply = frame.Reply()
    reply.begin(buffer, 0)
    write(reply)
    return bytes(buffer[: frame.seal_bare(buffer, reply.finish(error))])


class Replies(unittest.TestCase):
    def test_digits(self):
        """0-9 and A-F are digits; their neighbours and small letters are not (C8)."""
        self.assertEqual(frame.hexadecimal(b"09AF", 0, 4), 0x09AF)
        for byte in b"/:@Gag ":
            self.assertEqual(frame.hexadecimal(bytes([48, byte]), 0, 2), -1)

    def test_numbers(self):
        """Decimal numbers over the whole small-integer range (C6, C8)."""
        for value in (0, 9, 10, 99, 100, 1073741823, -1, -1073741823):
            self.assertEqual(
                bare(lambda r, n=value: r.number(n)), "OK {}\n".format(value).encode()
            )

    def test_hexadecimal(self):
        """Fixed digits, upper case (C8)."""
        self.assertEqual(bare(lambda r: r.hexadecimal(0xBEEF, 4)), b"OK BEEF\n")
        self.assertEqual(bare(lambda r: r.hexadecimal(0x2A, 8)), b"OK 0000002A\n")

    def test_hexadecimal_of_what_is_no_number(self):
        """REQ-SENSORS-1: not fitted (-1) is all F, no answer (-2) ends in E instead."""
        for digits in (1, 4, 8):
            filled = b"OK " + b"F" * (digits - 1)
            for value, last in ((-1, b"F\n"), (-2, b"E\n")):
                told = bare(lambda r, v=value, d=digits: r.hexadecimal(v, d))
                self.assertEqual(told, filled + last)

    def test_nothing_and_errors(self):
        """An empty reply is OK alone; an error hides what was written before it (C8)."""

        def write(reply):
            reply.text(b"half of an answer")
            reply.detail = -5

        self.assertEqual(bare(lambda r: None), b"OK\n")
        self.assertEqual(bare(write, codes.ERROR_BUSY), b"ERR 222 -5\n")

    def test_longest(self):
        """The longest text gives 64 bytes in the safe envelope; one more is refused (C8)."""
        longest = frame.BODY_MAX - 3
        for count, expected in ((longest - 1, 63), (longest, 64), (longest + 1, None)):
            buffer = bytearray(codes.REPLY_BYTES)
            reply = frame.Reply()
            reply.begin(buffer, frame.HEAD_BYTES)
            reply.text(b"x" * count)
            size = frame.seal_safe(buffer, 0xABCD, 7, reply.finish(0))
            if expected is None:
                self.assertEqual(bytes(buffer[8 : size - 6]), b"ERR 111 0")
            else:
                self.assertEqual(size, expected)
            self.assertTrue(frame.checked(buffer, size - 1))


if __name__ == "__main__":
    unittest.main()
