"""How often something was done lately (pump.pace)."""

import unittest

from pump.pace import KEPT, Pace


class PaceTest(unittest.TestCase):
    def test_wait_is_exact_to_the_tick(self):
        """REQ-BOLUS-3: a period is over at its last tick, not before; also after many."""
        pace = Pace()
        for round_ in range(40):
            start = 1000 * round_
            pace.note(start, 1)
            pace.note(start + 10, 2)
            self.assertEqual(pace.wait(start + 20, 500, 3), 0)
            self.assertEqual(pace.wait(start + 20, 500, 2), 480)
            self.assertEqual(pace.wait(start + 499, 500, 2), 1)
            self.assertEqual(pace.wait(start + 500, 500, 2), 0)
            self.assertEqual(pace.wait(start + 500, 500, 1), 10)

    def test_none_at_all(self):
        """REQ-BOLUS-3: a count of 0 is never waited for."""
        self.assertEqual(Pace().wait(5, 500, 0), -1)

    def test_total_counts_what_is_later(self):
        """REQ-BOLUS-2: figures of the period alone are summed."""
        pace = Pace()
        for tick in range(KEPT + 3):
            pace.note(tick, 10)
        self.assertEqual(pace.total(KEPT), 20)
        self.assertEqual(pace.count(KEPT), 2)
        self.assertEqual(pace.count(-1), KEPT)
