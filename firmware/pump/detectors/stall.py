"""Drive stall, where an encoder is fitted: steps were made and the shaft did not follow.

What counts is how far the shaft is behind the steps since motion began: 50 uL (own) of the frozen
calibration, whether it stands or loses a step now and then. A shaft that runs ahead by as much,
or faster than the drive can turn it, is an encoder that cannot be believed.
"""

from pump import codes, hal, scale

LIMIT_NL = 50_000
SILENT_TICKS = 2  # as for any other sensor: one missed answer may be a spike


class Stall:
    """Attributes: ``lost`` (the encoder is not to be believed), ``count`` (as read last)."""

    alarm = codes.ALARM_DRIVE_STALL
    lost_alarm = codes.ALARM_ENCODER_LOST
    limit = LIMIT_NL

    def __init__(self, counts_per_1000_steps, max_steps_per_s):
        self._per_1000 = counts_per_1000_steps
        # What no shaft does between two readings: a whole second's turn.
        self._most = max_steps_per_s * counts_per_1000_steps // 1000
        self._pl_per_step = 1
        self._limit_counts = 0
        self._behind = 0
        self._rest = 0  # thousandths of a count that steps so far were short of
        self._silent = 0
        self._known = False
        self.count = 0
        self.lost = False

    def configure(self, pl_per_step):
        """Take the allotment's calibration in pL/step (0: none in force, nothing moves)."""
        self._limit_counts = 0
        if pl_per_step > 0:
            self._pl_per_step = pl_per_step
            steps = -(-LIMIT_NL * scale.PL_PER_NL // pl_per_step)
            self._limit_counts = steps * self._per_1000 // 1000

    def check(self, count, stepped, way):
        """Each tick: the encoder's count and the steps since the last tick; True: it stalls.

        ``way`` that it should turn: 1 forward, -1 drawing back; 0: whatever turns the shaft now
        (a hand, a back-off) is not judged.
        """
        if count < 0:
            self._silent += 1
            self.lost = self._silent >= SILENT_TICKS
            self._due(stepped)
            return False
        self._silent = 0
        turned = (count - self.count) & hal.COUNT_MASK
        if turned > hal.COUNT_MASK >> 1:
            turned = turned - hal.COUNT_MASK - 1  # in this order: 2**30 itself takes memory
        self.count = count
        self.lost = self._known and (turned > self._most or turned < -self._most)
        if not (self._known and way):
            self._known = True
            self._behind = 0
            self._rest = 0
            return False
        self._due(stepped)
        self._behind -= turned * way
        limit = self._limit_counts
        if limit == 0:
            return False
        self.lost = self.lost or self._behind <= -limit
        return self._behind >= limit

    def value(self):
        """How far the shaft is behind, in nL."""
        steps = self._behind * 1000 // self._per_1000
        return scale.nl_from_steps(steps, self._pl_per_step)

    def _due(self, stepped):
        """Steps count while the encoder is silent too: it is compared with them afterwards."""
        due = self._rest + stepped * self._per_1000
        whole = due // 1000
        self._rest = due - whole * 1000
        self._behind += whole
