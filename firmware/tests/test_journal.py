"""The journal in orderly life and through power cuts (pump.journal)."""

import unittest

from pump.journal import BOOT, CODE, DEBITED, LIMIT, NUMBER, TICK, VALUE, Journal

from tests import memory as nor
from tests.memory import PAGE, Dice, Memory, Sample

SECTORS = 3
SECTOR_BYTES = 2048
ONE_IN = 6  # where images are sampled
ALARM = 127
EVENT = 128


def opened(memory):
    """The journal as a start finds it."""
    journal = Journal(memory, 1, SECTORS)
    assert journal.open()
    return journal


class _Fickle:
    """A memory whose marginal bits read as ones once in one page, and as zeros from then on."""

    def __init__(self, memory, address):
        self._memory = memory
        self._address = address
        memory.mood = nor.READ_ONES

    def read(self, address, buffer):
        done = self._memory.read(address, buffer)
        if address == self._address:
            self._memory.mood = nor.READ_ZEROS
        return done

    def __getattr__(self, name):
        return getattr(self._memory, name)


def record(number):
    """Arguments of the nth record of these tests."""
    return number * 3, EVENT, -number, number - (1 << 30), number * 1000


class JournalTest(unittest.TestCase):
    """Records, room, cuts."""

    def setUp(self):
        self.memory = Memory(1 + SECTORS, SECTOR_BYTES)
        self.into = Journal(self.memory, 1, SECTORS).fields()

    def check(self, journal, number):
        """Whether a record is there; what is there must be right."""
        if not journal.read(number, self.into):
            return False
        into = self.into
        found = (into[TICK], into[CODE], into[VALUE], into[LIMIT], into[DEBITED])
        self.assertEqual((into[NUMBER], found), (number, record(number)))
        return True

    def test_records_come_back(self):
        """Every field, negative ones too, comes back after a restart, with the start's number."""
        journal = opened(self.memory)
        self.assertTrue(journal.oldest > journal.newest)
        for number in range(1, 21):
            self.assertTrue(journal.append(*record(number)))
        for _ in range(2):
            journal = opened(self.memory)
            self.assertEqual((journal.oldest, journal.newest, journal.boot), (1, 20, 2))
            for number in range(1, 21):
                self.assertTrue(self.check(journal, number))
                self.assertEqual(self.into[BOOT], 1)
        self.assertFalse(self.check(journal, 0))
        self.assertFalse(self.check(journal, 21))

    def test_full_keeps_a_reserve_for_alarms(self):
        """Append never erases; when full, events are refused and alarms still taken (GIP 4.1)."""
        journal = opened(self.memory)
        erases = self.memory.erases
        taken = 0
        while journal.free:
            self.assertTrue(journal.append(0, EVENT, 0, 0, 0))
            taken += 1
        self.assertTrue(taken > 20)
        self.assertFalse(journal.append(0, EVENT, 0, 0, 0))
        for _ in range(16):
            self.assertTrue(journal.append(0, ALARM, 0, 0, 0))
        self.assertEqual(self.memory.erases, erases)

    def test_ring(self):
        """Work makes room by dropping the oldest, an erase at a time; the newest stay readable."""
        journal = opened(self.memory)
        for number in range(1, 501):
            erases = self.memory.erases
            journal.work()
            self.assertTrue(self.memory.erases - erases <= 1)
            self.assertTrue(journal.append(*record(number)))
        self.assertTrue(journal.oldest > 300)
        for number in range(journal.oldest, 501):
            self.assertTrue(self.check(journal, number))
        self.assertFalse(self.check(journal, journal.oldest - 1))
        again = opened(self.memory)
        self.assertEqual((again.oldest, again.newest), (journal.oldest, 500))

    def test_prepare(self):
        """Room can be asked for up to what there can be, and not one page more."""
        journal = opened(self.memory)
        most = (SECTORS - 1) * 7 * 8 - 16
        self.assertTrue(journal.prepare(most))
        self.assertFalse(journal.prepare(most + 1))

    def test_failed_read_back_is_told(self):
        """A record that the memory did not take is not counted."""
        journal = opened(self.memory)
        self.memory.ignore = True
        self.assertFalse(journal.append(*record(1)))
        self.assertEqual(journal.newest, 0)

    def test_cut_everywhere(self):
        """A cut in any operation loses no record that was confirmed and invents none (C3)."""
        self.sample = Sample(ONE_IN)
        self.images = 0
        self.tried = 0
        self.confirmed = 0
        self.memory.watch = self.cut
        journal = opened(self.memory)
        for number in range(1, 131):
            self.working = True
            journal.work()
            self.working = False
            self.lowest = journal.oldest
            self.assertTrue(journal.append(*record(number)))
            self.confirmed = number
        print("\n  %d of %d images of a journal" % (self.tried, self.images))
        self.assertTrue(self.tried * self.sample.one_in > 500)

    def test_what_a_start_took_in_stays(self):
        """REQ-LOG-1: of a record whose last byte was cut and reads either way, what the first
        start makes of it holds for every later one: no gap, whichever way it then reads."""
        journal = opened(self.memory)
        for number in range(1, 11):
            self.assertTrue(journal.append(*record(number)))
        programs = []
        self.memory.watch = lambda kind, address, page: programs.append((address, bytes(page)))
        before = self.memory.copy(0)
        self.assertTrue(journal.append(*record(11)))
        address, page = programs[0]
        last = max([at for at in range(len(page)) if page[at] != 0xFF])
        taken_in = 0
        for seed in range(1, 101):
            image = before.copy(seed)
            image.tear("program", address, page, nor.TORN_PREFIX, last, Dice(seed))
            journal = opened(image)
            taken_in += journal.newest == 11
            number = journal.newest + 1
            self.assertTrue(journal.append(*record(number)))
            for mood in (nor.READ_ONES, nor.READ_ZEROS, nor.READ_EITHER):
                image.mood = mood
                again = opened(image)
                self.assertEqual(again.newest, number)
                for earlier in range(1, number + 1):
                    self.assertTrue(self.check(again, earlier))
        self.assertTrue(0 < taken_in < 100)

    def test_nothing_is_taken_in_beyond_the_end(self):
        """REQ-LOG-1: a record cut at a sector's border that reads as blank while the end is
        looked for, and as a record after that, is not taken in: it would be missing later."""
        journal = opened(self.memory)
        most = 7 * 8 * (SECTORS - 1)
        addresses = []
        self.memory.watch = lambda kind, address, page: addresses.append(address)
        for number in range(1, most):
            journal.work()
            before = self.memory.copy(0)
            del addresses[:]
            self.assertTrue(journal.append(*record(number)))
            if number > 8 and addresses[0] % SECTOR_BYTES == PAGE:
                break
        address = addresses[0]
        slot = bytes(self.memory.cells[address : address + PAGE])
        before.tear("program", address, slot, nor.TORN_WEAK, 0, Dice(1))
        journal = opened(_Fickle(before, address))
        self.assertEqual(journal.newest, number - 1)
        self.assertTrue(journal.append(*record(number)))
        again = opened(before)
        self.assertEqual(again.newest, number)
        for earlier in range(1, again.newest + 1):
            self.assertTrue(self.check(again, earlier))

    lowest = 1
    working = True  # the oldest sector may be gone at any moment

    def cut(self, kind, address, page):
        """Every cut of one operation; what a restart reads, and that it can go on."""
        for how in (nor.BEFORE, nor.TORN_PREFIX, nor.TORN_SCATTER, nor.TORN_WEAK, nor.AFTER):
            self.images += 1
            if not self.sample.takes():
                continue
            self.tried += 1
            image = self.memory.copy(self.images)
            image.tear(kind, address, page, how, self.images * 31 % 250, Dice(self.images))
            for mood in (nor.READ_ONES, nor.READ_ZEROS, nor.READ_EITHER):
                image.mood = mood
                journal = opened(image)
                self.assertTrue(journal.newest in (self.confirmed, self.confirmed + 1))
                oldest = journal.oldest if self.working else self.lowest
                for number in (oldest, (oldest + self.confirmed) // 2, self.confirmed):
                    if oldest <= number <= self.confirmed:
                        self.assertTrue(self.check(journal, number))
            while journal.work():
                pass
            number = journal.newest + 1
            self.assertTrue(journal.append(*record(number)))
            self.assertTrue(self.check(opened(image), number))


if __name__ == "__main__":
    unittest.main()
