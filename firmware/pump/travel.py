"""Where the plunger is: how much is in the container, and how much may be drawn back.

In motor steps, so play in the drive train does not matter: what was pushed from a position is
pushed again after the same steps back. Kept in the ledger as the debit at which nothing is left;
what was done backwards is added to it while the pump stands. After motion that was cut off the
container may hold more than that (never less): then nothing is drawn back until it was confirmed.
Tubing has no travel: its end is out of reach, and only the budget bounds what is drawn back.
"""

from pump import codes
from pump.scale import STEPS_MAX, clipped, steps_within_ul


class Travel:
    """Between app and ledger. ``doubted``: set by who sees the seat open or the motor stall."""

    def __init__(self, app):
        self._app = app
        self.doubted = False
        self._asked = 0  # steps of the withdrawal that is on record as if it were done

    def limited(self):
        """Whether this pump has a plunger."""
        return self._app.data.BOARD_PUMP == "syringe"

    def end_with(self, content_ul, pl_per_step, debited):
        """The debit at which a container that holds so much has nothing left."""
        if not self.limited():
            return STEPS_MAX
        end = debited + steps_within_ul(content_ul, pl_per_step)
        return clipped(end)

    def room_steps(self):
        """How far the plunger may be drawn back (STEPS_MAX: it has none)."""
        app = self._app
        allotment = app.ledger.allotment
        if not self.limited():
            return STEPS_MAX
        full = steps_within_ul(allotment.capacity_ul, allotment.pl_per_step)
        room = full - app.governor.travel_left()
        return room if room > 0 else 0

    def budget_left(self):
        """Steps that may still be drawn back in this allotment."""
        app = self._app
        withdrawn = app.ledger.withdrawn_steps
        budget_ul = app.settings[codes.CONFIG_WITHDRAW_UL]
        budget = steps_within_ul(budget_ul, app.ledger.allotment.pl_per_step)
        left = budget - withdrawn
        return left if left > 0 else 0

    def debit(self, steps):
        """Put a withdrawal on record before it begins, as if it were done; True: it is."""
        ledger = self._app.ledger
        self._asked = steps
        withdrawn = ledger.withdrawn_steps + steps
        return ledger.fit(ledger.end_steps, withdrawn, ledger.confirmed, ledger.sure)

    def refit(self, end_steps):
        """Put another content of the container on record; True: it is, and it is confirmed."""
        app = self._app
        if not app.ledger.fit(end_steps, app.ledger.withdrawn_steps, True, True):
            return False
        app.governor.fit(end_steps)
        return True

    def settle(self):
        """While the pump stands: note what was done backwards and an open seat; True: noted."""
        app = self._app
        ledger = app.ledger
        back = app.gate.reversed_steps
        if ledger.allotment is None or not ledger.confirmed:
            self.doubted = False
        unseated = self.doubted
        if back == 0 and self._asked == 0 and not unseated:
            return True
        if ledger.allotment is None:
            return True
        end = ledger.end_steps
        if self.limited():
            end = end + back if back < STEPS_MAX - end else STEPS_MAX
        withdrawn = ledger.withdrawn_steps
        if self._asked:
            withdrawn -= self._asked - back
        confirmed = ledger.confirmed and not unseated
        if not ledger.fit(end, withdrawn, confirmed, ledger.sure):
            return False
        if self._asked:
            app.note(codes.EVENT_WITHDRAWN, back, self._asked)
        app.gate.reversed_steps = 0
        self._asked = 0
        self.doubted = False
        app.governor.fit(end)
        return True
