"""Encoder, flow sensor and upstream pressure, each at limit - 1, limit and limit + 1."""

import unittest

from pump import codes, hal
from pump.detectors.delivery_error import CHECKS_PER_MINUTE, MINUTES, DeliveryError
from pump.detectors.flow_meter import IMPLAUSIBLE_UL, FlowMeter
from pump.detectors.free_flow import MARGIN_UL, FreeFlow
from pump.detectors.stall import LIMIT_NL, Stall
from pump.detectors.upstream import Upstream

PL = 100_000  # 0.1 uL a step
LIMIT_STEPS = LIMIT_NL * 1000 // PL


class StallTest(unittest.TestCase):
    def detector(self, per_1000=1000, pl_per_step=PL):
        stall = Stall(per_1000, 2000)
        stall.configure(pl_per_step)
        stall.check(hal.COUNT_MASK, 0, 1)  # the count is about to wrap
        return stall

    def test_at_the_limit(self):
        """REQ-STALL-1: 499 steps behind are borne, 500 and 501 are not."""
        for steps in (LIMIT_STEPS - 1, LIMIT_STEPS, LIMIT_STEPS + 1):
            stall = self.detector()
            self.assertFalse(stall.check(1, 2, 1))
            self.assertEqual(stall.check(1, steps, 1), steps >= LIMIT_STEPS)
            self.assertEqual(stall.value(), steps * 100)
            self.assertFalse(stall.lost)

    def test_rounded_up_to_a_whole_step(self):
        """REQ-STALL-1: with 103206 pL a step, 485 steps are 50.05 uL and the first to trip."""
        for steps in (484, 485):
            stalls = self.detector(1000, 103_206).check(hal.COUNT_MASK, steps, 1)
            self.assertEqual(stalls, steps == 485)

    def test_other_ratios_leave_no_debt(self):
        """REQ-STALL-1: 333 counts a 1000 steps: a shaft that follows is never behind by one."""
        stall = self.detector(333)
        for steps in range(1, 5001):
            count = (hal.COUNT_MASK + steps * 333 // 1000) & hal.COUNT_MASK
            self.assertFalse(stall.check(count, 1, 1))
        self.assertEqual(stall.value(), 0)

    def test_ahead_is_no_encoder(self):
        """REQ-STALL-1: a shaft 500 steps ahead of its motor is not to be believed; 499 is."""
        for ahead in (LIMIT_STEPS - 1, LIMIT_STEPS, LIMIT_STEPS + 1):
            stall = self.detector()
            self.assertFalse(stall.check(ahead - 1, 0, 1))
            self.assertEqual(stall.lost, ahead >= LIMIT_STEPS)

    def test_faster_than_a_drive_turns(self):
        """REQ-STALL-1: a second's worth of counts between two ticks, either way, and one more."""
        for turned, lost in ((2000, False), (2001, True), (-2000, False), (-2001, True)):
            stall = self.detector()
            stall.check((turned - 1) & hal.COUNT_MASK, 0, 0)
            self.assertEqual(stall.lost, lost)

    def test_silence(self):
        """REQ-SENSOR-1: one tick without an answer loses nothing, two are a fault."""
        stall = self.detector()
        self.assertFalse(stall.check(hal.NO_ANSWER, 300, 1))
        self.assertFalse(stall.lost)
        self.assertFalse(stall.check(599, 300, 1))
        self.assertEqual(stall.value(), 0)
        stall.check(hal.NO_ANSWER, 0, 1)
        stall.check(hal.NO_ANSWER, 0, 1)
        self.assertTrue(stall.lost)

    def test_without_an_allotment(self):
        """REQ-STALL-1: nothing moves and nothing is judged."""
        self.assertFalse(self.detector(1000, 0).check(0, 10_000, 1))


def meter(pl_per_step=PL, counts_per_ul=100):
    """A flow meter that has read 0 at 0 steps."""
    made = FlowMeter(counts_per_ul)
    made.configure(pl_per_step)
    made.take(0, 0)
    return made


class FlowMeterTest(unittest.TestCase):
    def test_counts_due_are_exact(self):
        """REQ-FLOW-1: 103206 pL a step at 100 counts a uL: 10320600 counts a million steps."""
        made = meter(103_206)
        due = 0
        for step in range(1, 10_001):
            self.assertTrue(made.take(0, step * 100 & hal.COUNT_MASK))
            due += made.due
        self.assertEqual(due, 10_320_600)

    def test_wraps_and_runs_back(self):
        """REQ-FLOW-1: over the end of the counter either way."""
        made = meter()
        for count, measured in ((hal.COUNT_MASK, -1), (4, 5), (0, -4)):
            made.take(count, 0)
            self.assertEqual(made.measured, measured)

    def test_more_than_can_flow(self):
        """REQ-SENSOR-1: 1 mL between two readings, either way, and a count more."""
        most = IMPLAUSIBLE_UL * 100
        for count, lost in ((most, False), (most + 1, True), (-most, False), (-most - 1, True)):
            made = meter()
            self.assertEqual(made.take(count & hal.COUNT_MASK, 0), not lost)
            self.assertEqual(made.lost, lost)

    def test_silence(self):
        """REQ-SENSOR-1: one reading without an answer loses nothing, two are a fault."""
        made = meter()
        self.assertFalse(made.take(hal.NO_ANSWER, 5))
        self.assertFalse(made.lost)
        self.assertTrue(made.take(70, 10))
        self.assertEqual((made.measured, made.due), (70, 100))
        made.take(hal.NO_ANSWER, 10)
        made.take(hal.NO_ANSWER, 10)
        self.assertTrue(made.lost)


class DeliveryErrorTest(unittest.TestCase):
    def setUp(self):
        self.meter = meter()
        self.error = DeliveryError(self.meter, 2_500_000)

    def minute(self, measured, due):
        """A minute with so many counts, evenly; whether it ends with an alarm."""
        self.meter.measured = measured // CHECKS_PER_MINUTE
        self.meter.due = due // CHECKS_PER_MINUTE
        for _ in range(CHECKS_PER_MINUTE - 1):
            self.assertFalse(self.error.check())
        self.meter.measured += measured % CHECKS_PER_MINUTE
        self.meter.due += due % CHECKS_PER_MINUTE
        return self.error.check()

    def test_at_both_limits(self):
        """REQ-FLOW-1: 90 % and 110 % exactly are borne, a count less or more is not."""
        for last, found in ((89_999, True), (90_000, False), (90_001, False)):
            self.setUp()
            for _ in range(MINUTES - 1):
                self.assertFalse(self.minute(90_000, 100_000))
            self.assertEqual(self.minute(last, 100_000), found)
            self.assertEqual(self.error.alarm, codes.ALARM_UNDER_DELIVERY)
        for last, found in ((109_999, False), (110_000, False), (110_001, True)):
            self.setUp()
            for _ in range(MINUTES - 1):
                self.assertFalse(self.minute(110_000, 100_000))
            self.assertEqual(self.minute(last, 100_000), found)
        self.assertEqual((self.error.alarm, self.error.value()), (codes.ALARM_OVER_DELIVERY, 110))

    def test_a_wild_reading_counts_as_100_ul(self):
        """REQ-FLOW-1: a reading far off counts as 100 uL either way, so no sum outgrows a small
        integer: 10 % of 7.5 mL are seven of them and a half."""
        wild = 1000 * self.meter.counts_per_ul
        for sign, alarm in ((1, codes.ALARM_OVER_DELIVERY), (-1, codes.ALARM_UNDER_DELIVERY)):
            for readings in (7, 8):
                self.setUp()
                for _ in range(MINUTES - 1):
                    self.assertFalse(self.minute(50_000, 50_000))
                self.meter.measured = sign * wild
                self.meter.due = 0
                for _ in range(readings):
                    self.assertFalse(self.error.check())
                self.meter.measured = self.meter.due = 50_000 // (CHECKS_PER_MINUTE - readings)
                found = [self.error.check() for _ in range(CHECKS_PER_MINUTE - readings)]
                self.assertEqual(found[-1], readings == 8)
            self.assertEqual(self.error.alarm, alarm)

    def test_fifteen_minutes_and_no_fewer(self):
        """REQ-FLOW-1: nothing at all is found as the fifteenth minute ends."""
        for _ in range(MINUTES - 1):
            self.assertFalse(self.minute(0, 100_000))
        self.assertTrue(self.minute(0, 100_000))
        self.assertEqual(self.error.value(), 0)

    def test_the_window_moves_on(self):
        """REQ-FLOW-1: good minutes leave it after fifteen; it begins anew after an alarm."""
        for _ in range(40):
            self.assertFalse(self.minute(100_000, 100_000))
        found = [self.minute(0, 100_000) for _ in range(2)]
        self.assertEqual(found, [False, True])
        self.error.restart()
        for _ in range(MINUTES - 1):
            self.assertFalse(self.minute(0, 100_000))

    def test_too_little_to_judge(self):
        """REQ-FLOW-1: 99 % of what the least rate gives in the window is judged, less is not."""
        least = 2_500_000 // 4 // 1000 * 100 * 99 // 100
        for due, found in ((least - 1, False), (least, True), (least + 1, True)):
            self.setUp()
            for _ in range(MINUTES - 1):
                self.assertFalse(self.minute(0, 0))
            self.assertEqual(self.minute(0, due), found)


class FreeFlowTest(unittest.TestCase):
    def setUp(self):
        self.meter = meter()
        self.free = FreeFlow(self.meter, 1000)  # a zero error that rounds down to nothing
        self.free.configure(1500, 70_000)
        self.limit = (MARGIN_UL + 105) * 100

    def interval(self, measured, due=0, forward=True):
        self.meter.measured = measured
        self.meter.due = due
        return self.free.check(forward)

    def test_at_the_limit(self):
        """REQ-FLOW-2: 155 uL less a count are borne; that and a count more are not."""
        for more in (-1, 0, 1):
            self.setUp()
            self.assertFalse(self.interval(5000))
            self.assertEqual(self.interval(self.limit - 5000 + more), more >= 0)
        self.assertEqual((self.free.limit, self.free.value()), (155_000, 155_000))

    def test_a_quarter_more_than_due(self):
        """REQ-FLOW-2: 125 % for hours adds nothing up; a count more each time does."""
        for measured, found in ((125, False), (126, True)):
            self.setUp()
            seen = [self.interval(measured, 100) for _ in range(2 * self.limit)]
            self.assertEqual(seen[-1], found)

    def test_reverse_steps_are_not_due(self):
        """REQ-FLOW-2: what a back-off turns does not excuse what flows."""
        self.assertTrue(self.interval(self.limit, 100_000, False))
        self.assertEqual(self.free.limit, 155_000)

    def test_it_is_over_when_nothing_more_runs(self):
        """REQ-FLOW-2: the cause is gone with the first interval without flow, and the sum too."""
        self.assertTrue(self.interval(self.limit))
        self.assertTrue(self.interval(1))
        self.assertFalse(self.interval(0))
        self.assertFalse(self.interval(self.limit - 1))

    def test_the_zero_error_is_borne(self):
        """REQ-FLOW-2: a tenth of the least rate runs for ever; a sensor of 2.5 mL/h: 0.25 mL/h."""
        free = FreeFlow(self.meter, 2_500_000)
        free.configure(0, 0)
        self.meter.due = 0
        for interval in range(14_400):  # an hour; 25000 counts, spread
            self.meter.measured = 1 if interval % 144 else 107
            self.assertFalse(free.check(True))


class UpstreamTest(unittest.TestCase):
    def test_at_the_threshold(self):
        """REQ-UPSTREAM-1: suction of 19, 20 and 21 kPa, a kPa a code."""
        for below, trips in ((19, False), (20, True), (21, True)):
            upstream = Upstream(2500, 1_000_000)
            upstream.configure(20_000)
            seen = [upstream.check(2500 - below) for _ in range(40)]
            self.assertEqual(seen[-1], trips)
            self.assertEqual(upstream.value(), below * 1000)

    def test_a_spike_and_a_lost_sensor_are_no_suction(self):
        """REQ-UPSTREAM-1: one reading of 60 kPa is filtered; rails and silence say nothing."""
        upstream = Upstream(2500, 60_000)
        upstream.configure(20_000)
        upstream.check(2500)
        self.assertFalse(upstream.check(1500))
        for code in (0, 19, 4076, hal.NO_ANSWER):
            self.assertFalse(upstream.check(code))
        self.assertEqual(upstream.value(), 15_000)


class RangeTest(unittest.TestCase):
    def test_the_largest_figures_stay_small_integers(self):
        """C6: schema and protocol at their ends: no sum leaves 2**30."""
        self.assertTrue(500_000_000 // 4 // 1000 * 500 * 11 < 1 << 30)
        most = meter(103_206, 500)
        free = FreeFlow(most, 100_000_000)
        free.configure(1_000_000, 137_900)
        self.assertTrue(free.limit // 1000 * 500 * 256 + IMPLAUSIBLE_UL * 500 * 256 < 1 << 30)


if __name__ == "__main__":
    unittest.main()
