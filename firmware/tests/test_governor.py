"""The governor: the rate bucket and both caps, at their edges (C2)."""

import unittest

from pump import governor
from pump.governor import Governor
from pump.scale import TICKS_PER_HOUR
from pump.window import Window


def loaded(cap=1000, debited=0, window_cap=100_000, steps_per_hour=100 * TICKS_PER_HOUR):
    judge = Governor(Window())
    judge.load(cap, debited, window_cap)
    judge.limit(steps_per_hour)
    return judge


class CapTest(unittest.TestCase):
    def test_grants_up_to_the_cap_and_not_one_more(self):
        """REQ-CAP-1: limit - 1, limit and limit + 1 steps of what is left."""
        for want, granted in ((99, 99), (100, 100), (101, 100)):
            judge = loaded(cap=1000, debited=900)
            self.assertEqual(judge.grant(want), granted)
            self.assertEqual(judge.cap_left(), 100 - granted)
        self.assertEqual(judge.reason, governor.SHORT_OF_CAP)

    def test_a_used_up_cap_grants_nothing(self):
        """REQ-CAP-1: nothing is left after the last step."""
        judge = loaded(cap=1000, debited=1000)
        self.assertEqual(judge.grant(1), 0)

    def test_reverse_credits_nothing(self):
        """REQ-CAP-4: reverse steps leave cap and window alone, and end with their budget."""
        judge = loaded()
        judge.grant(50)
        judge.allow_reverse(30)
        self.assertEqual(judge.grant_reverse(29), 29)
        self.assertEqual(judge.grant_reverse(2), 1)
        self.assertEqual(judge.grant_reverse(1), 0)
        self.assertEqual(judge.debited(), 50)

    def test_the_end_of_travel_binds(self):
        """REQ-TRAVEL-1: limit - 1, limit and limit + 1 steps of what the container has left."""
        for want, granted in ((39, 39), (40, 40), (41, 40)):
            judge = loaded(cap=1000, debited=900)
            judge.fit(940)
            self.assertEqual(judge.grant(want), granted)
            self.assertEqual(judge.travel_left(), 40 - granted)
        self.assertEqual(judge.reason, governor.SHORT_OF_TRAVEL)
        self.assertEqual(judge.exhausted(), governor.SHORT_OF_TRAVEL)

    def test_a_withdrawal_is_bound_by_budget_and_rate(self):
        """REQ-WITHDRAW-2: no more than its budget, no faster than the rate limit, no credit."""
        judge = loaded(steps_per_hour=10 * TICKS_PER_HOUR)
        judge.grant(11)
        judge.refill()
        judge.allow_reverse(25)
        self.assertEqual(judge.grant_withdrawal(30), 10)
        self.assertEqual(judge.grant_withdrawal(30), 0)
        judge.refill()
        judge.refill()
        self.assertEqual(judge.grant_withdrawal(30), 15)
        judge.refill()
        self.assertEqual(judge.grant_withdrawal(1), 0)
        self.assertEqual(judge.debited(), 11)
        self.assertEqual(judge.cap_left(), 989)

    def test_window_cap_binds(self):
        """REQ-WINDOW-1: the rolling window stops at its cap, at limit - 1, limit and limit + 1."""
        for want, granted in ((69, 69), (70, 70), (71, 70)):
            judge = loaded(window_cap=70)
            self.assertEqual(judge.grant(want), granted)
        self.assertEqual(judge.reason, governor.SHORT_OF_WINDOW)
        self.assertEqual(judge.window_left(), 0)


class RateTest(unittest.TestCase):
    def test_bucket_holds_two_ticks_and_a_step(self):
        """REQ-RATE-2: limit x 100 ms + 1 step (GIP 1.4.3), however long nothing was taken."""
        judge = loaded(cap=100_000, steps_per_hour=10 * TICKS_PER_HOUR)
        for _ in range(100):
            judge.refill()
        self.assertEqual(judge.grant(100), 21)
        self.assertEqual(judge.reason, governor.SHORT_OF_RATE)

    def test_long_run_rate_is_the_limit(self):
        """REQ-RATE-2: over an hour the grants are the limit and the bucket, never more."""
        per_hour = 12345
        judge = loaded(cap=1 << 29, window_cap=1 << 29, steps_per_hour=per_hour)
        granted = 0
        for _ in range(TICKS_PER_HOUR):
            granted += judge.grant(30)
            judge.refill()
        self.assertTrue(per_hour <= granted <= per_hour + 2, granted)

    def test_one_step_in_many_minutes(self):
        """C4: a limit of 12 steps an hour lets a step through every five minutes."""
        judge = loaded(steps_per_hour=12)
        judge.grant(1)
        waited = 0
        while judge.grant(1) == 0:
            judge.refill()
            waited += 1
        self.assertTrue(5999 <= waited <= 6001, waited)

    def test_no_limit_no_motion(self):
        """REQ-RATE-2: a limit of zero grants nothing, ever."""
        judge = loaded(steps_per_hour=0)
        for _ in range(100):
            judge.refill()
            self.assertEqual(judge.grant(1), 0)


class StateTest(unittest.TestCase):
    def test_any_flipped_bit_is_seen(self):
        """REQ-MEMORY-1: every figure is kept twice; a flipped bit in any stops all grants."""
        for index in range(7):
            for bit in (0, 7, 29):
                judge = loaded()
                judge._state[index] ^= 1 << bit
                self.assertFalse(judge.intact())
                self.assertEqual(judge.grant(1), 0)
                self.assertEqual(judge.reason, governor.CORRUPT)

    def test_a_window_changed_behind_its_back_is_seen(self):
        """REQ-MEMORY-1: the window's sum is one of the figures kept twice."""
        window = Window()
        judge = Governor(window)
        judge.load(1000, 0, 1000)
        judge.limit(72000)
        window.add(1)
        self.assertEqual(judge.grant(1), 0)

    def test_refund_gives_back(self):
        """C3: steps that hardware did not do return to cap and window."""
        judge = loaded()
        judge.grant(50)
        judge.refund(20)
        self.assertEqual(judge.debited(), 30)
        self.assertEqual(judge.cap_left(), 970)
        self.assertTrue(judge.intact())


if __name__ == "__main__":
    unittest.main()
