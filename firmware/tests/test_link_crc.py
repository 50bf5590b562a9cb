"""The check of frames and records: CRC-16/CCITT-FALSE."""

import unittest

from pump.crc import crc16


class Crc(unittest.TestCase):
    def test_check_value(self):
        """The published check value of CRC-16/CCITT-FALSE (C8)."""
        self.assertEqual(crc16(b"123456789", 0, 9), 0x29B1)

    def test_nothing_leaves_the_start_value(self):
        """An empty range is the start value, so that pieces can be joined (C3, C8)."""
        self.assertEqual(crc16(b"abc", 1, 1), 0xFFFF)
        self.assertEqual(crc16(b"", 0, 0, 0x1234), 0x1234)

    def test_range_and_continuation(self):
        """Only [start, end) counts, and a check can be carried on from piece to piece (C3, C8)."""
        first = crc16(b"xx12345yy", 2, 7)
        self.assertEqual(crc16(b"6789", 0, 4, first), 0x29B1)

    def test_every_single_bit_error_is_seen(self):
        """No single flipped bit in a 64-byte record passes (C8)."""
        record = bytearray(range(64))
        good = crc16(record, 0, 64)
        for bit in range(512):
            record[bit >> 3] ^= 1 << (bit & 7)
            self.assertNotEqual(crc16(record, 0, 64), good)
            record[bit >> 3] ^= 1 << (bit & 7)


if __name__ == "__main__":
    unittest.main()
