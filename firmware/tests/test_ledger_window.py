"""The rolling window as the ledger keeps it (pump.history, pump.ledger; C2, C3)."""

import unittest

from pump.history import BUCKET_MINUTES, STEPS_MAX, History

from tests.test_ledger import allotment, provisioned, reopened


class WindowTest(unittest.TestCase):
    """Ages are never too old, volume is never lost."""

    def test_never_dated_before_it_happened(self):
        """Every step of the last 24 h is there, dated at its minute or up to 31 min later (C2)."""
        for now in (0, 31, 32, 1440, 5000):
            for age in (0, 1, 31, 32, 1439, 1440):
                if age <= now:
                    history = History()
                    history.add(now - age, 7)
                    history.add(now, 0)
                    minute, steps = history.pairs()
                    self.assertEqual(steps, 7)
                    self.assertTrue(now - age <= minute <= now)
                    self.assertTrue(minute < now - age + BUCKET_MINUTES)

    def test_forgets_in_the_end(self):
        """What is older than a day and a bucket is gone, also after one long jump (C2)."""
        for now in (1440 + 2 * BUCKET_MINUTES, 100000):
            history = History()
            history.add(0, 7)
            history.add(now, 0)
            self.assertEqual(list(history.pairs()), [])

    def test_refund_takes_the_latest(self):
        """Steps not done come off the latest buckets, never below zero (C3)."""
        history = History()
        history.add(0, 10)
        history.add(40, 5)
        history.refund(7)
        self.assertEqual(list(history.pairs()), [31, 8])
        history.refund(9)
        self.assertEqual(list(history.pairs()), [])

    def test_sum_stays_a_small_integer(self):
        """A bucket stops at the largest small integer (C6)."""
        history = History()
        for steps in (STEPS_MAX, 1):
            history.add(0, steps)
            self.assertEqual(list(history.pairs()), [0, STEPS_MAX])

    def test_volume_is_dated_at_the_later_record(self):
        """Steps between two records count at the later one; unsettled ones at the start (C3)."""
        memory, ledger = provisioned()
        ledger.allot(allotment(1))
        ledger.reserve(100, 10)
        self.assertEqual(list(ledger.recent), [])
        ledger.reserve(150, 100)
        self.assertEqual(list(ledger.recent), [100, 100])
        self.assertEqual(list(reopened(memory).recent), [100, 150])
        ledger.settle(120, 200)
        self.assertEqual(list(reopened(memory).recent), list(ledger.recent))
        self.assertEqual(list(ledger.recent), [127, 100, 200, 20])

    def test_restarts_do_not_make_volume_younger(self):
        """However often it restarts, the window ages by powered minutes (C2)."""
        memory, ledger = provisioned()
        ledger.allot(allotment(1))
        ledger.reserve(50, 5)
        ledger.settle(50, 5)
        for minute in range(6, 100):
            ledger = reopened(memory)
            self.assertTrue(ledger.boot(minute))
        self.assertEqual(list(ledger.recent), [31, 50])

    def test_new_calibration_rounds_up(self):
        """A new allotment keeps the window; its steps are converted rounding up (C2)."""
        memory, ledger = provisioned()
        ledger.allot(allotment(1, pl_per_step=20000))
        ledger.reserve(7, 3)
        ledger.settle(7, 3)
        ledger.allot(allotment(2, pl_per_step=30000))
        for found in (ledger, reopened(memory)):
            self.assertEqual((list(found.recent), found.total), ([3, 5], 0))


if __name__ == "__main__":
    unittest.main()
