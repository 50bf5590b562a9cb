"""Detectors, each at the edge of its limit."""

import unittest

from pump import hal
from pump.detectors.air import AirBubble
from pump.detectors.health import FULL_SCALE, RAIL_CODES, STUCK_TICKS, Health
from pump.detectors.host import Host
from pump.detectors.occlusion import Occlusion
from pump.detectors.switches import estop
from pump.reading import Reading


class OcclusionTest(unittest.TestCase):
    def settled(self, pressure_pa):
        detector = Occlusion(1_000_000)  # 1 kPa a code
        detector.configure(410, 60_000)
        reading = Reading()
        reading.pressure_code = 410 + pressure_pa // 1000
        tripped = False
        for _ in range(40):
            tripped = detector.check(reading)
        return tripped

    def test_trips_at_the_threshold(self):
        """REQ-OCCLUSION-1: limit - 1, limit and limit + 1 code."""
        self.assertFalse(self.settled(59_000))
        self.assertTrue(self.settled(60_000))
        self.assertTrue(self.settled(61_000))

    def test_a_single_spike_does_not_trip(self):
        """REQ-OCCLUSION-1: one conversion at full scale is filtered (it would be 921 kPa)."""
        detector = Occlusion(60_000)
        detector.configure(410, 60_000)
        reading = Reading()
        reading.pressure_code = 410
        detector.check(reading)
        reading.pressure_code = 4000
        self.assertFalse(detector.check(reading))

    def test_no_answer_is_no_zero(self):
        """REQ-SENSOR-1: a lost sensor leaves the last pressure standing; health trips on it."""
        detector = Occlusion(1_000_000)
        detector.configure(410, 60_000)
        reading = Reading()
        reading.pressure_code = 450
        detector.check(reading)
        reading.pressure_code = hal.NO_ANSWER
        detector.check(reading)
        self.assertEqual(detector.pressure_pa, 40_000)


class AirTest(unittest.TestCase):
    def bubble(self, steps):
        detector = AirBubble(1400, 2200)
        detector.configure(100_000, 100_000)  # 100 uL at 0.1 uL a step: 1000 steps
        reading = Reading()
        reading.air_code = 800
        detector.check(reading)
        reading.air_code = 3000
        reading.stepped = 1
        tripped = False
        for _ in range(steps):
            tripped = detector.check(reading)
        return tripped

    def test_trips_at_the_limit(self):
        """REQ-AIR-1: limit - 1, limit and limit + 1 steps."""
        self.assertFalse(self.bubble(999))
        self.assertTrue(self.bubble(1000))
        self.assertTrue(self.bubble(1001))

    def test_a_wet_gap_begins_anew(self):
        """REQ-AIR-1: two bubbles with fluid between are two bubbles."""
        detector = AirBubble(1400, 2200)
        detector.configure(100_000, 100_000)
        reading = Reading()
        reading.stepped = 600
        for code in (800, 3000, 800, 3000):
            reading.air_code = code
            self.assertFalse(detector.check(reading))

    def test_between_the_thresholds_nothing_changes(self):
        """REQ-AIR-1: hysteresis: dry stays dry, wet stays wet."""
        detector = AirBubble(1400, 2200)
        detector.configure(100_000, 100_000)
        reading = Reading()
        reading.stepped = 400
        reading.air_code = 3000
        detector.check(reading)
        reading.air_code = 1800
        detector.check(reading)
        self.assertTrue(detector.dry)
        self.assertTrue(detector.check(reading))


class HealthTest(unittest.TestCase):
    def test_rails(self):
        """REQ-SENSOR-1: codes next to a rail are at it, from the second conversion on."""
        for code, at_rail in (
            (RAIL_CODES - 1, True),
            (RAIL_CODES, False),
            (FULL_SCALE - RAIL_CODES, False),
            (FULL_SCALE - RAIL_CODES + 1, True),
            (hal.NO_ANSWER, True),
        ):
            health = Health(1, 2)
            health.check(code)
            self.assertFalse(health.at_rail)
            health.check(code)
            self.assertEqual(health.at_rail, at_rail)

    def test_stuck(self):
        """REQ-SENSOR-2: the same code for 2 s: limit - 1, limit and limit + 1 ticks."""
        for ticks in (STUCK_TICKS - 1, STUCK_TICKS, STUCK_TICKS + 1):
            health = Health(1, 2)
            health.check(500)
            for _ in range(ticks):
                health.check(501)
            health.check(501)
            self.assertEqual(health.stuck, ticks >= STUCK_TICKS)

    def test_one_code_of_noise_is_alive(self):
        """REQ-SENSOR-2: a reading that wavers by one code is never stuck."""
        health = Health(1, 2)
        for tick in range(200):
            health.check(500 + tick % 2)
            self.assertFalse(health.stuck)


class HostTest(unittest.TestCase):
    def test_silence_at_the_limit(self):
        """REQ-HOST-1: 500 ms of silence is borne, 550 ms is not."""
        host = Host()
        host.agree(500)
        reading = Reading()
        reading.moving = True
        for _ in range(10):
            self.assertFalse(host.check(reading))
        self.assertTrue(host.check(reading))
        host.heard()
        self.assertFalse(host.check(reading))


class SwitchTest(unittest.TestCase):
    def test_at_once(self):
        """REQ-ESTOP-1: the first reading that shows it trips."""
        detector = estop(hal.SWITCH_ESTOP)
        reading = Reading()
        self.assertFalse(detector.check(reading))
        reading.switches = hal.SWITCH_ESTOP
        self.assertTrue(detector.check(reading))


if __name__ == "__main__":
    unittest.main()
