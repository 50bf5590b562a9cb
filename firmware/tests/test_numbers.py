"""Wrapping ticks, conversions, limits, lease words and deliveries."""

import unittest

from pump import codes, lease, limits, scale, ticks
from pump.delivery import Delivery
from pump.limits import Limits
from pump.program import Program

WRAP = 1 << 30


class TicksTest(unittest.TestCase):
    def test_across_the_wrap(self):
        """C4: differences and sums hold across the wrap of the counter at 2**30."""
        for start in (0, 5, WRAP // 2, WRAP - 51, WRAP - 50, WRAP - 49, WRAP - 1):
            later = ticks.after(start, 50)
            self.assertEqual(later, (start + 50) % WRAP)
            self.assertEqual(ticks.since(later, start), 50)
            self.assertEqual(ticks.since(start, later), -50)


class ScaleTest(unittest.TestCase):
    def test_syringe_geometry(self):
        """REQ-CAL-1: 14.5 mm bore, 625 nm a step: 103.2 nL, within 3e-6."""
        self.assertEqual(scale.syringe_pl_per_step(14_500, 625), 103_206)

    def test_tubing_geometry(self):
        """REQ-CONTAINER-1: 220 uL in 3200 steps is 68750 pL; to the nearest, and 0 for none."""
        self.assertEqual(scale.tubing_pl_per_step(220_000, 3200), 68_750)
        for volume_nl, expected in ((0, 0), (1, 0), (2, 1), (3, 1), (4, 1), (10**7, 3_125_000)):
            self.assertEqual(scale.tubing_pl_per_step(volume_nl, 3200), expected)

    def test_cap_is_rounded_down(self):
        """REQ-CAP-1: a cap in steps never exceeds the cap in volume."""
        for volume_ul in (1, 10, 999, 10_000, 60_000):
            steps = scale.steps_within_ul(volume_ul, 103_206)
            self.assertTrue(steps * 103_206 <= volume_ul * 1_000_000)
            self.assertTrue((steps + 1) * 103_206 > volume_ul * 1_000_000)

    def test_portion_is_the_product_divided(self):
        """REQ-MEMORY-2: the rate on a ramp, without the product that would take memory."""
        for amount in (0, 1, -1, 999_999_937, -999_999_937, 24_192_001):
            for whole in (1, 2, 7, 72_000, 24_191_999, 24_192_000):
                for part in (0, 1, whole // 3, whole - 1, whole):
                    self.assertEqual(scale.portion(amount, part, whole), amount * part // whole)


class LimitsTest(unittest.TestCase):
    def test_the_smallest_binds_and_is_named(self):
        """REQ-RATE-1: every source can narrow, none can widen, and the answer names it."""
        most = 10**9
        for board, drive, config, container, profile, expected, binding in (
            (most, 3000, most, 0, 0, limits.CEILING_NL_H, limits.BINDING_CEILING),
            (most, 3000, most, most, most, limits.CEILING_NL_H, limits.BINDING_CEILING),
            (4 * 10**8, 3000, most, 0, 0, 4 * 10**8, limits.BINDING_BOARD),
            (most, 100, most, 0, 0, 36_000_000, limits.BINDING_DRIVE),
            (most, 3000, 1000, 0, 0, 1000, limits.BINDING_CONFIG),
            (most, 3000, 1000, 999, 0, 999, limits.BINDING_CONTAINER),
            (most, 3000, 1000, 1000, 0, 1000, limits.BINDING_CONFIG),
            (most, 3000, 1000, 1001, 0, 1000, limits.BINDING_CONFIG),
            (most, 3000, 1000, 999, 998, 998, limits.BINDING_PROFILE),
            (most, 3000, 1000, 999, 999, 999, limits.BINDING_CONTAINER),
            (most, 3000, 1000, 0, 1001, 1000, limits.BINDING_CONFIG),
        ):
            limit = Limits(board, drive)
            limit.recompute(config, 100_000, container, profile)
            self.assertEqual(limit.rate_nl_h, min(expected, limits.CEILING_NL_H))
            self.assertEqual(limit.binding, binding)
            self.assertEqual(limit.steps_per_hour, limit.rate_nl_h * 1000 // 100_000)

    def test_without_a_calibration_nothing_moves(self):
        """REQ-RATE-1: no allotment, no rate."""
        limit = Limits(10**9, 3000)
        limit.recompute(10**9, 0, 0, 0)
        self.assertEqual(limit.steps_per_hour, 0)


class LeaseTest(unittest.TestCase):
    def test_every_count_adds_up(self):
        """REQ-LEASE-1: the slots of a word hold exactly the steps asked for, evenly."""
        for slots in range(1, lease.SLOTS + 1):
            for steps in range(lease.SLOT_MAX_STEPS * slots + 1):
                word = lease.encode(steps, slots)
                self.assertTrue(0 <= word < WRAP)
                counts = [(word >> (5 * slot)) & 31 for slot in range(lease.SLOTS)]
                held = counts[:slots]
                self.assertEqual(sum(held), steps)
                self.assertTrue(max(held) - min(held) <= 1)
                self.assertEqual(counts[slots:], [lease.END] * (lease.SLOTS - slots))

    def test_refuses_what_it_cannot_express(self):
        """REQ-LEASE-1: one step too many, no slots, seven slots, negative: no word."""
        for steps, slots in ((151, 5), (181, 6), (1, 0), (1, 7), (-1, 5)):
            self.assertEqual(lease.encode(steps, slots), -1)


class DeliveryTest(unittest.TestCase):
    def delivery(self):
        program = Program()
        program.add(codes.SEGMENT_CONST, 72_000_000, 72_000_000, 0, 1000)
        program.close(codes.THEN_STOP, 0)
        program.compile(100_000)  # 10 steps a tick
        program.begin()
        return Delivery(program)

    def test_a_deficit_of_one_tick_is_made_up(self):
        """REQ-DELIVERY-2: what one tick lacked comes with the next."""
        delivery = self.delivery()
        self.assertEqual(delivery.want(), 10)
        delivery.granted(0)
        self.assertEqual(delivery.want(), 20)
        delivery.granted(20)
        self.assertEqual(delivery.shifted_ticks, 0)

    def test_a_larger_deficit_shifts_program_time(self):
        """REQ-DELIVERY-2: more than one tick's worth is never chased; the shift is counted."""
        delivery = self.delivery()
        for _ in range(2):
            delivery.want()
            delivery.granted(0)
        self.assertEqual(delivery.want(), 20)
        self.assertEqual(delivery.shifted_ticks, 1)
        delivery.granted(20)
        self.assertEqual(delivery.want(), 10)

    def test_a_deficit_at_the_rate_limit_is_borne(self):
        """REQ-DELIVERY-2: granted each tick's due it is not short, whatever is pending."""
        delivery = self.delivery()
        delivery.granted(delivery.want())
        delivery.undone(20)
        for _ in range(50):
            delivery.want()
            delivery.granted(10)
        self.assertEqual(delivery.short_ticks, 0)
        self.assertEqual(delivery.shifted_ticks, 1)
        for short in (1, 2, 3):
            delivery.want()
            delivery.granted(9)
            self.assertEqual(delivery.short_ticks, short)
        delivery.resume()
        self.assertEqual(delivery.short_ticks, 0)

    def test_steps_dropped_by_a_halt_stay_due(self):
        """C4: a halt loses nothing of the program."""
        delivery = self.delivery()
        delivery.granted(delivery.want())
        delivery.undone(4)
        self.assertEqual(delivery.want(), 14)


if __name__ == "__main__":
    unittest.main()
