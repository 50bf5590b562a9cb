"""Steps due to wanted burst (C4).

A deficit of up to one tick is made up, within whatever the governor grants. While more than that
is outstanding program time stands still, and each tick that it stood is counted in
``shifted_ticks``: a deficit is never chased.
"""

# Ticks in a row that the governor may grant less than was wanted before the app calls it an alarm.
SHORT_TICKS_MAX = 2


class Delivery:
    """From program to gate. Attributes: ``pending_steps``, ``shifted_ticks``, ``short_ticks``."""

    def __init__(self, program):
        self._program = program
        self.restart()

    def restart(self):
        """Forget the run before."""
        self.pending_steps = 0
        self.shifted_ticks = 0
        self.short_ticks = 0
        self._latest_due = 0  # the steps of the latest tick in which any fell due

    def resume(self):
        """Go on with what is pending: how the governor met the run before says nothing of this."""
        self.short_ticks = 0

    def want(self):
        """One tick: the steps that should be leased now."""
        if self.pending_steps > self._latest_due:
            self.shifted_ticks += 1
            return self.pending_steps
        due = self._program.advance()
        if due:
            self._latest_due = due
        self.pending_steps += due
        return self.pending_steps

    def granted(self, steps):
        """What the gate leased of it; short is less than falls due in a tick."""
        self.pending_steps -= steps
        if self.pending_steps > 0 and steps < self._latest_due:
            self.short_ticks += 1
        else:
            self.short_ticks = 0

    def undone(self, steps):
        """Steps that a halt dropped: still due, made up when the rest of the program is armed."""
        self.pending_steps += steps

    def shift(self, ticks):
        """Whole ticks that passed unused (a late tick): program time shifts."""
        self.shifted_ticks += ticks
