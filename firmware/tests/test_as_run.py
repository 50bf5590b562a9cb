"""The program as it was run: what is written out and what one entry stands for (pump.as_run)."""

import unittest

from pump import as_run, codes
from pump.altering import Altering
from pump.program import Program

PL_PER_STEP = 103_200


def constant(rate_nl_h, ticks):
    return codes.SEGMENT_CONST, rate_nl_h, rate_nl_h, 0, ticks


def repeat(times, segments):
    return codes.SEGMENT_REPEAT, 0, 0, times, segments


def begun(*segments):
    program = Program(as_run=as_run.AsRun())
    for segment in segments:
        assert program.add(*segment) == 0
    program.close(codes.THEN_STOP, 0)
    program.compile(PL_PER_STEP)
    program.begin()
    return program


def entries(program):
    run = program.as_run
    columns = (run._segment, run._tick, run._rate_nl_h, run._by)
    return [tuple(column[index] for column in columns) for index in range(run.kept)]


class RepeatTest(unittest.TestCase):
    def setUp(self):
        self.program = begun(
            constant(900, 50), constant(100, 10), constant(200, 10), repeat(9, 2), constant(300, 5)
        )
        self.altering = Altering(self.program)

    def run_to(self, tick):
        while self.program.run_ticks() < tick:
            self.program.advance()

    def test_passes_that_are_alike_take_one_entry(self):
        """REQ-REPEAT-4: the first pass written out, one entry for the eight after it."""
        self.run_to(235)
        self.assertEqual(
            entries(self.program),
            [(0, 0, 900, 0), (1, 50, 100, 0), (2, 60, 200, 0), (1, 70, 100, 5), (4, 230, 300, 0)],
        )

    def test_a_change_is_written_out_and_so_is_the_pass_after_it(self):
        """REQ-REPEAT-4: what an entry refers to was run as loaded, and in full."""
        self.run_to(112)
        self.altering.change_rate(110, PL_PER_STEP)
        self.run_to(235)
        self.assertEqual(
            entries(self.program)[3:],
            [
                (1, 70, 100, 5),
                (1, 112, 110, 1),
                (2, 120, 200, 0),
                (1, 130, 100, 0),
                (2, 140, 200, 0),
                (1, 150, 100, 5),
                (4, 230, 300, 0),
            ],
        )

    def test_a_change_in_the_first_pass_and_before_it(self):
        """REQ-REPEAT-4: the pass that was changed is no example; what came before it may be."""
        self.run_to(20)
        self.altering.change_rate(950, PL_PER_STEP)
        self.run_to(71)
        self.assertEqual(entries(self.program)[-1], (1, 70, 100, 5))
        self.program.rewind()
        self.program.begin()
        self.run_to(61)
        self.altering.change_rate(210, PL_PER_STEP)
        self.run_to(92)
        self.assertEqual(
            [entry[1:] for entry in entries(self.program)][3:],
            [(61, 210, 1), (70, 100, 0), (80, 200, 0), (90, 100, 5)],
        )

    def test_hold_in_a_pass(self):
        """REQ-REPEAT-3, REQ-TITRATION-4: held to the planned end; going on, the rest in full."""
        program = self.program
        self.run_to(75)
        self.altering.hold(PL_PER_STEP)
        self.assertEqual(program.left_ticks(), 160)
        self.run_to(100)
        self.altering.go_on()
        self.assertEqual(program.left_ticks(), 10 + 7 * 20 + 5)
        self.run_to(255)
        self.assertEqual(program.left_ticks(), 0)
        self.assertEqual(
            entries(program)[4:8],
            [(1, 75, 100, 2), (2, 100, 200, 0), (1, 110, 100, 0), (2, 120, 200, 0)],
        )


class RampTest(unittest.TestCase):
    def test_where_a_ramp_was_to_end(self):
        """REQ-TITRATION-5: a ramp is read back whole, also when it was cut short by a hold."""
        program = begun((codes.SEGMENT_RAMP, 1000, 3000, 0, 200), constant(500, 10))
        for _ in range(100):
            program.advance()
        self.assertEqual(entries(program), [(0, 0, 1000, 0), (0, 200, 3000, 4)])
        Altering(program).hold(PL_PER_STEP)
        self.assertEqual(entries(program)[2], (0, 100, 2000, 2))


if __name__ == "__main__":
    unittest.main()
