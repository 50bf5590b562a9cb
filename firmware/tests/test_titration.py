"""Changing a running program (pump.altering)."""

import unittest

from pump import codes
from pump.altering import Altering
from pump.as_run import KEPT, AsRun
from pump.program import ENDED, Program

PL_PER_STEP = 103_200


def constant(rate_nl_h, ticks):
    return codes.SEGMENT_CONST, rate_nl_h, rate_nl_h, 0, ticks


def begun(*segments):
    program = Program(as_run=AsRun())
    for segment in segments:
        assert program.add(*segment) == 0
    program.close(codes.THEN_STOP, 0)
    program.compile(PL_PER_STEP)
    program.begin()
    return program


def exact(nl_h_ticks):
    """Twice the steps of a volume in nL/h x ticks, so that halves are whole."""
    return 2 * nl_h_ticks * 1000 // (72_000 * PL_PER_STEP)


class ChangeTest(unittest.TestCase):
    def test_due_stays_with_the_rates_that_were_asked_for(self):
        """REQ-TITRATION-1: two steps at every tick, one in the total, through many changes."""
        program = begun(constant(5_000_000, 5000), constant(3_000_000, 333))
        altering = Altering(program)
        rate = 5_000_000
        asked = 0
        due = 0
        for tick in range(5000):
            if tick % 97 == 96:
                rate += 1_234_567 if tick % 2 else -1_034_567
                altering.change_rate(rate, PL_PER_STEP)
            due += program.advance()
            asked += rate
            self.assertLessEqual(abs(2 * due - exact(asked)), 4)
        while program.phase != ENDED:
            due += program.advance()
        asked += 333 * 3_000_000
        self.assertLessEqual(abs(2 * due - exact(asked)), 2)
        self.assertEqual((due, program.left_steps()), (program.total_steps, 0))

    def test_hold_keeps_the_time_and_go_on_gives_the_rest_in_full(self):
        """REQ-TITRATION-4: planned ticks stay under a hold; after it the rest is as loaded."""
        program = begun(constant(4_000_000, 100), constant(8_000_000, 50))
        altering = Altering(program)
        for _ in range(30):
            program.advance()
        altering.hold(PL_PER_STEP)
        self.assertEqual(program.left_ticks(), 120)
        for _ in range(90):
            program.advance()
        self.assertEqual((program.left_ticks(), program.rate_nl_h()), (30, 4_000_000))
        altering.go_on()
        self.assertEqual(program.left_ticks(), 50)
        due = 0
        for _ in range(50):
            due += program.advance()
        first = (exact(100 * 4_000_000) + 1) // 2
        self.assertEqual(due, program.compiled_steps - first)
        self.assertEqual((program.advance(), program.phase), (0, ENDED))
        self.assertEqual(program.run_ticks(), 170)

    def test_more_stretches_than_are_kept_are_counted(self):
        """REQ-TITRATION-5: what there is no room for is not kept, and that is to be seen."""
        run = AsRun()
        for tick in range(KEPT + 5):
            run.note(0, tick, 1, 0)
        self.assertEqual((run.kept, run.count), (KEPT, KEPT + 5))
