"""The gate: grant, reserve, lease, in that order and never otherwise (C2, C3)."""

import unittest

from pump import codes
from pump.gate import Gate
from pump.governor import Governor
from pump.scale import TICKS_PER_HOUR
from pump.window import Window

from tests.ports import MemoryDrive, MemoryLedger


class GateTest(unittest.TestCase):
    def setUp(self):
        self.drive = MemoryDrive()
        self.ledger = MemoryLedger()
        self.governor = Governor(Window())
        self.governor.load(1000, 0, 100_000)
        self.governor.limit(100 * TICKS_PER_HOUR)
        self.gate = Gate(self.drive, self.governor, self.ledger)
        self.gate.reservation = 40

    def test_records_before_it_moves(self):
        """C3: the record that covers a lease is written before the drive is told."""
        self.ledger.fails = True
        self.assertEqual(self.gate.push(5, 50), 0)
        self.assertEqual(self.drive.leases, [])
        self.assertEqual(self.gate.alarm, codes.ALARM_STORAGE_FAILED)
        self.assertEqual(self.governor.debited(), 0)

    def test_a_full_ledger_stops(self):
        """C3: without an erased record nothing moves, and the alarm says so."""
        self.ledger.records_free = 0
        self.assertEqual(self.gate.push(5, 50), 0)
        self.assertEqual(self.gate.alarm, codes.ALARM_LEDGER_FULL)
        self.assertEqual(self.drive.leases, [])

    def test_one_record_covers_a_reservation(self):
        """C3: the ledger is at most one reservation above the steps done, and written rarely."""
        for _ in range(8):
            self.gate.push(5, 50)
            self.drive.run()
            self.assertTrue(self.gate.verify())
        self.assertEqual(self.ledger.written, [40])
        self.gate.push(1, 50)
        self.assertEqual(self.ledger.written, [40, 80])

    def test_waits_when_the_queue_is_full(self):
        """REQ-LEASE-1: 70 ms queued leave room for a tick's lease, 71 do not: no debit."""
        for queued_ms, granted in ((69, 5), (70, 5), (71, 0)):
            self.setUp()
            self.drive.leases.append((0, queued_ms))
            self.assertEqual(self.gate.push(5, 50), granted)
            self.assertEqual(self.governor.debited(), granted)
            self.assertEqual(self.gate.alarm, 0)

    def test_reservation_never_passes_the_cap(self):
        """REQ-CAP-1: a record never covers more than the allotment holds."""
        self.governor.load(30, 0, 100_000)
        self.governor.limit(100 * TICKS_PER_HOUR)
        self.gate.push(5, 50)
        self.assertEqual(self.ledger.written, [30])

    def test_halt_refunds_what_was_not_done(self):
        """C3: a halt gives back the steps dropped, and the counts agree afterwards."""
        self.gate.push(7, 50)
        self.assertEqual(self.gate.halt(), 7)
        self.assertEqual(self.governor.debited(), 0)
        self.assertTrue(self.gate.verify())

    def test_a_halt_cannot_refund_more_than_was_outstanding(self):
        """C3: a drive that claims too much undone is not believed."""
        self.gate.push(7, 50)
        self.drive.leases.append((500, 50))
        self.assertEqual(self.gate.halt(), 7)
        self.assertEqual(self.governor.debited(), 0)

    def test_a_stuck_counter_is_a_disagreement(self):
        """REQ-COUNT-2: steps leased, time passed, nothing counted: the gate says so."""
        self.drive.stuck = True
        self.gate.push(1, 50)
        self.assertTrue(self.gate.verify())
        self.drive.run()
        self.assertFalse(self.gate.verify())
        self.assertEqual(self.gate.value, 1)

    def test_a_stuck_counter_cannot_hide_behind_a_queue(self):
        """REQ-COUNT-2: with a lease always running, what is older must have been counted."""
        self.drive.stuck = True
        for _ in range(2):
            self.gate.push(5, 50)
            self.assertTrue(self.gate.verify())
            self.drive.leases.pop()
            self.drive.leases.append((0, 1))
        self.gate.push(5, 50)
        self.assertFalse(self.gate.verify())
        self.assertEqual(self.gate.value, 15)

    def test_a_runaway_counter_is_a_disagreement(self):
        """REQ-COUNT-2: one step more than was leased: the gate says so."""
        self.gate.push(5, 50)
        self.drive.run()
        self.drive.counted += 1
        self.assertFalse(self.gate.verify())

    def test_a_refused_lease_is_not_debited(self):
        """C2: a drive that does not take a lease is an alarm, and nothing is debited for it."""
        self.drive.refuses = True
        self.assertEqual(self.gate.push(5, 50), 0)
        self.assertEqual(self.gate.alarm, codes.ALARM_DRIVE_REFUSED)
        self.assertEqual(self.governor.debited(), 0)

    def test_reverse_is_counted_and_never_credited(self):
        """REQ-CAP-4: a back-off moves the counter on and leaves the debit as it was."""
        self.gate.push(5, 50)
        self.drive.run()
        self.gate.verify()
        self.governor.allow_reverse(3)
        self.assertEqual(self.gate.back(8, 50), 3)
        self.drive.run()
        self.assertTrue(self.gate.verify())
        self.assertEqual(self.governor.debited(), 5)

    def test_halted_reverse_refunds_nothing(self):
        """REQ-CAP-4: undone reverse steps are no forward credit."""
        self.gate.push(5, 50)
        self.drive.run()
        self.gate.verify()
        self.governor.allow_reverse(3)
        self.gate.back(3, 50)
        self.assertEqual(self.gate.halt(), 0)
        self.assertEqual(self.governor.debited(), 5)
        self.assertTrue(self.gate.verify())

    def test_settle_writes_the_exact_figure_once(self):
        """C3: an orderly stop leaves the exact figure, and no second record for the same."""
        self.gate.push(5, 50)
        self.drive.run()
        self.gate.verify()
        self.assertTrue(self.gate.settle())
        self.assertEqual(self.ledger.reserved, 5)


if __name__ == "__main__":
    unittest.main()
