"""How long ago boluses of earlier starts were, by the journal's records."""

import unittest

from pump import codes
from pump.bolus import Bolus
from pump.pace import KEPT
from pump.recall import LONGEST_TICKS, Recall

BOLUS = codes.EVENT_BOLUS_STARTED
OTHER = codes.EVENT_STATE
NOW = 40


def recalled(records, used_steps=0):
    """A bolus after a restart at tick NOW with those records (number, boot, tick, code)."""
    recall = Recall()
    recall.forget()
    for record in records:
        recall.see(*record)
    bolus = Bolus()
    recall.restore(bolus, NOW, used_steps)
    return bolus


class TestRecall(unittest.TestCase):
    """REQ-BOLUS-3."""

    def test_ages_are_ticks_between_records(self):
        """Within a start the difference, of a later start its tick: no more is known."""
        bolus = recalled(
            (
                (1, 1, 5, OTHER),
                (2, 1, 100, BOLUS),
                (3, 1, 400, OTHER),
                (4, 2, 7, OTHER),
                (5, 2, 1007, BOLUS),
                (6, 3, 50, OTHER),
            )
        )
        self.assertEqual(bolus.started_tick, NOW - 50)
        first = NOW - 50 - 1007 - 300
        self.assertEqual(bolus.given.count(first), 1)
        self.assertEqual(bolus.given.count(first - 1), 2)

    def test_forgotten_after_the_longest_window(self):
        """A tick before its end it counts, at its end it does not."""
        for age, count in ((LONGEST_TICKS - 1, 1), (LONGEST_TICKS, 0), (LONGEST_TICKS + 1, 0)):
            bolus = recalled(((1, 1, 10, BOLUS), (2, 1, 10 + age, OTHER)))
            self.assertEqual(bolus.given.count(-(1 << 29)), count)
            self.assertEqual(bolus.locked_ticks(NOW, LONGEST_TICKS), count)

    def test_a_record_that_is_missing(self):
        """As many as can be counted, at the record after it; at the first one kept, too."""
        whole = ((1, 1, 10, OTHER), (2, 1, 20, OTHER), (3, 1, 80, OTHER), (4, 1, 90, OTHER))
        for lost, tick in ((0, NOW - 70), (1, NOW - 10), (2, NOW)):
            bolus = recalled(whole[:lost] + whole[lost + 1 :])
            self.assertEqual(bolus.given.count(tick - 1), KEPT)
            self.assertEqual(bolus.given.count(tick), 0)
        self.assertEqual(recalled(whole).given.count(-(1 << 29)), 0)

    def test_no_record_at_all(self):
        """A pump that has done nothing yet may give one, another not for as long as can be."""
        self.assertEqual(recalled((), 0).given.count(-(1 << 29)), 0)
        self.assertEqual(recalled((), 1).given.count(NOW - 1), KEPT)

    def test_once_a_start(self):
        """A change of the configuration adds nothing."""
        recall = Recall()
        recall.see(1, 1, 10, BOLUS)
        bolus = Bolus()
        for _ in range(2):
            recall.restore(bolus, NOW, 1)
        self.assertEqual(bolus.given.count(-(1 << 29)), 1)

    def test_weeks_of_records(self):
        """Numbers stay small over years of powered time."""
        records = [(1, 1, 0, BOLUS)]
        for number in range(2, 400):
            records.append((number, 1, number * LONGEST_TICKS // 2, BOLUS))
        bolus = recalled(records)
        self.assertEqual(bolus.given.count(NOW - LONGEST_TICKS), 2)


if __name__ == "__main__":
    unittest.main()
