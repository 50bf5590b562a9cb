"""A power cut at every storage operation of a ledger's life, and again in the recovery (C3)."""

import unittest

from pump import codes
from pump.allotment import Allotment
from pump.ledger import Ledger

from tests import memory as nor
from tests.memory import Dice, Memory, Sample

FIRST = 1
SECTORS = 4
SECTOR_BYTES = 2048  # smaller than the real one, so that the log comes round soon
PL_FIRST = 20000
PL_SECOND = 15001
RESERVATION = 30

ONE_IN = 12  # where images are sampled: of those after one cut, and again after two
ONE_IN_AGAIN = 8  # of those after two under CPython; `make powerloss` tries them all
TORN = (nor.TORN_PREFIX, nor.TORN_SCATTER, nor.TORN_WEAK)
CUTS = (nor.BEFORE, nor.TORN_PREFIX, nor.TORN_PREFIX, nor.TORN_SCATTER, nor.TORN_WEAK, nor.AFTER)
# How marginal bits come back at one start and at the next: the worst is a change.
MOODS = (
    (nor.READ_ONES, nor.READ_ZEROS),
    (nor.READ_ZEROS, nor.READ_ONES),
    (nor.READ_EITHER, nor.READ_EITHER),
)


def done_bytes(kind, number, how):
    """Bytes that a torn operation finished: anywhere, and often inside the first record."""
    if kind == "erase":
        return number * 397 % SECTOR_BYTES
    return number * 61 % 250 if number & 1 else number * 7 % 17


class Bench:
    """What is really so: steps done under each allotment, and everything that ever moved."""

    def __init__(self):
        self.memory = Memory(FIRST + SECTORS, SECTOR_BYTES)
        self.ledger = Ledger(self.memory, FIRST, SECTORS)
        self.done = {0: 0}  # allotment identity -> steps at the pin
        self.identity = 0
        self.possible = (0,)  # identities that may be in force: two while the new one is written
        self.moved_pl = 0
        self.filling = False
        self.exists = False  # the first ledger was written in full
        self.minute = 0

    def truth(self, identity):
        """Steps really done under an allotment."""
        return self.done.get(identity, 0)

    def life(self):
        """Everything that happens to a ledger, sector rolls included."""
        ledger = self.ledger
        assert ledger.open() == codes.ALARM_LEDGER_INVALID
        assert ledger.provision(1)
        self.exists = True
        self.finish()
        self.allot(1, PL_FIRST)
        self.pump(150)
        self.restart()
        self.pump(1)
        self.stop_and_go(17)
        self.allot(2, PL_SECOND)
        assert ledger.set_reservation(2 * RESERVATION)
        self.pump(200)
        assert ledger.set_reservation(RESERVATION // 2)
        self.pump(90)
        for records in (70, 111, 112):
            assert ledger.prepare(records)
            self.finish()
            self.fill(records - 8)
            self.stop_and_go(2)
            self.restart()
        self.provision_again()
        self.allot(3, PL_FIRST)
        self.pump(20)

    def provision_again(self):
        """A blank ledger in the place of one in use."""
        self.possible = (self.identity, 0)
        assert self.ledger.provision(2)
        self.identity = 0
        self.possible = (0,)
        self.moved_pl = 0
        self.finish()

    def fill(self, records):
        """Use records up, so that the log goes on into the next sector."""
        self.filling = True
        for _ in range(records // 2):
            self.pump(3)
        self.filling = False

    def finish(self):
        """Let housekeeping run to its end."""
        while self.ledger.work():
            pass

    def allot(self, identity, pl_per_step):
        """A new allotment, old and new both possible while it is being written."""
        self.done[identity] = 0
        new = Allotment(identity, 1, 90000, pl_per_step, 10000, 0, 100000, RESERVATION)
        self.possible = (self.identity, identity)
        assert self.ledger.allot(new)
        self.identity = identity
        self.possible = (identity,)

    def pump(self, steps):
        """Move so many steps as the gate does it, a burst behind, and stop in order."""
        ledger = self.ledger
        pl_per_step = ledger.allotment.pl_per_step
        while steps:
            burst = 7 if steps > 7 else steps
            granted = self.truth(self.identity) + burst
            if granted > ledger.reserved:
                self.minute += 2
                reserve = self.truth(self.identity) + ledger.reservation
                assert ledger.reserve(reserve, self.minute)
            self.done[self.identity] = granted
            self.moved_pl += burst * pl_per_step
            steps -= burst
        assert ledger.settle(self.truth(self.identity), self.minute)

    def stop_and_go(self, times):
        """Many short runs."""
        for _ in range(times):
            self.pump(3)

    def restart(self):
        """Power off in order and on again."""
        self.ledger.__init__(self.memory, FIRST, SECTORS)
        assert self.ledger.open() == 0
        assert self.ledger.boot(self.minute)


class LedgerCutsTest(unittest.TestCase):
    """Recovered >= truth always; <= truth + one reservation a cut, two where it tore a record."""

    def setUp(self):
        self.sample = Sample(ONE_IN)
        self.sample_again = Sample(ONE_IN, ONE_IN_AGAIN)
        self.images = 0
        self.tried = 0
        self.again = 0
        self.tried_again = 0

    def cut_everywhere(self):
        """Cut each operation of the life; the recovery too, but not while sectors are filled."""
        self.bench = Bench()
        self.bench.memory.watch = self.cut
        self.bench.life()
        operations = self.bench.memory.operations
        print(
            "\n  %d storage operations, %d of %d images after one cut, %d of %d after two"
            % (operations, self.tried, self.images, self.tried_again, self.again)
        )
        return operations

    def cut(self, kind, address, page):
        """Before an operation of the life: every cut of it, and what comes back."""
        number = self.bench.memory.operations
        for index in range(len(CUTS)):
            how = CUTS[index]
            self.images += 1
            if not self.sample.takes():
                continue
            self.tried += 1
            first, second = MOODS[(number + index) % 3]
            image = self.bench.memory.copy(number)
            done = done_bytes(kind, number + index, how)
            image.tear(kind, address, page, how, done, Dice(number))
            self.cut_the_recovery(image, 2 if how in TORN else 1, first, second)

    def cut_the_recovery(self, image, reservations, first, second):
        """Recover, and cut each operation of the recovery; ``image`` is used up."""
        image.mood = first

        def cut_again(kind, address, page):
            number = image.operations
            for index in range(len(CUTS)):
                how = CUTS[index]
                self.again += 1
                if not self.sample_again.takes():
                    continue
                self.tried_again += 1
                once_more = image.copy(number)
                done = done_bytes(kind, number + index + self.again, how)
                once_more.tear(kind, address, page, how, done, Dice(number + self.again))
                once_more.mood = second
                self.recover(once_more, reservations + (2 if how in TORN else 1))

        if not self.bench.filling:
            image.watch = cut_again
        self.recover(image, reservations)
        image.watch = None
        image.mood = second
        self.recover(image, reservations)

    def recover(self, image, reservations):
        """Start up from an image as the firmware does, and compare with the truth."""
        ledger = Ledger(image, FIRST, SECTORS)
        code = ledger.open()
        if code:
            # Only a ledger that was never finished may be missing.
            self.assertFalse(self.bench.exists)
            self.assertFalse(ledger.boot(0))
            return
        self.compare(ledger, reservations)
        while ledger.work():
            pass
        self.assertTrue(ledger.boot(0))
        self.compare(ledger, reservations)
        while ledger.work():
            pass
        # Weak bits may change their mind at any later start: nothing may rest on them by now.
        mood = image.mood
        image.mood = nor.READ_ZEROS if mood == nor.READ_ONES else nor.READ_ONES
        self.compare(Ledger(image, FIRST, SECTORS), reservations)
        image.mood = mood

    def compare(self, ledger, reservations):
        """The one comparison: figures of the ledger against what moved."""
        bench = self.bench
        if ledger.reserved == 0 and ledger.generation == 0:
            self.assertEqual(ledger.open(), 0)
        identity = ledger.allotment.identity if ledger.allotment else 0
        self.assertTrue(identity in bench.possible)
        truth = bench.truth(identity)
        over = ledger.total - truth
        self.assertTrue(over >= 0, "recovered %d < truth %d" % (ledger.total, truth))
        most = reservations * ledger.reservation
        self.assertTrue(over <= most, "recovered %d > %d + %d" % (ledger.total, truth, most))
        pl_per_step = ledger.allotment.pl_per_step if ledger.allotment else 0
        window_pl = 0
        recent = ledger.recent
        for at in range(1, len(recent), 2):
            window_pl += recent[at] * pl_per_step
        if identity:
            self.assertTrue(window_pl >= bench.moved_pl, "the window lost volume")
            slack = (reservations * 2 * RESERVATION + 2 * len(recent)) * PL_FIRST
            self.assertTrue(window_pl <= bench.moved_pl + slack, "the window grew")

    def test_every_operation(self):
        """Each storage operation of a life cut before, torn and after, again in recovery (C3)."""
        operations = self.cut_everywhere()
        self.assertTrue(operations > 300)
        self.assertTrue(self.tried * self.sample.one_in > 1500)
        self.assertTrue(self.tried_again * self.sample.one_in * self.sample_again.one_in > 15000)


if __name__ == "__main__":
    unittest.main()
