"""What the ledger keeps of the container: through restarts, cuts and new allotments."""

import unittest

from pump.ledger import LIMIT

from tests.test_ledger import allotment, provisioned, reopened


def known(ledger):
    return ledger.end_steps, ledger.withdrawn_steps, ledger.confirmed, ledger.sure


class ContainerTest(unittest.TestCase):
    def setUp(self):
        self.memory, self.ledger = provisioned()
        self.ledger.boot(0)

    def test_an_allotment_confirms_a_container(self):
        """REQ-TRAVEL-1, REQ-WITHDRAW-2: its own end, nothing withdrawn yet; kept by a restart."""
        self.assertTrue(self.ledger.fit(5, 6, False, False))
        self.assertTrue(self.ledger.allot(allotment(1), 0, 7000))
        self.assertEqual(known(self.ledger), (7000, 0, True, True))
        self.assertEqual(known(reopened(self.memory)), (7000, 0, True, True))

    def test_each_figure_survives_a_restart(self):
        """REQ-TRAVEL-3, REQ-REFIT-2: each by itself, and through the page of the next start."""
        self.ledger.allot(allotment(1), 0, 7000)
        most = LIMIT - 1
        for figures in ((1, 2, True, True), (3, 4, False, True), (most, most, True, False)):
            self.assertTrue(self.ledger.fit(*figures))
            again = reopened(self.memory)
            self.assertEqual(known(again), figures)
            self.assertTrue(again.boot(0))
            self.ledger = reopened(self.memory)
            self.assertEqual(known(self.ledger), figures)
            self.assertTrue(self.ledger.boot(0))

    def test_figures_out_of_range_are_refused(self):
        """limit - 1 is taken, limit and what is below zero change nothing."""
        self.ledger.allot(allotment(1), 10, 7000)
        for end, withdrawn in ((LIMIT, 0), (0, LIMIT), (-1, 0), (0, -1)):
            self.assertFalse(self.ledger.fit(end, withdrawn, True, True))
        self.assertFalse(self.ledger.allot(allotment(2), 10, 9))
        self.assertEqual(known(self.ledger), (7000, 0, True, True))
        self.assertTrue(self.ledger.allot(allotment(2), 10, 10))

    def test_motion_that_was_cut_off_makes_unsure(self):
        """REQ-TRAVEL-3: until it is confirmed again, through every further restart."""
        self.ledger.allot(allotment(1), 0, 7000)
        self.assertTrue(self.ledger.reserve(50, 0))
        again = reopened(self.memory)
        self.assertEqual(known(again), (7000, 0, True, False))
        self.assertTrue(again.boot(0))
        self.assertTrue(again.settle(50, 0))
        once_more = reopened(self.memory)
        self.assertEqual(known(once_more), (7000, 0, True, False))
        self.assertTrue(once_more.boot(0))
        self.assertTrue(once_more.fit(7000, 0, True, True))
        self.assertEqual(known(reopened(self.memory)), (7000, 0, True, True))

    def test_motion_that_ended_in_order_does_not(self):
        """REQ-TRAVEL-3: the exact figure of an orderly stop leaves the plunger known."""
        self.ledger.allot(allotment(1), 0, 7000)
        self.ledger.reserve(50, 0)
        self.ledger.settle(50, 0)
        self.assertEqual(known(reopened(self.memory)), (7000, 0, True, True))


if __name__ == "__main__":
    unittest.main()
