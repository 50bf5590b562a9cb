"""Ports in memory for unit tests: they do what pump/hal.py says and remember what was asked."""

from pump import hal


class MemoryDrive(hal.Drive):
    """A drive that performs its leases when ``run`` says so. ``stuck``: the counter stands."""

    def __init__(self):
        self.leases = []
        self.enabled = False
        self.counted = 0
        self.stuck = False
        self.refuses = False

    def enable(self, on):
        self.enabled = on

    def lease(self, signed_steps, duration_ms):
        if self.refuses:
            return False
        self.leases.append((signed_steps, duration_ms))
        return True

    def halt(self):
        undone = sum(abs(steps) for steps, _ in self.leases)
        self.leases = []
        return undone

    def busy_ms(self):
        return sum(duration for _, duration in self.leases)

    def edges(self):
        return self.counted

    def run(self):
        """Perform everything that is queued."""
        if not self.stuck:
            self.counted += sum(abs(steps) for steps, _ in self.leases)
            self.counted &= hal.COUNT_MASK
        self.leases = []


class MemoryLedger:
    """What the gate needs of a ledger; ``fails`` makes the next record impossible."""

    def __init__(self, records=1000):
        self.reserved = 0
        self.records_free = records
        self.unsettled = False
        self.minute = 0
        self.fails = False
        self.written = []

    def reserve(self, total_steps, minute):
        if self.fails:
            return False
        self.written.append(total_steps)
        self.reserved = total_steps
        self.unsettled = True
        return True

    def settle(self, total_steps, minute):
        self.reserved = total_steps
        self.unsettled = False
        return True
