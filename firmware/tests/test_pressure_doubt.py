"""Pressure below what an outlet can hang, and pressure that no start moves: beside the limits."""

import unittest

from pump.detectors.occlusion import NO_PRESSURE, Occlusion
from pump.detectors.pressure_doubt import LOOKS, Implausible, Unmoved
from pump.reading import Reading

PL = 100_000  # 0.1 uL a step
FROM_NL_H = 72_000_000  # 100 steps a look


class ImplausibleTest(unittest.TestCase):
    def test_at_the_limit(self):
        """REQ-SENSOR-4: 19999 Pa below ambient pass, 20000 and 20001 trip; no reading passes."""
        occlusion = Occlusion(60_000)
        implausible = Implausible(occlusion)
        self.assertFalse(implausible.check())
        for pressure_pa, trips in ((-19_999, False), (-20_000, True), (-20_001, True)):
            occlusion.pressure_pa = pressure_pa
            self.assertEqual(implausible.check(), trips)
            self.assertEqual(implausible.value(), -pressure_pa)


class UnmovedTest(unittest.TestCase):
    def setUp(self):
        self.occlusion = Occlusion(60_000)
        self.unmoved = Unmoved(self.occlusion)
        self.unmoved.configure(FROM_NL_H, PL)
        self.reading = Reading()
        self.occlusion.pressure_pa = 1000
        self.unmoved.check(self.reading, False)

    def look(self, steps, pressure_pa):
        self.reading.edges += steps
        self.occlusion.pressure_pa = pressure_pa
        return self.unmoved.check(self.reading, True)

    def starts(self, steps, pressure_pa, looks=LOOKS):
        found = False
        for _ in range(looks):
            found = found or self.look(steps, pressure_pa)
        return found

    def test_how_far_it_must_move(self):
        """REQ-SENSOR-3: 299 Pa up or down are no flow, 300 and 301 are."""
        for moved_pa, trips in ((299, True), (300, False), (301, False)):
            for sign in (-1, 1):
                self.setUp()
                self.assertEqual(self.starts(100, 1000 + sign * moved_pa), trips)
                self.assertEqual(self.unmoved.value(), moved_pa)

    def test_from_which_rate(self):
        """REQ-SENSOR-3: a step a look slower is never judged; at the rate and above it is."""
        for steps, trips in ((99, False), (100, True), (101, True)):
            self.setUp()
            self.assertEqual(self.starts(steps, 1000, 1000), trips)
        self.assertTrue(self.unmoved.too_slow(FROM_NL_H - 1))
        self.assertFalse(self.unmoved.too_slow(FROM_NL_H))

    def test_after_how_many_looks(self):
        """REQ-SENSOR-3: not before the third look at the rate; slower ones do not count."""
        for steps in (100, 50, 100, 50):
            self.assertFalse(self.look(steps, 1000))
        self.assertTrue(self.look(100, 1000))
        self.assertFalse(self.look(100, 1000))  # told once

    def test_each_start_is_judged_anew(self):
        """REQ-SENSOR-3: what moved at one start may be stuck at the next, from where it rests."""
        self.assertFalse(self.starts(100, 5000, 100))
        self.unmoved.check(self.reading, False)
        self.assertTrue(self.starts(100, 5000))

    def test_what_cannot_be_judged(self):
        """REQ-SENSOR-3: disabled, without an allotment, without a reading: nothing is found."""
        self.unmoved.configure(0, PL)
        self.assertFalse(self.unmoved.able)
        self.assertFalse(self.starts(1000, 1000))
        self.unmoved.configure(FROM_NL_H, 0)
        self.assertFalse(self.starts(1000, 1000))
        self.unmoved.configure(FROM_NL_H, PL)
        self.assertFalse(self.starts(1000, NO_PRESSURE))
