"""A host that writes its own lines, for what the client would never send."""

from __future__ import annotations

from benchpump.bench.rig import Rig
from benchpump.link.envelope import parse, safe_line
from benchpump.link.messages import ERRORS, PROTOCOL_HASH

_ANSWER_MS = 300.0
_BUSY_MAX = 200


class RawHost:
    """A link opened with HELLO; each safe line has the next sequence number unless told."""

    def __init__(self, rig: Rig) -> None:
        """Open the link: tokens and the links before it are void."""
        self._rig = rig
        self.link = int(self.write(b"HELLO %d\n" % PROTOCOL_HASH).split()[1], 16)
        self.sequence = 0

    def line(self, body: str, sequence: int | None = None) -> bytes:
        """A safe line, not sent; without a number of its own it takes the next."""
        if sequence is None:
            sequence, self.sequence = self.sequence, (self.sequence + 1) & 0xFF
        return safe_line(self.link, sequence, body)

    def write(self, data: bytes, wait_ms: float = _ANSWER_MS) -> bytes:
        """Send bytes as they are; what came back within `wait_ms` of the rig's time."""
        self._rig.link.write(data)
        self._rig.clock.sleep_ms(wait_ms)
        return self._rig.link.read(0)

    def ask(self, body: str) -> str:
        """Send a safe line with the next number; its answer. Raises PumpRefused as that says."""
        answer = parse(self.write(self.line(body)))
        assert answer is not None, "no answer, or a damaged one"
        if answer.code:
            raise ERRORS[answer.code](answer.detail)
        return answer.text

    def load(self, *segments: str, end: str = "STOP 0") -> None:
        """Load a program of SEGMent arguments (`CONST 1000000 1000000 0 20`)."""
        lines = [f"SEGMent {index} {segment}" for index, segment in enumerate(segments)]
        for body in ("PROGram:CLEar", *lines, f"PROGram:END {end}"):
            self.ask(body)

    def arm(self, body: str = "ARM FRESH STANDALONE 5000") -> int:
        """First step (ARM or PRIMe), and its token once the memory is ready."""
        last = int(self.ask(body).removeprefix("PARTS ")) - 1
        for _ in range(_BUSY_MAX):
            answer = self.write(self.line(f"PART? {last}"))
            if b"token=" in answer:
                return int(answer.split(b"token=")[1].split(b"*")[0])
        raise AssertionError("the memory was not ready in a minute")
