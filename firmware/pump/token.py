"""The second of two steps: a single-use token that expires; anything new makes it void (C8)."""

from pump import codes
from pump.crc import crc16
from pump.scale import TICK_MS

NOTHING = 0
RUN = 1
PRIME = 2
ALLOT = 3
BOLUS = 4
TITRATE = 5
WITHDRAW = 6
REFIT = 7


class Token:
    """At most one token is valid at a time. Attributes: ``number``, ``purpose``, ``soft``."""

    def __init__(self):
        self._seed = bytearray(8)
        self._count = 0
        self._expires_tick = 0
        self.number = 0
        self.purpose = NOTHING
        self.soft = 0
        self._confirmed = 0

    def issue(self, purpose, now_ms, tick, soft=0):
        """Make a new token (1..2**30-1), voiding the one before; valid for 30 s.

        ``soft``: the soft limits (codes.SOFT_*) that have to be confirmed before it is taken.
        """
        self._count = (self._count + 1) & 0xFF
        for index in range(4):
            self._seed[index] = (now_ms >> (8 * index)) & 0xFF
            self._seed[4 + index] = (tick >> (8 * index)) & 0xFF
        low = crc16(self._seed, 0, 8, self._count)
        self.number = ((self._count & 0x3F) << 24 | (low << 8) & 0xFFFFFF | self._count) or 1
        self.purpose = purpose
        self.soft = soft
        self._confirmed = 0
        self._expires_tick = tick + codes.TOKEN_MS // TICK_MS
        return self.number

    def void(self):
        """Something changed: what was said at the first step no longer holds."""
        self.purpose = NOTHING

    def take(self, number, purpose, tick):
        """Use the token up at a tick; return an error code (0: it was right)."""
        error = self.check(number, purpose, tick)
        if error == 0 and self._confirmed != self.soft:
            return codes.ERROR_SOFT_UNCONFIRMED
        if error == 0 or error == codes.ERROR_TOKEN_EXPIRED:
            self.void()
        return error

    def confirm(self, number, soft, tick):
        """A person confirms soft limits, exactly those that go with the token; error code."""
        error = self.check(number, self.purpose, tick)
        if error == 0 and soft != self.soft:
            error = codes.ERROR_SOFT_DIFFERS
        if error == 0:
            self._confirmed = soft
        return error

    def check(self, number, purpose, tick):
        """Whether a number is the token for a purpose, without using it up."""
        if self.purpose == NOTHING or purpose != self.purpose or number != self.number:
            return codes.ERROR_BAD_TOKEN
        if tick >= self._expires_tick:
            return codes.ERROR_TOKEN_EXPIRED
        return 0
