"""Whatever comes over the link: one clear answer, no motion, nothing lost (C8)."""

import random

import pytest

from benchpump.bench.rig import Rig
from benchpump.link.client import Pump
from benchpump.link.envelope import crc16, safe_line
from benchpump.link.messages import PROTOCOL_HASH, State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import ML_H, allot, start_constant
from benchpump.testing.raw_host import RawHost


def ask(rig: Rig, data: bytes, wait_ms: float = 300) -> bytes:
    """Send bytes and collect whatever is answered."""
    rig.link.write(data)
    rig.clock.sleep_ms(wait_ms)
    return rig.link.read(0)


def open_link(rig: Rig) -> bytes:
    """A link of the test's own; its identity."""
    return ask(rig, b"HELLO %d\n" % PROTOCOL_HASH).split()[1]


def frame(link: bytes, sequence: int, body: bytes) -> bytes:
    """A safe line."""
    head = b"!%s%02X %s" % (link, sequence, body)
    return head + b"*%04X\n" % crc16(head)


@pytest.mark.requirement("REQ-INPUT-1")
@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"NONSENSE\n", 101),
        (b"STATus\n", 101),
        (b"CONFig?\n", 101),
        (b"CONFig? 1 2\n", 101),
        (b"CONFig? -1\n", 101),
        (b"CONFig? 99\n", 109),
        (b"CONFig? 99999999999999999999\n", 109),
        (b"CONFig? 1e3\n", 101),
        (b"STATus? \xff\n", 103),
        (b"A" * 161 + b"\n", 102),
        (b"A" * 65_536 + b"\n", 102),
        (b"!0000\n", 104),
        (b"!000000 STOP*0000\n", 104),
    ],
    ids=str,
)
def test_one_clear_error(rig: Rig, pump: Pump, line: bytes, code: int) -> None:
    """A wrong line gets exactly one error of its kind, and the next line works."""
    answer = ask(rig, line, 300 + len(line) / 4)
    assert answer.startswith(b"ERR %d" % code)
    assert answer.count(b"\n") == 1
    assert ask(rig, b"*IDN?\n").startswith(b"OK benchpump,")
    assert rig.truth.forward_steps == 0


def damaged(good: bytes, dice: random.Random) -> bytes:
    """A safe line with one digit of its check changed, or one character of its body doubled."""
    line = bytearray(good)
    if dice.random() < 0.5:
        place = len(line) - 2 - dice.randrange(4)
        line[place] = dice.choice(b"0123456789ABCDEF".replace(line[place : place + 1], b""))
    else:
        line.insert(line.index(b" "), ord(" "))
    return bytes(line)


@pytest.mark.requirement("REQ-INPUT-1", "REQ-LINK-1", "REQ-LINK-2", "REQ-STATE-1")
@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=pytest.mark.long if seed > 1 else ()) for seed in range(5)]
)
def test_garbage_moves_nothing(rig: Rig, pump: Pump, seed: int) -> None:
    """Armed, with the very link and token: the right START damaged, with a wrong number, of
    another link, on a bare line, cut and mixed with noise, in random order. Nothing moves, the
    pump stays armed, and the right START still works."""
    allot(rig, pump)
    host = RawHost(rig)
    host.load("CONST 200000000 200000000 0 1000")
    token = host.arm()
    dice = random.Random(seed)
    body = f"STARt {token}"
    right = host.line(body, host.sequence)

    def hostile() -> bytes:
        cut = dice.randrange(1, len(right) - 1)
        noise = bytes(byte for byte in dice.randbytes(dice.randrange(1, 60)) if byte not in b"\3!")
        number = (host.sequence + dice.randrange(1, 256)) & 0xFF
        return dice.choice(
            [
                damaged(right, dice),
                host.line(body, number),
                safe_line(host.link ^ 1 << dice.randrange(16), host.sequence, body),
                body.encode() + b"\n",
                noise,
                right[:cut] + noise + b"\n",
                noise + right[cut:],
            ]
        )

    for _ in range(60):
        host.write(hostile() + b"\n" * dice.randrange(2), 60)
        assert rig.truth.forward_steps == 0
    host.write(b"\n", 1000)
    assert pump.status().state is State.ARMED
    assert rig.truth.forward_steps == 0
    host.ask(body)
    rig.clock.sleep_ms(500)
    assert rig.truth.forward_steps > 0


@pytest.mark.requirement("REQ-LINK-1")
def test_bare_lines_lead_to_no_motion(rig: Rig, pump: Pump) -> None:
    """Every command that is no reading and no stop is refused on a bare line."""
    allot(rig, pump)
    pump.load([Segment.constant(ML_H, 1000)])
    armed = pump.arm("FRESH")
    for line in (
        b"STARt %d" % armed.token,
        b"ARM FRESH STOP 5000",
        b"PRIMe 1000 100000",
        b"SEGMent 0 HOLD 0 0 0 1",
        b"PROGram:END STOP 0",
        b"PROGram:CLEar",
        b"ACKnowledge",
        b"CONFig:SET 0 1000000",
        b"CONFig:COMMit",
        b"PROVision",
        b"SERVice ON",
        b"ALLOTment:CONFirm 1",
        b"PAUSe",
        b"DISArm",
        b"SILence 1000",
    ):
        assert ask(rig, line + b"\n").startswith(b"ERR 107"), line
    assert pump.status().state is State.ARMED
    assert rig.truth.forward_steps == 0


@pytest.mark.requirement("REQ-LINK-2")
def test_a_repeat_returns_the_reply_and_executes_nothing(rig: Rig, pump: Pump) -> None:
    """START sent again with its number gives the same bytes; a stopped pump stays stopped."""
    allot(rig, pump)
    link = open_link(rig)
    for number, body in enumerate(
        [b"PROGram:CLEar", b"SEGMent 0 CONST 1000000 1000000 0 1000", b"PROGram:END STOP 0"]
    ):
        assert b" OK*" in ask(rig, frame(link, number, body))
    armed = ask(rig, frame(link, 3, b"ARM FRESH STANDALONE 5000"))
    last = int(armed.split(b"PARTS ")[1].split(b"*")[0]) - 1
    token = ask(rig, frame(link, 4, b"PART? %d" % last)).split(b"token=")[1].split(b"*")[0]
    start = frame(link, 5, b"STARt " + token)
    first = ask(rig, start)
    assert b" OK*" in first
    assert ask(rig, start) == first
    rig.clock.sleep_ms(2000)
    rig.link.write(b"\x03")
    rig.clock.sleep_ms(500)
    done = rig.truth.forward_steps
    assert done > 0
    assert ask(rig, start) == first
    rig.clock.sleep_ms(2000)
    assert rig.truth.forward_steps == done


@pytest.mark.requirement("REQ-LINK-2")
def test_out_of_order_and_foreign_frames(rig: Rig, pump: Pump) -> None:
    """A number that is neither the last nor the next, and another link's frame, are refused."""
    link = open_link(rig)
    assert b" OK*" in ask(rig, frame(link, 0, b"PROGram:CLEar"))
    for number in (2, 5, 0xFF):
        assert b"ERR 106 1" in ask(rig, frame(link, number, b"PROGram:CLEar"))
    other = b"%04X" % (int(link, 16) ^ 0x1234)
    assert b"ERR 105" in ask(rig, frame(other, 1, b"PROGram:CLEar"))
    assert b" OK*" in ask(rig, frame(link, 1, b"PROGram:CLEar"))


@pytest.mark.requirement("REQ-LINK-3")
def test_another_protocol_leaves_reading_and_stopping(rig: Rig, pump: Pump) -> None:
    """With a differing hash motion commands are refused; STATus? and STOP still work."""
    answer = ask(rig, b"HELLO %d\n" % (PROTOCOL_HASH ^ 1))
    link = answer.split()[1]
    assert answer.split()[2] == b"%06X" % PROTOCOL_HASH
    assert b"ERR 108" in ask(rig, frame(link, 0, b"PROGram:CLEar"))
    assert b"ERR 108" in ask(rig, frame(link, 1, b"ARM FRESH STOP 5000"))
    assert b" OK " in ask(rig, frame(link, 2, b"STATus?"))
    assert b" OK*" in ask(rig, frame(link, 3, b"STOP"))


@pytest.mark.requirement("REQ-INPUT-1", "REQ-HOST-1")
@pytest.mark.parametrize("kind", ["lost", "corrupted"])
def test_a_noisy_line_loses_nothing(rig: Rig, pump: Pump, kind: str) -> None:
    """With bytes lost or changed the client repeats frames; the infusion goes on to its end."""
    allot(rig, pump)
    armed = start_constant(pump, 100 * ML_H, 30)
    rig.inject("link", kind, every=211)
    status = pump.wait(lambda at: at.state is not State.RUNNING, timeout_s=120, poll_s=0.2)
    assert status.state is State.FINISHED
    assert rig.truth.forward_steps == armed.raw.number("steps")


@pytest.mark.requirement("REQ-INPUT-1")
def test_interleaved_programs(rig: Rig, pump: Pump) -> None:
    """Two clients that write at once get each their answer or a clear error, and nothing moves."""
    with rig.connect() as other:
        other.hello()
        assert other.status().state is State.IDLE
        pump.hello()
        with pytest.raises(Exception, match=r"WRONG_LINK|OUT_OF_ORDER"):
            other.load([Segment.constant(ML_H, 10)])
    assert rig.truth.forward_steps == 0
