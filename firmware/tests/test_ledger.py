"""The ledger's figures in orderly life (pump.ledger, C3); cuts are in test_ledger_cuts.py."""

import unittest

from pump import codes
from pump.allotment import Allotment
from pump.ledger import Ledger

from tests.memory import Memory

FIRST = 1
SECTORS = 4
RECORDS_PER_SECTOR = 240


def allotment(identity, pl_per_step=20000, reservation=100):
    """An allotment of a 10 mL syringe."""
    return Allotment(identity, 7, 100000, pl_per_step, 10000, 2000, 100000, reservation, 5000)


def provisioned(sectors=SECTORS):
    """A memory with a fresh ledger in it, ready."""
    memory = Memory(FIRST + sectors)
    ledger = Ledger(memory, FIRST, sectors)
    ledger.open()
    assert ledger.provision(1)
    finish(ledger)
    return memory, ledger


def finish(ledger):
    """Do all the work there is; return how many calls it took."""
    calls = 0
    while ledger.work():
        calls += 1
        assert calls < 100
    return calls


def reopened(memory, sectors=SECTORS):
    """The ledger as a restart finds it."""
    ledger = Ledger(memory, FIRST, sectors)
    assert ledger.open() == 0
    return ledger


class LedgerTest(unittest.TestCase):
    """Figures, refusals, room."""

    def test_blank_memory_is_invalid(self):
        """A blank memory refuses, cannot boot, and is not written to (C3)."""
        memory = Memory(FIRST + SECTORS)
        ledger = Ledger(memory, FIRST, SECTORS)
        self.assertEqual(ledger.open(), codes.ALARM_LEDGER_INVALID)
        self.assertFalse(ledger.boot(0))
        self.assertFalse(ledger.reserve(0, 0))
        self.assertFalse(ledger.settle(0, 0))
        self.assertFalse(ledger.allot(allotment(1)))
        self.assertEqual(memory.operations, 0)

    def test_deaf_memory_is_invalid_and_left_alone(self):
        """A memory that does not answer is invalid, and nothing is erased for that (C3)."""
        memory, _ = provisioned()
        memory.deaf = True
        ledger = Ledger(memory, FIRST, SECTORS)
        erases = memory.erases
        self.assertEqual(ledger.open(), codes.ALARM_LEDGER_INVALID)
        self.assertFalse(ledger.work())
        self.assertEqual(memory.erases, erases)

    def test_no_motion_before_boot(self):
        """What was recovered must be in a fresh page before anything is reserved (C3)."""
        memory, ledger = provisioned()
        ledger.allot(allotment(1))
        ledger = reopened(memory)
        self.assertFalse(ledger.reserve(10, 0))
        self.assertTrue(ledger.boot(0))
        self.assertTrue(ledger.reserve(10, 0))

    def test_allotment_comes_back(self):
        """Every figure of the allotment survives a restart, a start above zero too (C2)."""
        memory, ledger = provisioned()
        self.assertTrue(ledger.allot(allotment(9), 55))
        found = reopened(memory)
        self.assertEqual(found.allotment.fields(), allotment(9).fields())
        self.assertEqual((found.total, found.reserved, found.reservation), (55, 55, 100))

    def test_allotment_out_of_range_changes_nothing(self):
        """An allotment with a figure outside its range is refused (C2)."""
        memory, ledger = provisioned()
        ledger.allot(allotment(1))
        operations = memory.operations
        for field in range(9):
            values = list(allotment(2).fields())
            values[field] = 1 << 30
            self.assertFalse(ledger.allot(Allotment(*values)))
        self.assertFalse(ledger.allot(allotment(0)))
        self.assertFalse(ledger.allot(allotment(2), -1))
        self.assertEqual((memory.operations, ledger.allotment.identity), (operations, 1))

    def test_reserve_is_bounded_by_the_reservation(self):
        """A record may add the reservation, not one step more; it may not lower anything (C3)."""
        _, ledger = provisioned()
        ledger.allot(allotment(1))
        self.assertTrue(ledger.reserve(99, 0))
        self.assertTrue(ledger.reserve(199, 0))
        self.assertFalse(ledger.reserve(300, 0))
        self.assertTrue(ledger.reserve(299, 0))
        self.assertFalse(ledger.reserve(298, 0))
        self.assertEqual(ledger.reserved, 299)

    def test_settle_is_exact_and_bounded(self):
        """An orderly stop writes the exact figure, the last exact one to the reserved (C3)."""
        memory, ledger = provisioned()
        ledger.allot(allotment(1))
        ledger.reserve(100, 0)
        self.assertTrue(ledger.settle(60, 0))
        ledger.reserve(160, 0)
        self.assertTrue(ledger.unsettled)
        self.assertFalse(ledger.settle(59, 0))
        self.assertFalse(ledger.settle(161, 0))
        self.assertTrue(ledger.settle(61, 0))
        found = reopened(memory)
        self.assertEqual((found.total, found.unsettled), (61, False))

    def test_unsettled_survives_until_settled(self):
        """After motion that did not end in order a restart says so until it was settled (C3)."""
        memory, ledger = provisioned()
        ledger.allot(allotment(1))
        ledger.reserve(50, 3)
        for _ in range(2):
            found = reopened(memory)
            self.assertTrue(found.unsettled)
            self.assertEqual((found.total, found.minute), (50, 3))
            self.assertTrue(found.boot(3))
        self.assertTrue(found.settle(50, 3))
        self.assertFalse(reopened(memory).unsettled)

    def test_reservation_is_on_record(self):
        """The reservation set at ARM is the one that a restart adds for a damaged record (C3)."""
        memory, ledger = provisioned()
        ledger.allot(allotment(1))
        self.assertTrue(ledger.set_reservation(700))
        self.assertTrue(ledger.reserve(700, 0))
        memory.watch = self._damage
        self._memory = memory
        self.assertFalse(ledger.reserve(1400, 0))
        self.assertEqual(reopened(memory).total, 1400)

    def _damage(self, kind, address, page):
        for at in range(256):
            if page[at] != 0xFF:
                self._memory.spoil_at = address + at + 5
                return

    def test_failed_read_back_stops_all_writing(self):
        """A record that does not read back is refused, and nothing is written after it (C3)."""
        memory, ledger = provisioned()
        ledger.allot(allotment(1))
        memory.ignore = True
        self.assertFalse(ledger.reserve(50, 0))
        memory.ignore = False
        self.assertFalse(ledger.reserve(50, 0))
        self.assertFalse(ledger.settle(0, 0))
        self.assertEqual(ledger.reserved, 0)

    def test_full_keeps_room_for_the_stop(self):
        """With the room used up reserve refuses, yet the exact figure can be written (C3)."""
        memory, ledger = provisioned()
        ledger.allot(allotment(1, reservation=1))
        total = 0
        free = ledger.records_free
        while ledger.records_free:
            total += 1
            self.assertTrue(ledger.reserve(total, 0))
        self.assertEqual(total, free)
        self.assertFalse(ledger.reserve(total + 1, 0))
        self.assertTrue(ledger.settle(total - 1, 0))
        found = reopened(memory)
        self.assertEqual(found.total, total - 1)
        self.assertTrue(found.boot(0))

    def test_prepare_makes_room_or_refuses(self):
        """ARM gets the records that it asks for, at the limit and not one more (C3)."""
        _, ledger = provisioned()
        ledger.allot(allotment(1, reservation=1))
        most = (SECTORS - 3) * RECORDS_PER_SECTOR
        self.assertFalse(ledger.prepare(most + 1))
        total = 0
        for records in (most - 1, most, most):
            self.assertTrue(ledger.prepare(records))
            finish(ledger)
            self.assertTrue(ledger.records_free >= records)
            for _ in range(records):
                total += 1
                self.assertTrue(ledger.reserve(total, 0))
            self.assertTrue(ledger.settle(total, 0))

    def test_no_erase_while_running(self):
        """Reserve and settle never erase, across sectors; work erases at most one (C3)."""
        memory, ledger = provisioned()
        ledger.allot(allotment(1, reservation=1))
        ledger.prepare(400)
        while True:
            erases = memory.erases
            more = ledger.work()
            self.assertTrue(memory.erases - erases <= 1)
            if not more:
                break
        erases = memory.erases
        for total in range(1, 401):
            self.assertTrue(ledger.reserve(total, 0))
        self.assertTrue(ledger.settle(400, 0))
        self.assertEqual(memory.erases, erases)

    def test_housekeeping_leaves_the_page_in_use_alone(self):
        """Erasing and labelling between two records of one page disturbs neither (C3)."""
        memory, ledger = provisioned()
        ledger.allot(allotment(1, reservation=1))
        erases = memory.erases
        total = 0
        while memory.erases < erases + 3:
            total += 1
            self.assertTrue(ledger.reserve(total, 0))
            if ledger.records_free < 100:
                self.assertTrue(ledger.prepare(RECORDS_PER_SECTOR))
            finish(ledger)
        self.assertTrue(ledger.reserve(total + 1, 0))
        self.assertEqual(reopened(memory).total, total + 1)

    def test_many_restarts_keep_everything(self):
        """A hundred restarts without housekeeping lose nothing and never lack room (C3)."""
        memory, ledger = provisioned()
        ledger.allot(allotment(3))
        ledger.reserve(80, 2)
        ledger.settle(70, 2)
        for _ in range(100):
            ledger = reopened(memory)
            self.assertTrue(ledger.boot(2))
            self.assertEqual((ledger.total, ledger.allotment.identity), (70, 3))
            self.assertEqual(list(ledger.recent), [2, 70])

    def test_provision_needs_a_later_generation(self):
        """A ledger can only be replaced by one of a later generation, which is blank (C3)."""
        memory, ledger = provisioned()
        ledger.allot(allotment(1))
        ledger.reserve(40, 0)
        self.assertFalse(ledger.provision(1))
        self.assertFalse(ledger.provision(1 << 30))
        self.assertTrue(ledger.provision(2))
        finish(ledger)
        found = reopened(memory)
        self.assertEqual((found.generation, found.total, found.allotment), (2, 0, None))
        self.assertEqual(list(found.recent), [])

    def test_steady_reserve_reads_and_writes_once(self):
        """In a steady run a record is one program and one read-back (C3)."""
        memory, ledger = provisioned()
        ledger.allot(allotment(1))
        ledger.reserve(1, 0)
        reads = []
        plain = memory.read
        memory.read = lambda address, buffer: reads.append(address) or plain(address, buffer)
        operations = memory.operations
        self.assertTrue(ledger.reserve(2, 0))
        self.assertEqual((memory.operations - operations, len(reads)), (1, 1))


if __name__ == "__main__":
    unittest.main()
