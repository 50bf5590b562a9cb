"""Segments to steps due: exact at every tick (C4)."""

import unittest

from pump import codes
from pump.program import ENDED, KEEP_OPEN, Program
from pump.scale import TICKS_PER_HOUR
from pump.segments import DURATION_MAX_TICKS, SEGMENTS_MAX

PL_PER_STEP = 103_200


class Sequence:
    """A small pseudo-random sequence, the same on every VM (31-bit safe)."""

    def __init__(self, seed):
        self._state = seed

    def below(self, end):
        """The next number from 0 to end - 1."""
        self._state = (self._state * 1103 + 12345) % 1_000_003
        return self._state * 1009 % 1_000_003 % end


def compiled(segments, then=codes.THEN_STOP, keep_open=0):
    program = Program()
    for segment in segments:
        assert program.add(*segment) == 0
    assert program.close(then, keep_open) == 0
    program.compile(PL_PER_STEP)
    program.begin()
    return program


class ExactTest(unittest.TestCase):
    def test_ramp_is_the_floor_of_its_quadratic_at_every_tick(self):
        """REQ-DELIVERY-1: due steps are the exact integral rounded down, at every tick."""
        for rate, end, length in (
            (0, 200_000_000, 999),
            (200_000_000, 0, 1000),
            (5_000_000, 5_000_001, 7),
            (300_000_000, 1_000, 1),
            (1, 400_000_000, 3001),
        ):
            program = compiled([(codes.SEGMENT_RAMP, rate, end, 0, length)])
            steps = program.total_steps
            start = program._borders.start_steps
            change = 2 * (steps - start)
            due = 0
            for tick in range(1, length + 1):
                due += program.advance()
                exact = (2 * start * tick * length + change * tick * tick) // (2 * length * length)
                self.assertEqual(due, exact)
            self.assertEqual(due, steps)

    def test_total_is_the_volume_to_the_nearest_step(self):
        """REQ-DELIVERY-1: 1 mL/h for an hour is 1 mL: rounded once, not by segment."""
        pieces = [(codes.SEGMENT_CONST, 1_000_000, 1_000_000, 0, 1125)] * 64
        program = compiled(pieces)
        nearest = (2 * 1_000_000_000 + PL_PER_STEP) // (2 * PL_PER_STEP)
        self.assertEqual(program.total_steps, nearest)

    def test_random_programs_end_at_their_total(self):
        """REQ-DELIVERY-1: whatever the segments, the sum over all ticks is the compiled total."""
        numbers = Sequence(7)
        for _ in range(20):
            segments = []
            for _ in range(1 + numbers.below(5)):
                kind = numbers.below(4)
                rate = 1 + numbers.below(200_000) * 1000
                length = 1 + numbers.below(700)
                if kind == codes.SEGMENT_HOLD:
                    segments.append((kind, 0, 0, 0, length))
                elif kind == codes.SEGMENT_BOLUS:
                    volume = 1 + rate * length // TICKS_PER_HOUR
                    segments.append((kind, rate, rate, volume, 0))
                elif kind == codes.SEGMENT_RAMP:
                    segments.append((kind, rate, rate + 1 + numbers.below(1_000_000), 0, length))
                else:
                    segments.append((kind, rate, rate, 0, length))
            program = compiled(segments)
            due = 0
            for _ in range(program.duration_ticks):
                due += program.advance()
            self.assertEqual(due, program.total_steps)
            self.assertEqual(program.advance(), 0)
            self.assertEqual(program.phase, ENDED)

    def test_slowest_rate(self):
        """C4: one step in several minutes comes exactly when it is due."""
        program = compiled([(codes.SEGMENT_CONST, 1000, 1000, 0, DURATION_MAX_TICKS)])
        waited = 0
        while program.advance() == 0:
            waited += 1
        # 336 h at 1 uL/h are 336 uL = 3256 steps in 24 192 000 ticks
        self.assertEqual(waited + 1, -(-DURATION_MAX_TICKS // program.total_steps))

    def test_digits_stay_small_integers(self):
        """C4: accumulators of the longest, steepest ramp stay below 2**30."""
        length = DURATION_MAX_TICKS
        program = compiled([(codes.SEGMENT_RAMP, 0, 1000, 0, length)])
        curve = program.stretch.curve
        for _ in range(2000):
            program.advance()
            for value in (curve._at_rest, curve._at_fraction):
                self.assertTrue(0 <= value < 1 << 29)
            for value in (curve._rest, curve._fraction):
                self.assertTrue(0 <= value < 1 << 29)


class KeepOpenTest(unittest.TestCase):
    def test_follows_the_last_segment_without_end(self):
        """REQ-KEEPOPEN-1: after the volume to be infused the keep-open rate goes on."""
        program = compiled(
            [(codes.SEGMENT_CONST, 50_000_000, 50_000_000, 0, 100)], codes.THEN_KEEPOPEN, 1_000_000
        )
        for _ in range(100):
            program.advance()
        steps = 0
        for _ in range(2 * TICKS_PER_HOUR):
            steps += program.advance()
        self.assertEqual(program.phase, KEEP_OPEN)
        self.assertEqual(steps, 2 * ((2_000_000_000 + PL_PER_STEP) // (2 * PL_PER_STEP)))


class RefusalTest(unittest.TestCase):
    def test_numbers_that_do_not_fit_their_kind(self):
        """REQ-PROGRAM-1: each kind refuses numbers that mean nothing for it."""
        for segment in (
            (codes.SEGMENT_CONST, 0, 0, 0, 10),
            (codes.SEGMENT_CONST, 5, 6, 0, 10),
            (codes.SEGMENT_CONST, 5, 5, 1, 10),
            (codes.SEGMENT_CONST, 5, 5, 0, 0),
            (codes.SEGMENT_RAMP, 5, 5, 0, 10),
            (codes.SEGMENT_BOLUS, 5, 5, 0, 0),
            (codes.SEGMENT_BOLUS, 5, 5, 10, 3),
            (codes.SEGMENT_BOLUS, 1, 1, 1_000_000, 0),
            (codes.SEGMENT_HOLD, 1, 0, 0, 10),
            (codes.SEGMENT_HOLD, 0, 0, 0, 0),
        ):
            self.assertEqual(Program().add(*segment), codes.ERROR_SEGMENT_INVALID)

    def test_sixty_four_segments_and_no_more(self):
        """REQ-PROGRAM-1: segment 63 is taken, segment 64 is refused."""
        program = Program()
        for _ in range(SEGMENTS_MAX):
            self.assertEqual(program.add(codes.SEGMENT_HOLD, 0, 0, 0, 1), 0)
        self.assertEqual(program.add(codes.SEGMENT_HOLD, 0, 0, 0, 1), codes.ERROR_SEGMENT_INVALID)

    def test_fourteen_days_and_no_more(self):
        """REQ-PROGRAM-1: the longest program is 14 days, to the tick."""
        for length, error in (
            (DURATION_MAX_TICKS - 2, 0),
            (DURATION_MAX_TICKS - 1, 0),
            (DURATION_MAX_TICKS, codes.ERROR_SEGMENT_INVALID),
        ):
            program = Program()
            program.add(codes.SEGMENT_HOLD, 0, 0, 0, 1)
            self.assertEqual(program.add(codes.SEGMENT_HOLD, 0, 0, 0, length), error)


class WindowDemandTest(unittest.TestCase):
    def test_bound_is_never_below_the_truth(self):
        """REQ-WINDOW-1: what ARM reckons for any stretch is at least what falls due in it."""
        segments = [
            (codes.SEGMENT_CONST, 90_000_000, 90_000_000, 0, 40),
            (codes.SEGMENT_HOLD, 0, 0, 0, 30),
            (codes.SEGMENT_RAMP, 10_000_000, 300_000_000, 0, 60),
            (codes.SEGMENT_RAMP, 300_000_000, 0, 0, 25),
        ]
        due = [0]
        program = compiled(segments)
        for _ in range(program.duration_ticks):
            due.append(due[-1] + program.advance())
        for window in (1, 10, 33, 60, 100, 155, 200):
            last = len(due) - 1
            truth = max(due[min(last, at + window)] - due[at] for at in range(len(due)))
            self.assertTrue(program.most_steps(window) >= truth, window)


if __name__ == "__main__":
    unittest.main()
