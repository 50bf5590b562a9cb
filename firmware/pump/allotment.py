"""An allotment: the volume that a bench may deliver, and what was frozen with it (C2)."""

from pump.seal import get, put

BYTES = 32
LIMIT = 1 << 30


class Allotment:
    """All integers of 0..2**30 - 1; ``identity``, ``cap_steps`` and ``pl_per_step`` from 1.

    ``container``: number in containers.toml. ``capacity_ul``, ``compliance_nl_per_kpa`` and
    ``pressure_max_pa`` are the container's. ``reservation_steps``: what one ledger record may
    reserve (C3). ``rate_max_nl_h`` is the container's again, 0 where it names none.
    """

    def __init__(
        self,
        identity,
        container,
        cap_steps,
        pl_per_step,
        capacity_ul,
        compliance_nl_per_kpa,
        pressure_max_pa,
        reservation_steps,
        rate_max_nl_h=0,
    ):
        self.identity = identity
        self.container = container
        self.cap_steps = cap_steps
        self.pl_per_step = pl_per_step
        self.capacity_ul = capacity_ul
        self.compliance_nl_per_kpa = compliance_nl_per_kpa
        self.pressure_max_pa = pressure_max_pa
        self.reservation_steps = reservation_steps
        self.rate_max_nl_h = rate_max_nl_h

    def fields(self):
        """The nine figures in storage order; the last has a place of its own."""
        return (
            self.identity,
            self.container,
            self.cap_steps,
            self.pl_per_step,
            self.capacity_ul,
            self.compliance_nl_per_kpa,
            self.pressure_max_pa,
            self.reservation_steps,
            self.rate_max_nl_h,
        )

    def valid(self):
        """Whether every figure is inside its range."""
        for value in self.fields():
            if value < 0 or value >= LIMIT:
                return False
        return self.identity > 0 and self.cap_steps > 0 and self.pl_per_step > 0


def store(allotment, page, at):
    """Put an allotment, or None, into ``BYTES`` bytes of a page: all but its last figure."""
    for index in range(8):
        put(page, at + 4 * index, 4, allotment.fields()[index] if allotment else 0)


def load(page, at):
    """Return the allotment in an intact page, or None where there is none."""
    values = [get(page, at + 4 * index, 4) for index in range(8)]
    return Allotment(*values) if values[0] else None
