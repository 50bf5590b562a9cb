"""Accumulated air, slope, supply, blindness, waiting: limit - 1, limit, limit + 1."""

import unittest

from pump import codes, hal
from pump.allotment import Allotment
from pump.detectors.air import AirBubble
from pump.detectors.air_blind import ANSWER_TICKS, AirBlind
from pump.detectors.air_total import WINDOW_MINUTES, AirTotal
from pump.detectors.callback import Callback
from pump.detectors.occlusion import Occlusion
from pump.detectors.occlusion_slope import OcclusionSlope
from pump.detectors.suction import Suction
from pump.detectors.supply import Supply
from pump.reading import Reading

PL = 100_000  # 0.1 uL a step


class SuctionTest(unittest.TestCase):
    def test_at_the_limit(self):
        """REQ-SUCTION-1: 14999 Pa below ambient pass, 15000 and 15001 trip; no reading passes."""
        occlusion = Occlusion(60_000)
        suction = Suction(occlusion)
        suction.configure(15_000)
        self.assertFalse(suction.check())
        for pressure_pa, trips in ((-14_999, False), (-15_000, True), (-15_001, True)):
            occlusion.pressure_pa = pressure_pa
            self.assertEqual(suction.check(), trips)
            self.assertEqual(suction.value(), -pressure_pa)


class AirTotalTest(unittest.TestCase):
    def setUp(self):
        self.bubble = AirBubble(1400, 2200)
        self.bubble.configure(500_000, PL)
        self.total = AirTotal(self.bubble)
        self.total.configure(1_000_000, PL)

    def passes(self, steps):
        reading = Reading()
        reading.air_code = 3000
        reading.stepped = steps
        self.bubble.check(reading)
        found = self.total.check(reading)
        reading.air_code = 800
        self.bubble.check(reading)
        self.total.check(reading)
        return found

    def test_more_than_the_limit(self):
        """REQ-AIR-2: 1 mL less a step and 1 mL pass, a step more trips."""
        for last, trips in ((999, False), (1000, False), (1001, True)):
            self.setUp()
            for _ in range(9):
                self.assertFalse(self.passes(1000))
            self.assertEqual(self.passes(last), trips)

    def test_smallest_bubble(self):
        """REQ-AIR-2: 49.9 uL is not summed; 50 and 50.1 uL are."""
        for steps, counts in ((499, False), (500, True), (501, True)):
            self.setUp()
            self.passes(steps)
            self.assertEqual(self.total.value(), steps * 100 if counts else 0)

    def test_forgotten_after_the_window(self):
        """REQ-AIR-2: counted through fifteen further minutes, forgotten with the sixteenth."""
        self.passes(1000)
        for _ in range(WINDOW_MINUTES):
            self.total.minute()
        self.assertEqual(self.total.value(), 100_000)
        self.total.minute()
        self.assertEqual(self.total.value(), 0)


class _Pressure:
    pressure_pa = 0


class SlopeTest(unittest.TestCase):
    def trips(self, pa_per_check, limit=300):
        pressure = _Pressure()
        slope = OcclusionSlope(pressure, 0)
        slope.configure(limit, 64_000, Allotment(1, 1, 1000, PL, 1000, 1500, 100_000, 1))
        reading = Reading()
        for _ in range(40):  # a stretch is 12 uL: six checks of 2 uL and a step
            reading.edges = (reading.edges + 20) & hal.COUNT_MASK
            pressure.pressure_pa += pa_per_check
            if slope.check(reading, True):
                return True
        return False

    def test_at_the_limit(self):
        """REQ-OCCLUSION-4: 299.5 Pa/uL passes, 300 and 300.5 trip; 0 is disabled."""
        self.assertFalse(self.trips(599))
        self.assertTrue(self.trips(600))
        self.assertTrue(self.trips(601))
        self.assertFalse(self.trips(6000, 0))

    def test_over_a_whole_roller_pass(self):
        """REQ-OCCLUSION-4: what rollers add and take back cancels out; 299 passes, 301 trips."""
        for mean_pa_per_ul, trips in ((299, False), (301, True)):
            pressure = _Pressure()
            slope = OcclusionSlope(pressure, 800)
            slope.configure(300, 64_000, Allotment(1, 1, 1000, PL, 1000, 1500, 100_000, 1))
            reading = Reading()
            found = False
            for check in range(100):  # 4 uL each, 20 to a pass of 80 uL
                reading.edges = (reading.edges + 40) & hal.COUNT_MASK
                step_pa = 4 * mean_pa_per_ul + (-1600 if check % 20 < 4 else 400)
                pressure.pressure_pa += step_pa
                found = slope.check(reading, True) or found
            self.assertEqual(found, trips)

    def test_out_of_reach_of_the_compliance(self):
        """REQ-OCCLUSION-4: with 1500 nL/kPa a limit of 666 Pa/uL can be reached, 667 not."""
        for limit, able in ((665, True), (666, True), (667, False)):
            slope = OcclusionSlope(_Pressure(), 0)
            slope.configure(limit, 64_000, Allotment(1, 1, 1000, PL, 1000, 1500, 100_000, 1))
            self.assertEqual(slope.able, able)


class SupplyTest(unittest.TestCase):
    def test_at_the_threshold(self):
        """REQ-SUPPLY-1: two readings a code below trip; at the threshold and above none do."""
        for code, trips in ((2499, True), (2500, False), (2501, False)):
            supply = Supply(codes.ALARM_SUPPLY_DEPLETED, 10_000, 4000)
            self.assertFalse(supply.check(code))
            self.assertEqual(supply.check(code), trips)

    def test_no_answer_is_no_voltage(self):
        """REQ-SUPPLY-2: a lost sensor neither trips nor recovers."""
        supply = Supply(codes.ALARM_SUPPLY_DEPLETED, 10_000, 4000)
        for _ in range(5):
            self.assertFalse(supply.check(hal.NO_ANSWER))
        self.assertFalse(supply.gone)


class _Sensors(hal.Sensors):
    on = False

    def stimulate(self, channel, on):
        self.on = on
        return True


class AirBlindTest(unittest.TestCase):
    def test_answers_in_time(self):
        """REQ-AIR-3: air shown at the last reading is in time; one reading more is blind."""
        for wet, blind in ((ANSWER_TICKS - 1, False), (ANSWER_TICKS, True)):
            sensors = _Sensors()
            detector = AirBlind(sensors, True, 2200, 600)
            detector.begin(0)
            found = False
            for tick in range(ANSWER_TICKS):
                self.assertTrue(sensors.on)
                found = detector.step(2200 if tick < wet else 2201)
            self.assertEqual(found, blind)
            self.assertEqual(detector.passed, not blind)
            self.assertFalse(sensors.on)

    def test_due_by_displaced_volume(self):
        """REQ-AIR-3: due from half of the volume to the outlet on, across the counter's wrap."""
        detector = AirBlind(_Sensors(), True, 2200, 600)
        detector.configure(PL)
        start = hal.COUNT_MASK - 100
        detector.begin(start)
        for steps, due in ((2999, False), (3000, True), (3001, True)):
            self.assertEqual(detector.due((start + steps) & hal.COUNT_MASK), due)


class CallbackTest(unittest.TestCase):
    def test_at_the_time_set(self):
        """REQ-CALLBACK-1: 59 s are borne, 60 s are not; a change of state begins anew."""
        callback = Callback()
        callback.configure(1)
        self.assertFalse(callback.check(codes.STATE_IDLE, True))
        for _ in range(59):
            self.assertFalse(callback.check(codes.STATE_IDLE, True))
        self.assertTrue(callback.check(codes.STATE_IDLE, True))
        self.assertFalse(callback.check(codes.STATE_ARMED, True))


if __name__ == "__main__":
    unittest.main()
