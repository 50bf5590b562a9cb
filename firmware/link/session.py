"""The link in force: its identity, its sequence numbers and the reply kept for a repeat."""

from pump import codes

NO_LINK = -1


class Session:
    """At most one link is open; a HELLO replaces it."""

    def __init__(self, clock):
        self._clock = clock
        self._opened = 0  # links opened since boot
        self.link = NO_LINK
        self.matches = False  # the host was built from the same protocol
        self.expected = 0  # next sequence number
        self.cached = bytearray(codes.REPLY_BYTES)  # the last reply, as sent
        self.cached_bytes = 0  # 0: none yet

    def open(self, matches):
        """Open a new link: another identity than before, sequence numbers from 0, nothing cached.

        Identities follow from the moment and a count: two in a row differ for certain, and
        those of two boots unless the HELLOs fell on the same millisecond after power-on.
        """
        self._opened = (self._opened + 1) & 0xFFFF
        now = self._clock.ticks_ms()
        mixed = (now & 0xFFFF) * 9541  # odd, and the product stays a small integer
        identity = (mixed ^ (mixed >> 12) ^ (now >> 16) ^ (self._opened * 4951)) & 0xFFFF
        while identity == self.link or identity == 0:
            identity = (identity + 1) & 0xFFFF
        self.link = identity
        self.matches = matches
        self.expected = 0
        self.cached_bytes = 0

    def is_repeat(self, sequence):
        """Whether this is the number of the request answered last."""
        return self.cached_bytes > 0 and sequence == (self.expected - 1) & 0xFF

    def answered(self, sequence, count):
        """Keep the reply in ``cached`` for a repeat of this number and expect the next."""
        self.cached_bytes = count
        self.expected = (sequence + 1) & 0xFF
