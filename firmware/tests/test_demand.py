"""The most that any window has to take: never too little, hardly too much, and soon found."""

import unittest

from pump import codes, demand
from pump.program import Program
from pump.segments import DURATION_MAX_TICKS

PL_PER_STEP = 103_207
HOUR = 72_000
DAY = 24 * HOUR


def constant(rate_nl_h, ticks):
    return codes.SEGMENT_CONST, rate_nl_h, rate_nl_h, 0, ticks


def ramp(rate_nl_h, end_rate_nl_h, ticks):
    return codes.SEGMENT_RAMP, rate_nl_h, end_rate_nl_h, 0, ticks


def rest(ticks):
    return codes.SEGMENT_HOLD, 0, 0, 0, ticks


def bolus(volume_nl, rate_nl_h):
    return codes.SEGMENT_BOLUS, rate_nl_h, rate_nl_h, volume_nl, 0


def repeat(times, segments):
    return codes.SEGMENT_REPEAT, 0, 0, times, segments


def compiled(segments):
    program = Program()
    for segment in segments:
        assert program.add(*segment) == 0, segment
    program.close(codes.THEN_STOP, 0)
    assert program.compile(PL_PER_STEP) >= 0
    return program


def due_of(program):
    due = [0]
    program.begin()
    for _ in range(program.duration_ticks):
        due.append(due[-1] + program.advance())
    return due


PROGRAMS = (
    (constant(90_000_000, 40), rest(9), ramp(1_000_000, 300_000_000, 60), ramp(30_000_000, 0, 25)),
    (bolus(90_000, 300_000_000), constant(80_000_000, 20), rest(30), repeat(9, 2)),
    (constant(80_000_000, 20), rest(30), repeat(9, 2), constant(90_000_000, 200)),
    (constant(70_000_000, 150), constant(80_000_000, 20), rest(7), repeat(12, 2), rest(200)),
    (rest(11), repeat(8, 1), ramp(0, 200_000_000, 30), ramp(200_000_000, 0, 40), repeat(5, 2)),
    (
        constant(200_000_000, 5), rest(20), repeat(14, 2),
        constant(20_000_000, 100),
        constant(150_000_000, 9), rest(5), ramp(1, 90_000_000, 12), repeat(11, 3),
    ),
    (constant(130_000_000, 60), bolus(67_174, 184_888_580), ramp(281_000_000, 134_000_000, 50)),
    (
        constant(90_000_000, 13), rest(8), repeat(20, 2),
        constant(99_000_000, 3), rest(1), repeat(60, 2),
    ),
)  # fmt: skip


class BoundTest(unittest.TestCase):
    def test_never_below_the_truth_and_close_to_it(self):
        """REQ-WINDOW-1, REQ-REPEAT-3: for each length of window, at most five steps too many."""
        for segments in PROGRAMS:
            program = compiled(segments)
            due = due_of(program)
            last = len(due) - 1
            for window in (1, 7, 20, 33, 50, 60, 101, 155, 200, 300, 499):
                truth = max(due[min(last, at + window)] - due[at] for at in range(len(due)))
                most = program.most_steps(window)
                self.assertTrue(truth <= most <= truth + 5, (segments, window, most, truth))

    def test_the_whole_program_where_the_window_is_longer(self):
        """REQ-WINDOW-1: no more than there is."""
        for segments in PROGRAMS:
            program = compiled(segments)
            for window in (program.duration_ticks, DURATION_MAX_TICKS):
                self.assertEqual(program.most_steps(window), program.compiled_steps)

    def test_periodic_doses_over_a_week(self):
        """REQ-REPEAT-3: 0.5 mL every four hours are 3 mL in any 24 h, whatever the loading."""
        doses = (bolus(500_000, 10_000_000), rest(4 * HOUR - 3600), repeat(42, 2))
        program = compiled(doses)
        self.assertTrue(0 <= program.most_steps(DAY) - 3_000_000_000 // PL_PER_STEP <= 4)
        self.assertTrue(0 <= program.most_steps(DAY + 3600) - 3_500_000_000 // PL_PER_STEP <= 4)
        program = compiled([bolus(2_000_000, 20_000_000)] + list(doses))
        self.assertTrue(0 <= program.most_steps(DAY) - 5_000_000_000 // PL_PER_STEP <= 4)

    def test_constant_rates_one_after_another(self):
        """REQ-WINDOW-1: two segments of days ask a window for no more than the higher one."""
        program = compiled((constant(100_000, 3 * DAY), constant(110_000, 3 * DAY)))
        self.assertTrue(0 <= program.most_steps(DAY) - 2_640_000_000 // PL_PER_STEP <= 4)


class EffortTest(unittest.TestCase):
    def test_ten_thousand_passes_take_few_looks(self):
        """REQ-REPEAT-3: what is skipped leaves the bound as it is, and little to look at."""
        segments = (
            constant(70_000_000, HOUR), constant(80_000_000, 20), rest(30), repeat(10_000, 2),
            constant(60_000_000, 2 * DAY), constant(80_000_000, 20), rest(3), repeat(10_000, 2),
        )  # fmt: skip
        program = compiled(segments)
        before = demand.LOOKS_MAX
        demand.LOOKS_MAX = 100
        try:
            most = program.most_steps(DAY)
        finally:
            demand.LOOKS_MAX = before
        self.assertTrue(most < program.compiled_steps)

    def test_too_much_to_look_at_is_charged_whole(self):
        """REQ-REPEAT-3: two repeats in one window's reach, ten thousand passes each."""
        segments = (
            constant(80_000_000, 20), rest(30), repeat(10_000, 2),
            constant(90_000_000, 21), rest(30), repeat(10_000, 2),
        )  # fmt: skip
        program = compiled(segments)
        self.assertEqual(program.most_steps(HOUR), program.compiled_steps)


if __name__ == "__main__":
    unittest.main()
