"""A frame that was changed on its way, with nothing else wrong about it (C8)."""

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.envelope import safe_line
from benchpump.link.messages import PROTOCOL_HASH
from benchpump.link.segments import Segment
from benchpump.testing.procedures import ML_H, allot

STOP_BYTE, NEWLINE = 3, 10


@pytest.mark.requirement("REQ-LINK-1", "REQ-INPUT-1")
@pytest.mark.parametrize("bit", [0, 2, 4])
def test_a_frame_with_one_bit_changed_is_refused(rig: Rig, pump: Pump, bit: int) -> None:
    """The START that would be right, with one bit of any one byte changed: an error."""
    allot(rig, pump)
    pump.load([Segment.constant(ML_H, 1000)])
    rig.link.write(b"HELLO %d\n" % PROTOCOL_HASH)
    link = int(rig.link.read(500).split()[1], 16)

    def ask(line: bytes) -> bytes:
        rig.link.write(line)
        rig.clock.sleep_ms(120)
        return rig.link.read(0)

    armed = ask(safe_line(link, 0, "ARM FRESH STANDALONE 5000"))
    last = int(armed.split(b"PARTS ")[1].split(b"*")[0]) - 1
    token = int(ask(safe_line(link, 1, f"PART? {last}")).split(b"token=")[1].split(b"*")[0])
    start = safe_line(link, 2, f"STARt {token}")
    for place in reversed(range(len(start) - 1)):
        changed = bytearray(start)
        changed[place] ^= 1 << bit
        if changed[place] not in (STOP_BYTE, NEWLINE):
            assert b"ERR " in ask(bytes(changed)), bytes(changed)
    assert rig.truth.forward_steps == 0
    assert b" OK*" in ask(start)
