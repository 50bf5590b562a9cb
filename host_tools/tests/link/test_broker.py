"""The hub's rules, without sockets and in handed-in time."""

from __future__ import annotations

from benchpump.hub.broker import PARTS_IDLE_S, QUIET_S, REPLY_TIMEOUT_S, Broker, Client


class Desk:
    """A broker, two programs and what everybody got."""

    def __init__(self) -> None:
        self.to_pump: list[bytes] = []
        self.broker = Broker(self.to_pump.append)
        self.got: list[list[bytes]] = [[], []]
        self.clients = [Client(self.got[0].append), Client(self.got[1].append)]
        for client in self.clients:
            self.broker.join(client)
        self.now_s = 0.0

    def says(self, who: int, data: bytes) -> None:
        self.broker.from_client(self.clients[who], data, self.now_s)

    def pump(self, data: bytes) -> None:
        self.broker.from_pump(data, self.now_s)

    def later(self, duration_s: float) -> None:
        self.now_s += duration_s
        self.broker.advance(self.now_s)


def test_one_outstanding() -> None:
    """The second request waits for the first reply; each reply reaches its own program (C8)."""
    desk = Desk()
    desk.says(0, b"STAT?\n")
    desk.says(1, b"*IDN?\n")
    assert desk.to_pump == [b"STAT?\n"]
    desk.pump(b"OK A")
    desk.pump(b"\n")
    assert desk.to_pump == [b"STAT?\n", b"*IDN?\n"]
    desk.pump(b"OK B\n")
    assert desk.got == [[b"OK A\n"], [b"OK B\n"]]


def test_bytes_of_two_programs_are_not_mixed() -> None:
    """Lines arriving in pieces from two programs go on whole (C8)."""
    desk = Desk()
    for piece in (b"ST", b"AT", b"?\n"):
        desk.says(0, piece)
        desk.says(1, piece.replace(b"STAT", b"STAT"))
    desk.pump(b"OK A\n")
    assert desk.to_pump == [b"STAT?\n", b"STAT?\n"]


def test_stop_overtakes() -> None:
    """A STOP goes out before every line that waits, of whichever program (C8)."""
    desk = Desk()
    desk.says(0, b"STAT?\n" * 5)
    desk.says(1, b"STOP\n")
    desk.pump(b"OK 1\n")
    assert desk.to_pump[1] == b"STOP\n"
    desk.says(0, b"STOP\n")
    desk.pump(b"OK\n")
    assert desk.to_pump[2] == b"STOP\n"


def test_stop_byte_is_immediate() -> None:
    """0x03 goes out at once, and what waited to lead to motion is dropped (C8)."""
    desk = Desk()
    desk.says(0, b"HELLO 1\n")
    desk.pump(b"OK 0001 000000\n")
    desk.says(0, b"STAT?\n!000100 STAR 7*0000\nSTAT?\n")
    desk.says(1, b"ST\x03")
    assert desk.to_pump[-1] == b"\x03"
    desk.pump(b"OK\n")
    desk.pump(b"OK\n")
    assert not any(b"STAR" in line for line in desk.to_pump)


def test_one_controls() -> None:
    """A second HELLO is refused naming the controller; reads and STOP are not (C8)."""
    desk = Desk()
    desk.says(0, b"#hub 4321 recipe\nHELLO 1\n")
    desk.pump(b"OK 0001 000000\n")
    desk.says(1, b"HELLO 1\n")
    assert desk.got[1] == [b"ERR 301 4321 controlled by recipe, process 4321\n"]
    desk.says(1, b"!000100 ARM FRESH STOP 500*0000\n")
    assert desk.got[1][1].startswith(b"ERR 301 4321 ")
    before = len(desk.to_pump)
    desk.says(1, b"STAT?\n")
    desk.pump(b"OK 1\n")
    desk.says(1, b"STOP\n")
    assert desk.to_pump[before:] == [b"STAT?\n", b"STOP\n"]


def test_control_is_free_when_the_controller_left() -> None:
    """The next HELLO after the controller left is passed on (C8)."""
    desk = Desk()
    desk.says(0, b"HELLO 1\n")
    desk.pump(b"OK 0001 000000\n")
    desk.broker.leave(desk.clients[0])
    desk.says(1, b"HELLO 1\n")
    desk.pump(b"OK 0002 000000\n")
    assert desk.got[1] == [b"OK 0002 000000\n"]


def test_reply_to_one_who_left() -> None:
    """The reply to a program that left reaches nobody else (C8)."""
    desk = Desk()
    desk.says(0, b"*IDN?\n")
    desk.says(1, b"STAT?\n")
    desk.broker.leave(desk.clients[0])
    desk.pump(b"OK idn\n")
    desk.pump(b"OK status\n")
    assert desk.got[1] == [b"OK status\n"]


def test_answer_in_parts_is_not_cut_into() -> None:
    """Another's longer answer waits until the parts are read; STATus? and STOP do not (C8)."""
    desk = Desk()
    desk.says(0, b"LIM?\n")
    desk.pump(b"OK PARTS 2\n")
    desk.says(1, b"ALAR?\n")
    assert desk.to_pump == [b"LIM?\n"]
    for index in (0, 1):
        desk.says(0, b"PART? %d\n" % index)
        desk.pump(b"OK %d x=1\n" % index)
    assert desk.to_pump[-1] == b"ALAR?\n"
    desk.pump(b"OK PARTS 3\n")
    desk.says(0, b"STAT?\n")
    assert desk.to_pump[-1] == b"STAT?\n"


def test_parts_left_unread_hold_nobody_up() -> None:
    """Who stops reading parts keeps the others waiting for a moment only (C8)."""
    desk = Desk()
    desk.says(0, b"LIM?\n")
    desk.pump(b"OK PARTS 2\n")
    desk.says(1, b"ALAR?\n")
    desk.later(PARTS_IDLE_S - 0.001)
    assert desk.to_pump == [b"LIM?\n"]
    desk.later(0.002)
    assert desk.to_pump[-1] == b"ALAR?\n"


def test_silent_pump() -> None:
    """A missing reply is told, and a late one goes to nobody (C8)."""
    desk = Desk()
    desk.says(0, b"STAT?\n")
    desk.says(1, b"*IDN?\n")
    desk.later(REPLY_TIMEOUT_S - 0.001)
    assert desk.got[0] == []
    desk.later(0.002)
    assert desk.got[0] == [b"ERR 303 0\n"]
    desk.pump(b"OK late\n")
    desk.later(QUIET_S)
    desk.pump(b"OK idn\n")
    assert desk.got[1] == [b"OK idn\n"]


def test_reply_of_another_envelope() -> None:
    """A safe request is not answered by another's safe reply (C8)."""
    desk = Desk()
    desk.says(0, b"HELLO 1\n")
    desk.pump(b"OK 0001 000000\n")
    desk.says(0, b"!000105 STAT?*0000\n")
    desk.pump(b"!000104 OK*0000\n")
    assert len(desk.got[0]) == 1
    desk.pump(b"!000105 OK*0000\n")
    assert desk.got[0][1] == b"!000105 OK*0000\n"


def test_bad_input_stays_in_the_hub() -> None:
    """Oversized and binary lines are refused by the hub, so that nobody else suffers (C8)."""
    desk = Desk()
    desk.says(0, b"x" * 65536 + b"\n")
    desk.says(0, b"\x01\n")
    desk.says(0, b"\xff\n")
    assert desk.got[0] == [b"ERR 102 0\n", b"ERR 103 1\n", b"ERR 103 255\n"]
    assert desk.to_pump == []


def test_flood_of_one_does_not_starve_the_other() -> None:
    """Who sends without waiting is refused beyond its queue; the other gets its turn (C8)."""
    desk = Desk()
    desk.says(0, b"STAT?\n" * 40)
    assert desk.got[0] == [b"ERR 112 0\n"] * 7 or desk.got[0] == [b"ERR 112 0\n"] * 8
    desk.says(1, b"*IDN?\n")
    desk.pump(b"OK 1\n")
    assert desk.to_pump[-1] == b"*IDN?\n"
