"""Back-off after a downstream occlusion: reverse until the pressure is gone, within a budget.

Closed on pressure, so play in the drive train costs steps of the budget and no fluid (GIP 1.10.6,
1.10.7; ECRI). Reverse steps are never credited.
"""

from pump import codes, lease, scale

# Done when pressure has fallen to an eighth of the threshold that tripped (own): close enough to
# ambient that what is left in the line is less than the goal of 0.1 mL, and above a drifted zero.
_TARGET_DIVISOR = 8
# 0.8 uL a tick for a 10 mL syringe: slow enough for the pressure filter to follow (own).
_STEPS_PER_TICK = 8
# A slot less than a tick: a chip begins a burst some milliseconds into its tick, and the next one
# has to find it over, or every other tick is lost.
_BURST_MS = scale.TICK_MS - lease.SLOT_MS


class Relief:
    """One back-off at a time."""

    def __init__(self, gate, governor):
        self._gate = gate
        self._governor = governor
        self._target_pa = 0

    def begin(self, app):
        """Set target and budget; False when the configuration or the state allows none."""
        allotment = app.ledger.allotment
        budget_nl = app.settings[codes.CONFIG_RELIEF_NL]
        if budget_nl == 0 or allotment is None:
            return False
        self._target_pa = app.watch.occlusion.limit // _TARGET_DIVISOR
        budget = budget_nl * scale.PL_PER_NL // allotment.pl_per_step
        room = app.travel.room_steps()  # a plunger is not pulled out of a full syringe
        self._governor.allow_reverse(room if room < budget else budget)
        return True

    def step(self, pressure_pa):
        """One tick; True when it is over and the drive has drained."""
        if not self._gate.drained():
            return False
        if pressure_pa <= self._target_pa:
            return True
        return self._gate.back(_STEPS_PER_TICK, _BURST_MS) == 0
