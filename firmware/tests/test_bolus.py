"""A bolus beside a program (pump.bolus)."""

import unittest

from pump.bolus import Bolus


def running(steps):
    """A bolus of so many steps of 1 uL at 72 steps an hour a tick."""
    bolus = Bolus()
    assert bolus.load(steps * 1000, 72_000_000 * 8, 1_000_000) == 0
    bolus.begin(0)
    return bolus


class BolusTest(unittest.TestCase):
    def test_it_ends_when_its_last_lease_is_done(self):
        """REQ-BOLUS-1: all is given, and it stays in sight until a halt can drop nothing of it."""
        bolus = running(40)
        ended = 0
        for tick in range(1, 10):
            want = bolus.want()
            if bolus.granted(3, want):
                ended = tick
                break
        self.assertEqual((bolus.given_steps, ended), (40, 7))

    def test_a_halt_is_shared_in_proportion(self):
        """REQ-BOLUS-4: undone steps are the bolus's by its share of the two newest leases."""
        bolus = running(40)
        for _ in range(2):
            self.assertEqual(bolus.want(), 8)
            bolus.granted(4, 8)
        self.assertEqual(bolus.undone(18), 12)
        self.assertEqual(bolus.given_steps, 4)
        bolus.end(0)
        self.assertEqual(bolus.left_steps(), 0)

    def test_what_the_program_needs_comes_first(self):
        """REQ-BOLUS-1: a bolus that is granted nothing waits, and asks for the same again."""
        bolus = running(40)
        self.assertEqual(bolus.want(), 8)
        bolus.granted(4, 0)
        self.assertEqual(bolus.want(), 16)
        bolus.granted(4, 8)
        self.assertEqual(bolus.want(), 16)
        self.assertEqual(bolus.left_steps(), 32)
