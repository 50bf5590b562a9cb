"""Repeats: what is loaded, exact at every border of every pass, and where one is (C4)."""

import unittest

from pump import codes
from pump.borders import FINE
from pump.place import Place
from pump.program import ENDED, Program
from pump.segments import DURATION_MAX_TICKS, TIMES_MAX, Segments

PL_PER_STEP = 103_207
HOUR = 72_000
SMALL = 1 << 30


def constant(rate_nl_h, ticks):
    return codes.SEGMENT_CONST, rate_nl_h, rate_nl_h, 0, ticks


def rest(ticks):
    return codes.SEGMENT_HOLD, 0, 0, 0, ticks


def bolus(volume_nl, rate_nl_h):
    return codes.SEGMENT_BOLUS, rate_nl_h, rate_nl_h, volume_nl, 0


def repeat(times, segments):
    return codes.SEGMENT_REPEAT, 0, 0, times, segments


def loaded(*segments):
    program = Program()
    for segment in segments:
        assert program.add(*segment) == 0, segment
    program.close(codes.THEN_STOP, 0)
    return program


def begun(*segments, pl_per_step=PL_PER_STEP):
    program = loaded(*segments)
    program.compile(pl_per_step)
    program.begin()
    return program


def unrolled(segments):
    """The same as (doubled nL/h x ticks, ticks) of each segment, with every pass written out."""
    flat = []
    for kind, rate, end_rate, volume, ticks in segments:
        if kind == codes.SEGMENT_REPEAT:
            flat += flat[-ticks:] * (volume - 1)
        elif kind == codes.SEGMENT_BOLUS:
            flat.append((volume * 2 * HOUR, -(-volume * HOUR // rate)))
        else:
            flat.append(((rate + end_rate) * ticks, ticks))
    return flat


class ExactTest(unittest.TestCase):
    def follow(self, segments, pl_per_step):
        """At each border: to the nearest of all the volume before it, whatever the pass."""
        program = begun(*segments, pl_per_step=pl_per_step)
        unit = FINE * pl_per_step
        volume = 0
        due = 0
        run_ticks = 0
        for of_segment, ticks in unrolled(segments):
            volume += of_segment
            run_ticks += ticks
            for _ in range(ticks):
                due += program.advance()
            self.assertEqual(due, (2 * volume + unit) // (2 * unit))
            self.assertTrue(0 <= program._borders._at_coarse < pl_per_step < SMALL)
        self.assertEqual(due, program.total_steps)
        self.assertEqual(run_ticks, program.duration_ticks)
        self.assertEqual((program.left_steps(), program.left_ticks()), (0, 0))
        self.assertEqual((program.advance(), program.phase), (0, ENDED))

    def test_every_border_of_thousands_of_passes(self):
        """REQ-REPEAT-1: no pass adds an error: half a step at each border, after 3000 passes."""
        self.follow((bolus(1_000, 500_000_000), rest(2), repeat(3000, 2)), PL_PER_STEP)
        self.follow((constant(7_000_001, 3), repeat(TIMES_MAX, 1)), 1_048_573)

    def test_blocks_between_other_segments(self):
        """REQ-REPEAT-1: loading dose, block, ramp, other block, taper: each pass in its place."""
        self.follow(
            (
                bolus(50_000, 60_000_000),
                constant(1_234_567, 50),
                rest(20),
                (codes.SEGMENT_RAMP, 0, 9_876_543, 0, 31),
                repeat(7, 3),
                (codes.SEGMENT_RAMP, 5_000_000, 20_000_000, 0, 40),
                constant(3_333_333, 13),
                repeat(1, 1),
                constant(999_999, 17),
                repeat(29, 1),
                (codes.SEGMENT_RAMP, 999_999, 0, 0, 100),
            ),
            PL_PER_STEP,
        )

    def test_a_step_in_many_passes(self):
        """REQ-REPEAT-1: passes that are a hundredth of a step each give a step in a hundred."""
        program = begun(constant(72_000, 1), repeat(1000, 1), pl_per_step=100_000)
        given = [program.advance() for _ in range(1000)]
        self.assertEqual(sum(given), 10)
        self.assertEqual([at for at, steps in enumerate(given) if steps][:2], [49, 149])


class LoadTest(unittest.TestCase):
    def test_how_often(self):
        """REQ-REPEAT-2: once to 10 000 times in all; not at all, and once more, are refused."""
        for times, error in (
            (0, codes.ERROR_SEGMENT_INVALID),
            (1, 0),
            (2, 0),
            (TIMES_MAX - 1, 0),
            (TIMES_MAX, 0),
            (TIMES_MAX + 1, codes.ERROR_SEGMENT_INVALID),
        ):
            program = Program()
            program.add(*constant(5, 1))
            self.assertEqual(program.add(*repeat(times, 1)), error, times)

    def test_how_far_back(self):
        """REQ-REPEAT-2: from the segment before it to the first, and not over another repeat."""
        program = Program()
        self.assertEqual(program.add(*repeat(2, 1)), codes.ERROR_REPEAT)
        for _ in range(3):
            program.add(*constant(5, 1))
        for back, error in ((0, codes.ERROR_REPEAT), (4, codes.ERROR_REPEAT), (3, 0)):
            self.assertEqual(program.add(*repeat(2, back)), error)
        self.assertEqual(program.add(*repeat(2, 1)), codes.ERROR_REPEAT)
        program.add(*constant(5, 1))
        program.add(*constant(5, 1))
        self.assertEqual(program.add(*repeat(2, 3)), codes.ERROR_REPEAT)
        self.assertEqual(program.segments.reach(), 2)
        self.assertEqual(program.add(*repeat(2, 2)), 0)
        self.assertEqual(program.duration_ticks, 10)

    def test_rates_mean_nothing_for_it(self):
        """REQ-REPEAT-2: a repeat has no rate."""
        for rates in ((5, 0), (0, 5), (5, 5)):
            program = Program()
            program.add(*constant(5, 1))
            segment = (codes.SEGMENT_REPEAT, rates[0], rates[1], 2, 1)
            self.assertEqual(program.add(*segment), codes.ERROR_SEGMENT_INVALID)

    def test_fourteen_days_with_all_passes(self):
        """REQ-REPEAT-2: the passes together, to the tick."""
        for ticks, error in (
            (DURATION_MAX_TICKS // 4 - 1, 0),
            (DURATION_MAX_TICKS // 4, 0),
            (DURATION_MAX_TICKS // 4 + 1, codes.ERROR_SEGMENT_INVALID),
        ):
            program = Program()
            program.add(*rest(ticks))
            self.assertEqual(program.add(*repeat(4, 1)), error)

    def test_steps_of_all_passes_stay_small(self):
        """REQ-REPEAT-2: 2**30 - 1 steps are compiled, one more is refused."""
        for volume, total in ((SMALL - 2, SMALL - 2), (SMALL - 1, SMALL - 1), (SMALL, -1)):
            program = loaded(
                bolus(SMALL // 2 - 2, 500_000_000), repeat(2, 1), bolus(4 + volume - SMALL, 5_000)
            )
            self.assertEqual(program.compile(1000), total)

    def test_the_fingerprint_tells_the_count(self):
        """REQ-REPEAT-2: how often and how far back are part of what both ends compare."""
        prints = set()
        for times, back in ((5, 1), (6, 1), (5, 2)):
            program = loaded(constant(5, 3), constant(5, 3), repeat(times, back))
            prints.add(program.fingerprint())
        self.assertEqual(len(prints), 3)


class PlaceTest(unittest.TestCase):
    def test_the_order_of_segments(self):
        """REQ-REPEAT-1: two blocks, each as often as it says; the repeats are never run."""
        segments = Segments(64)
        for segment in (
            constant(1, 1),
            constant(2, 1),
            repeat(3, 1),
            constant(3, 1),
            constant(4, 1),
            repeat(2, 2),
        ):
            segments.add(*segment)
        place = Place(segments)
        visited = [place.index]
        while place.go_on():
            visited.append(place.index)
        self.assertEqual(visited, [0, 1, 1, 1, 3, 4, 3, 4])

    def test_what_follows_a_place(self):
        """REQ-REPEAT-3: peak and lowest of what comes, later passes included, none too mild."""
        segments = Segments(64)
        for segment in (
            constant(9, 10),
            constant(7, 10),
            constant(2, 10),
            repeat(3, 2),
            constant(4, 10),
        ):
            segments.add(*segment)
        place = Place(segments)
        place.index = 2
        peaks = []
        for repetition in range(3):
            place.repetition = repetition
            found = (segments.peak_after_nl_h(place, 100), segments.lowest_after_nl_h(place, 8))
            peaks.append(found)
        self.assertEqual(peaks, [(7, 2), (7, 2), (4, 4)])
        place.repetition = 0
        self.assertEqual(segments.peak_after_nl_h(place, 0), 0)


class SlopeTest(unittest.TestCase):
    def test_up_and_down_at_the_limit(self):
        """REQ-SLOPE-1: as steep as the limit is not too steep; 1 nL/h more, a tick less, is."""
        for start, end, ticks, steep in (
            (0, 999, 1200, False),
            (0, 1000, 1200, False),
            (0, 1001, 1200, True),
            (1000, 0, 1200, False),
            (1001, 0, 1200, True),
            (1000, 0, 1199, True),
            (500, 1500, 1201, False),
        ):
            segments = Segments(2)
            segments.add(*constant(5, 1))
            segments.add(codes.SEGMENT_RAMP, start, end, 0, ticks)
            self.assertEqual(segments.steeper_than(1000), steep, (start, end, ticks))


if __name__ == "__main__":
    unittest.main()
