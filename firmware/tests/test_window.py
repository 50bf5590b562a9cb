"""The rolling window of powered time (C2)."""

import unittest
from array import array

from pump.window import Window


def window_of(minutes, pairs=(), minute=0):
    window = Window()
    window.load(minutes, minute, array("i", pairs))
    return window


class WindowTest(unittest.TestCase):
    def test_counts_for_the_whole_window_and_not_longer(self):
        """REQ-WINDOW-1: volume leaves after limit + 1 minutes, not at limit - 1 nor at limit."""
        window = window_of(60)
        window.add(7)
        for _ in range(59):
            window.advance()
        self.assertEqual(window.used_steps, 7)
        window.advance()
        self.assertEqual(window.used_steps, 7)
        window.advance()
        self.assertEqual(window.used_steps, 0)

    def test_longest_window_goes_round_the_ring(self):
        """REQ-WINDOW-1: 24 h of one step a minute holds 1441 buckets and stays there."""
        window = window_of(1440)
        for _ in range(4000):
            window.add(1)
            window.advance()
        self.assertEqual(window.used_steps, 1440)

    def test_load_leaves_out_what_is_too_old(self):
        """REQ-WINDOW-3: at boot only what lies inside the window counts, at its edges."""
        for age, counted in ((59, 5), (60, 5), (61, 0)):
            window = window_of(60, (1000 - age, 5), minute=1000)
            self.assertEqual(window.used_steps, counted)

    def test_load_dates_the_future_now(self):
        """REQ-WINDOW-3: volume of unknown age is dated at boot, the safe side."""
        window = window_of(60, (2000, 5), minute=1000)
        for _ in range(60):
            window.advance()
        self.assertEqual(window.used_steps, 5)
        window.advance()
        self.assertEqual(window.used_steps, 0)

    def test_refund_is_bounded_by_the_minute(self):
        """C3: a refund never takes away what another minute counted."""
        window = window_of(60)
        window.add(10)
        window.advance()
        window.add(3)
        self.assertEqual(window.refund(5), 3)
        self.assertEqual(window.used_steps, 10)


if __name__ == "__main__":
    unittest.main()
