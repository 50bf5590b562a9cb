"""Starts that are cut off one after another, however many, never use the ledger up (C3)."""

import unittest

from pump.allotment import Allotment
from pump.ledger import Ledger

from tests import memory as nor
from tests.memory import Dice, Memory, PowerCut, Sample

FIRST = 1
SECTORS = 4
SECTOR_BYTES = 2048  # smaller than the real one, so that the log comes round soon
RESERVATION = 30
CUTS_IN_A_ROW = 100
ONE_IN = 15  # where rows are sampled
CUTS = (nor.BEFORE, nor.TORN_PREFIX, nor.TORN_SCATTER, nor.TORN_WEAK, nor.AFTER)
MOODS = (nor.READ_ONES, nor.READ_ZEROS, nor.READ_EITHER)
OPERATIONS = 4  # the nth of a start, whatever it is then
# Or always the same one, however many come before it.
ERASE, LABEL, BURN, HEAD, CHECKPOINT, OTHER = range(6)
UNCUT_MAX = 12  # starts that have no such operation: so many of them show nothing new


def sort_of(kind, page):
    """Which operation of a start this is."""
    if kind == "erase":
        return ERASE
    if page[0] == 0xA5:
        return HEAD if page[16] == 0xFF else CHECKPOINT
    if page[0] == 0x96:
        return LABEL
    return BURN if page[0] == 0 and page[16] == 0xFF else OTHER


class OneCut:
    """Takes the power away at the nth operation from now (of a sort; -1: of any)."""

    def __init__(self, image, nth, sort, how, seed):
        self._image = image
        self._left = nth
        self._nth = nth
        self._sort = sort
        self._how = how
        self._seed = seed

    def cut(self, kind, address, page):
        """Before each operation."""
        if self._sort < 0 or sort_of(kind, page) == self._sort:
            self._left -= 1
            if self._left == 0:
                done = (self._seed * 61 + self._nth * 17) % 250
                self._image.tear(kind, address, page, self._how, done, Dice(self._seed))
                raise PowerCut


class CutStartsTest(unittest.TestCase):
    """Cut at the nth operation of each start, or at one of a sort, in every way to be cut."""

    def setUp(self):
        self.sample = Sample(ONE_IN)
        self.memory = Memory(FIRST + SECTORS, SECTOR_BYTES)
        ledger = self.ledger = Ledger(self.memory, FIRST, SECTORS)
        ledger.open()
        assert ledger.provision(1)
        self.finish(ledger)
        assert ledger.allot(Allotment(1, 1, 90000, 20000, 10000, 0, 100000, RESERVATION))
        self.truth = 0

    def finish(self, ledger):
        """Housekeeping, an erase at most each time."""
        erases = ledger._log._store.erases
        while ledger.work():
            self.assertTrue(ledger._log._store.erases - erases <= 1)
            erases = ledger._log._store.erases

    def pump(self, steps):
        """Reserve and do so many steps, one at a time."""
        for _ in range(steps):
            assert self.ledger.reserve(self.truth + 1, 0)
            self.truth += 1

    def start(self, image):
        """A start as the firmware makes it."""
        ledger = Ledger(image, FIRST, SECTORS)
        self.assertEqual(ledger.open(), 0)
        return ledger

    def check(self, ledger, most):
        """What is recovered covers the truth, and stays within its reservations."""
        self.assertTrue(ledger.reserved >= self.truth)
        self.assertTrue(ledger.reserved <= self.truth + most)
        self.assertEqual(ledger.allotment.identity, 1)

    def row(self, nth, sort, how, mood):
        """So many starts, each cut at its nth operation (of a sort); then one that is not."""
        image = self.memory.copy(nth)
        cuts = 0
        number = 0
        while cuts < CUTS_IN_A_ROW and number - cuts < UNCUT_MAX:
            number += 1
            image.mood = MOODS[(mood + number) % 3]
            once = OneCut(image, nth, sort, how, number)
            ledger = self.start(image)
            self.check(ledger, (2 * cuts + 1) * RESERVATION)
            image.watch = once.cut
            try:
                self.finish(ledger)
                self.assertTrue(ledger.boot(0))
                image.watch = None
                self.finish(ledger)
            except PowerCut:
                cuts += 1
            image.watch = None
        ledger = self.start(image)
        self.finish(ledger)
        self.assertTrue(ledger.boot(0), "cut %d times" % cuts)
        self.finish(ledger)
        self.check(ledger, (2 * cuts + 1) * RESERVATION)
        # And it can be used: armed, a record, an orderly stop.
        self.assertTrue(ledger.prepare(20))
        self.finish(ledger)
        self.assertTrue(ledger.reserve(ledger.reserved + 1, 0))
        self.assertTrue(ledger.settle(ledger.reserved, 0))
        return cuts

    def rows(self):
        """Every row from the memory as it is."""
        cuts = 0
        tried = 0
        for nth in range(-CHECKPOINT, OPERATIONS + 1):
            for index in range(len(CUTS)):
                if self.sample.takes():
                    tried += 1
                    sort = -nth if nth <= 0 else -1
                    cuts += self.row(nth if nth > 0 else 1, sort, CUTS[index], tried)
        print("\n  %d rows of starts, %d cuts" % (tried, cuts))
        self.assertTrue(cuts * self.sample.one_in >= 10 * CUTS_IN_A_ROW)

    def test_from_mid_run(self):
        """The first start follows a cut in mid-run, with room in the ledger."""
        self.pump(25)
        self.rows()

    def test_from_a_full_ledger(self):
        """The ledger was used up to what is kept back; the stop took its record too."""
        while self.ledger.records_free:
            self.pump(1)
        assert self.ledger.settle(self.truth, 0)
        self.rows()

    def test_from_a_full_ledger_that_was_not_stopped(self):
        """The same, with the power lost before the stop could write."""
        while self.ledger.records_free:
            self.pump(1)
        self.rows()


if __name__ == "__main__":
    unittest.main()
