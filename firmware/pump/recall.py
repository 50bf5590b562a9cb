"""Boluses of earlier starts, from the journal: how much powered time has passed since, at least.

Between two records of a start lies the difference of their ticks, before the first one of a start
its tick. What a start ran on after its last record is not known, so no age is ever too great.
Where records are missing, all that the count could allow was given (own).
"""

from array import array

from pump import codes
from pump.pace import KEPT

# The longest window and the longest lockout that can be configured.
LONGEST_TICKS = 1440 * 1200
_REBASE_TICKS = 1 << 28
_LONG_AGO = -(1 << 28)


class Recall:
    """``see`` every record in order, then ``restore``."""

    def __init__(self):
        self._at = array("i", [0] * KEPT)
        self._restored = False
        self.forget()

    def forget(self):
        """Begin again: no record was seen."""
        self._next = 0
        self._count = 0
        self._now = 0
        self._boot = 0
        self._tick = 0
        self._number = 0

    def see(self, number, boot, tick, code):
        """The next intact record that is kept."""
        if self._number or number == 1:
            passed = tick - self._tick if boot == self._boot else tick
            self._pass(passed if passed > 0 else 0)
        if number != self._number + 1:
            self._missing()
        if code == codes.EVENT_BOLUS_STARTED:
            self._given()
        self._number = number
        self._boot = boot
        self._tick = tick

    def restore(self, bolus, tick, used_steps):
        """Tell ``bolus`` at ``tick``, once a start; ``used_steps`` of the window were done before.

        Without any record only those tell that there was a run.
        """
        if self._restored:
            return
        self._restored = True
        if not self._number and used_steps:
            self._missing()
        for index in range(self._next - self._count, self._next):
            age = self._now - self._at[index % KEPT]
            if age < LONGEST_TICKS:
                bolus.recall(tick - age)

    # -- inside ---------------------------------------------------------------------------------

    def _missing(self):
        """Nobody knows what the records said: as many as can be counted, at this moment."""
        for _ in range(KEPT):
            self._given()

    def _given(self):
        self._at[self._next] = self._now
        self._next = (self._next + 1) % KEPT
        if self._count < KEPT:
            self._count += 1

    def _pass(self, passed):
        if passed > LONGEST_TICKS:
            passed = LONGEST_TICKS
        self._now += passed
        if self._now > _REBASE_TICKS:
            shift = self._now
            self._now = 0
            for index in range(KEPT):
                at = self._at[index] - shift
                self._at[index] = at if at > _LONG_AGO else _LONG_AGO
