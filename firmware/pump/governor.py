"""How many steps may be taken: the one gate's judge (C2). Integer-only, pure, no port.

Rate is a token bucket of limit x 100 ms + 1 step (GIP 1.4.3), counted in 1/72000 of a step so that
a limit in steps per hour refills it exactly. Volume is what is left of the allotment and of the
rolling window. Every figure is kept twice, once complemented, because the heap cannot be
march-tested in MicroPython.
"""

from array import array

from pump.scale import STEPS_MAX
from pump.scale import TICKS_PER_HOUR as _TOKENS_PER_STEP

GRANTED = 0
SHORT_OF_RATE = 1
SHORT_OF_CAP = 2
SHORT_OF_WINDOW = 3
CORRUPT = 4
SHORT_OF_TRAVEL = 5

_CAP = 0
_DEBITED = 1
_STEPS_PER_HOUR = 2
_TOKENS = 3
_WINDOW_CAP = 4
_WINDOW_USED = 5
_REVERSE_LEFT = 6
_END = 7
_FIGURES = 8


class Governor:
    """Grants steps. ``reason`` says why the last grant was less than what was wanted."""

    def __init__(self, window):
        self._window = window
        self._state = array("i", [0] * _FIGURES)
        self._complement = array("i", [-1] * _FIGURES)
        self.reason = GRANTED

    def load(self, cap_steps, debited_steps, window_cap_steps):
        """Take over an allotment as the ledger knows it; the rate limit is 0 until ``limit``."""
        self._set(_CAP, cap_steps)
        self._set(_DEBITED, debited_steps)
        self._set(_WINDOW_CAP, window_cap_steps)
        self._set(_WINDOW_USED, self._window.used_steps)
        self._set(_REVERSE_LEFT, 0)
        self._set(_END, STEPS_MAX)
        self.limit(0)

    def fit(self, end_steps):
        """Take the debit at which the plunger is at the end of its travel."""
        self._set(_END, end_steps)

    def limit(self, steps_per_hour):
        """Set the rate limit (0..10.8 million steps/h). The bucket starts with a tick's worth."""
        self._set(_STEPS_PER_HOUR, steps_per_hour)
        self._set(_TOKENS, 0 if steps_per_hour == 0 else _TOKENS_PER_STEP + steps_per_hour)

    def intact(self):
        """Whether both copies of every figure agree and the window is what it was left as."""
        s = self._state
        c = self._complement
        # Written out, for it runs every tick: unless all bits of each pair differ, it is not -1.
        agree = (s[0] ^ c[0]) & (s[1] ^ c[1]) & (s[2] ^ c[2]) & (s[3] ^ c[3])
        agree &= (s[4] ^ c[4]) & (s[5] ^ c[5]) & (s[6] ^ c[6]) & (s[7] ^ c[7])
        return agree == -1 and s[_WINDOW_USED] == self._window.used_steps

    def refill(self):
        """One tick has passed."""
        state = self._state
        rate = state[_STEPS_PER_HOUR]
        tokens = state[_TOKENS] + rate
        full = 2 * rate + _TOKENS_PER_STEP
        if tokens > full:
            tokens = full
        if tokens != state[_TOKENS]:
            self._set(_TOKENS, tokens)

    def minute(self):
        """One powered minute has passed."""
        self._window.advance()
        self._set(_WINDOW_USED, self._window.used_steps)

    def grant(self, want_steps):
        """Debit and return how many of the wanted forward steps (>= 0) may be taken now."""
        self.reason = GRANTED
        if not self.intact():
            self.reason = CORRUPT
            return 0
        state = self._state
        steps = want_steps
        allowed = state[_TOKENS] // _TOKENS_PER_STEP
        if steps > allowed:
            steps = allowed
            self.reason = SHORT_OF_RATE
        allowed = state[_WINDOW_CAP] - state[_WINDOW_USED]
        if steps > allowed:
            steps = allowed
            self.reason = SHORT_OF_WINDOW
        allowed = state[_CAP] - state[_DEBITED]
        if steps > allowed:
            steps = allowed
            self.reason = SHORT_OF_CAP
        allowed = state[_END] - state[_DEBITED]
        if steps > allowed:
            steps = allowed
            self.reason = SHORT_OF_TRAVEL
        if steps <= 0:
            return 0
        self._set(_TOKENS, state[_TOKENS] - steps * _TOKENS_PER_STEP)
        self._set(_DEBITED, state[_DEBITED] + steps)
        self._window.add(steps)
        self._set(_WINDOW_USED, self._window.used_steps)
        return steps

    def refund(self, steps):
        """Give back steps that hardware says were not done; the caller bounds them (C3)."""
        self._set(_DEBITED, self._state[_DEBITED] - steps)
        self._window.refund(steps)
        self._set(_WINDOW_USED, self._window.used_steps)

    def allow_reverse(self, steps):
        """Set the budget of a back-off, or of a withdrawal."""
        self._set(_REVERSE_LEFT, steps)

    def grant_reverse(self, want_steps):
        """Return how many of the wanted reverse steps may be taken; they never credit anything."""
        if not self.intact():
            self.reason = CORRUPT
            return 0
        left = self._state[_REVERSE_LEFT]
        steps = left if want_steps > left else want_steps
        self._set(_REVERSE_LEFT, left - steps)
        return steps

    def grant_withdrawal(self, want_steps):
        """The same within the rate limit too: a withdrawal goes on, a back-off is short."""
        state = self._state
        allowed = state[_TOKENS] // _TOKENS_PER_STEP
        steps = self.grant_reverse(allowed if want_steps > allowed else want_steps)
        if steps:
            self._set(_TOKENS, state[_TOKENS] - steps * _TOKENS_PER_STEP)
        return steps

    def exhausted(self):
        """SHORT_OF_CAP, _WINDOW or _TRAVEL when nothing is left of it, else GRANTED."""
        state = self._state
        if state[_DEBITED] >= state[_CAP]:
            return SHORT_OF_CAP
        if state[_WINDOW_USED] >= state[_WINDOW_CAP]:
            return SHORT_OF_WINDOW
        if state[_DEBITED] >= state[_END]:
            return SHORT_OF_TRAVEL
        return GRANTED

    def cap_left(self):
        """Forward steps left in the allotment (0 when what was recovered is above the cap)."""
        left = self._state[_CAP] - self._state[_DEBITED]
        return left if left > 0 else 0

    def window_left(self):
        """Forward steps left in the rolling window (0 when a lowered cap has been passed)."""
        left = self._state[_WINDOW_CAP] - self._state[_WINDOW_USED]
        return left if left > 0 else 0

    def travel_left(self):
        """Forward steps until the plunger is at the end of its travel (STEPS_MAX or so: none)."""
        left = self._state[_END] - self._state[_DEBITED]
        return left if left > 0 else 0

    def end_steps(self):
        """The debit at which it is there."""
        return self._state[_END]

    def cap_steps(self):
        """The allotment's cap."""
        return self._state[_CAP]

    def window_cap_steps(self):
        """The rolling window's cap."""
        return self._state[_WINDOW_CAP]

    def powered_minute(self):
        """Minutes of powered time, as the window counts them."""
        return self._window.minute

    def debited(self):
        """Forward steps debited from the allotment."""
        return self._state[_DEBITED]

    def _set(self, index, value):
        self._state[index] = value
        self._complement[index] = ~value
