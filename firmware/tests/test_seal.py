"""Sealed records (pump.seal): a torn record never passes."""

import unittest

from pump.seal import get, get_signed, intact, put, seal


class SealTest(unittest.TestCase):
    """What a seal sees."""

    def setUp(self):
        self.record = bytearray(20)
        for at in range(16):
            self.record[at] = (at * 37 + 11) & 0xFF
        seal(self.record, 0, 20)

    def test_intact(self):
        """A record that was written in full passes, also in the middle of a page (C3)."""
        page = bytearray(b"\xff" * 256)
        for at in range(20):
            page[40 + at] = self.record[at]
        self.assertTrue(intact(page, 40, 60))

    def test_any_raised_bit_is_seen(self):
        """Each single zero that was not programmed, and each pair of them, is seen (C3)."""
        zeros = [bit for bit in range(160) if not self.record[bit >> 3] >> (bit & 7) & 1]
        self.assertTrue(len(zeros) > 40)
        for first in zeros:
            for second in zeros:
                torn = bytearray(self.record)
                torn[first >> 3] |= 1 << (first & 7)
                torn[second >> 3] |= 1 << (second & 7)
                self.assertFalse(intact(torn, 0, 20))

    def test_single_cleared_bit_is_seen(self):
        """Damage the other way, a one lost, is seen as well (C3)."""
        for bit in range(160):
            if self.record[bit >> 3] >> (bit & 7) & 1:
                self.record[bit >> 3] ^= 1 << (bit & 7)
                self.assertFalse(intact(self.record, 0, 20))
                self.record[bit >> 3] ^= 1 << (bit & 7)

    def test_blank_and_zero_are_no_records(self):
        """Erased memory and burnt memory carry no seal (C3)."""
        self.assertFalse(intact(bytearray(b"\xff" * 20), 0, 20))
        self.assertFalse(intact(bytearray(20), 0, 20))

    def test_numbers(self):
        """Integers to the edge of a small integer come back, signed ones too (C6)."""
        for value in (0, 1, 255, 256, (1 << 30) - 1):
            put(self.record, 3, 4, value)
            self.assertEqual(get(self.record, 3, 4), value)
        for value in (-1, -256, 1 - (1 << 30), (1 << 30) - 1):
            put(self.record, 3, 4, value)
            self.assertEqual(get_signed(self.record, 3), value)


if __name__ == "__main__":
    unittest.main()
