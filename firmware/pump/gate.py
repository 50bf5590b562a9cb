"""The one gate (C2): the only holder of the drive. grant -> reserve -> lease, in that order."""

from pump import codes
from pump.lease import QUEUE_MAX_MS

_COUNT_MASK = (1 << 30) - 1
_MINUTES_PER_RECORD = 60  # at rest (own)


class Gate:
    """Moves the pump, or says in ``alarm`` (with ``value``) why it would not."""

    def __init__(self, drive, governor, ledger):
        self._drive = drive
        self._governor = governor
        self._ledger = ledger
        self._expected_edges = drive.edges()
        self._outstanding = 0  # steps leased and not yet seen in the hardware count
        self._latest = 0  # steps of the newest lease, of the one before it, and how long it lasts
        self._before = 0
        self._latest_ms = 0
        self._reverse = False
        self.reversed_steps = 0  # done backwards, until `pump.travel` takes note of them
        self.reservation = 0
        self.alarm = 0
        self.value = 0

    def push(self, want_steps, duration_ms):
        """Lease forward steps; return how many are granted. Nothing unrecorded moves."""
        governor = self._governor
        ledger = self._ledger
        if self._drive.busy_ms() + duration_ms > QUEUE_MAX_MS:
            return 0  # after a late tick: the next one will have room
        done = governor.debited() - self._outstanding
        steps = governor.grant(want_steps)
        if steps == 0:
            return 0
        debited = governor.debited()
        if debited > ledger.reserved:
            reserve = done + self.reservation
            if reserve < debited:
                reserve = debited
            if reserve > governor.cap_steps():
                reserve = governor.cap_steps()
            full = ledger.records_free == 0
            if full or not ledger.reserve(reserve, governor.powered_minute()):
                governor.refund(steps)
                self.alarm = codes.ALARM_LEDGER_FULL if full else codes.ALARM_STORAGE_FAILED
                return 0
        if not self._lease(steps, duration_ms):
            governor.refund(steps)
            return 0
        return steps

    def back(self, want_steps, duration_ms):
        """Lease reverse steps within the back-off's budget; return how many."""
        steps = self._governor.grant_reverse(want_steps)
        if steps == 0 or not self._lease(-steps, duration_ms):
            return 0
        return steps

    def withdraw(self, want_steps, duration_ms):
        """Lease reverse steps, one lease after the other, within budget and rate; how many."""
        if self._drive.busy_ms() > QUEUE_MAX_MS - duration_ms:
            return 0
        steps = self._governor.grant_withdrawal(want_steps)
        return steps if steps and self._lease(-steps, duration_ms) else 0

    def halt(self):
        """Stop at once; return the steps leased and not done, refunded up to what was owed."""
        reverse = self._reverse
        undone = self._drive.halt()
        if undone > self._outstanding:
            undone = self._outstanding
        self._outstanding -= undone
        self._expected_edges = (self._expected_edges - undone) & _COUNT_MASK
        if reverse:
            self.reversed_steps -= undone
            return 0
        if undone == 0:
            return 0
        self._governor.refund(undone)
        return undone

    def enable(self, on):
        """Energise or cut the driver."""
        self._drive.enable(on)

    def verify(self):
        """Compare the hardware count with debits minus outstanding; False: they disagree (C3)."""
        behind = (self._expected_edges - self._drive.edges()) & _COUNT_MASK
        # Whatever is older than what still runs must have been counted: a stuck counter cannot
        # hide behind a queue that never quite drains.
        busy_ms = self._drive.busy_ms()
        most = 0
        if busy_ms:
            most = self._latest
            if busy_ms > self._latest_ms:
                most += self._before
        if behind > most:
            self.value = behind
            return False
        self._outstanding = behind
        return True

    def drained(self):
        """Whether nothing is running or queued."""
        return self._drive.busy_ms() == 0

    def settle(self):
        """Write the exact figure once the pump stands still; True when the record is right.

        Also once an hour at rest, so that powered time goes on in the ledger too.
        """
        governor = self._governor
        ledger = self._ledger
        minute = governor.powered_minute()
        exact = ledger.reserved == governor.debited() and not ledger.unsettled
        if exact and minute - ledger.minute < _MINUTES_PER_RECORD:
            return True
        return ledger.settle(governor.debited(), minute)

    def _lease(self, signed_steps, duration_ms):
        if not self._drive.lease(signed_steps, duration_ms):
            self.alarm = codes.ALARM_DRIVE_REFUSED
            self.value = signed_steps
            return False
        self._reverse = signed_steps < 0
        steps = signed_steps
        if self._reverse:
            steps = -signed_steps
            self.reversed_steps += steps
        self._expected_edges = (self._expected_edges + steps) & _COUNT_MASK
        self._outstanding += steps
        self._before = self._latest
        self._latest = steps
        self._latest_ms = duration_ms
        return True
