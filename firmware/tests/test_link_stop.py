"""Stopping over the link: never refused, never late."""

import unittest

from link.server import LINES_PER_POLL, Server
from pump import codes

from tests.link_fakes import Bench, safe

STOPPED = ("stop_byte", 0)
LEFT = ("leave", 0)


class StopByte(unittest.TestCase):
    def test_inside_a_partial_line(self):
        """0x03 in the middle of a line stops in the poll that received it (C8)."""
        bench = Bench(Server)
        bench.port.waiting = b"STA\x03"
        bench.server.poll()
        self.assertEqual(bench.operator.events, [STOPPED])

    def test_inside_an_oversized_line(self):
        """0x03 stops also where the bytes around it are being thrown away (C8)."""
        bench = Bench(Server)
        bench.ask(b"x" * 5000)
        bench.port.waiting = b"x" * 200 + b"\x03" + b"x" * 55
        bench.server.poll()
        self.assertEqual(bench.operator.events, [STOPPED])

    def test_drops_what_came_before(self):
        """A START that waits in the queue is not carried out after the stop byte (C8)."""
        bench = Bench(Server)
        link = bench.open()
        bench.operator.current = codes.STATE_ARMED
        bench.ask(b"LOG? 1\n" * 6 + safe(link, 0, b"STAR 7") + b"\x03")
        self.assertFalse(codes.COMMAND_START in bench.commands())
        bench.ask(b"STAT?\n")
        self.assertEqual(bench.commands(), [codes.COMMAND_STATUS])

    def test_stays(self):
        """0x03 without Ctrl-A stops and does not leave; a Ctrl-A alone does nothing (C8)."""
        bench = Bench(Server)
        bench.ask(b"\x03STAT?\n\x01\n")
        bench.ask(b"\x01")
        self.assertFalse(LEFT in bench.operator.events)

    def test_leave(self):
        """0x03 then Ctrl-A stops first and leaves then, across ticks and returns (C8).

        mpremote sends CR 0x03 CR 0x01, in two writes.
        """
        for pieces in ((b"\x03\x01",), (b"\r\x03", b"\r\x01"), (b"\x03\x03", b"\x01")):
            bench = Bench(Server)
            for piece in pieces:
                bench.ask(piece)
            self.assertEqual(bench.operator.events[-2:], [STOPPED, LEFT])


class StopLine(unittest.TestCase):
    def test_every_state(self):
        """STOP is carried out in every state, bare and safe (C8)."""
        for state in range(codes.STATE_FAULT + 1):
            bench = Bench(Server)
            link = bench.open()
            bench.operator.current = state
            self.assertEqual(bench.ask(b"stop\n"), [b"OK\n"])
            bench.ask(safe(link, 0, b"STOP"))
            self.assertEqual(bench.commands(), [codes.COMMAND_STOP] * 2)

    def test_whatever_the_envelope_is_worth(self):
        """A STOP with a wrong check, link or number stops and is told what was wrong (C8)."""
        for change, error in (
            (lambda link: safe(link, 0, b"STOP")[:-5] + b"0000\n", b"ERR 104"),
            (lambda link: safe(link ^ 1, 0, b"STOP"), b"ERR 105"),
            (lambda link: safe(link, 7, b"STOP"), b"ERR 106"),
            (lambda link: b"STOP now\n", b"ERR 101"),
            (lambda link: b"STOP \xff\n", b"ERR 103"),
        ):
            bench = Bench(Server)
            answers = bench.ask(change(bench.open()))
            self.assertEqual(len(answers), 1)
            self.assertIn(error, answers[0])
            self.assertEqual(bench.commands(), [codes.COMMAND_STOP])

    def test_same_tick(self):
        """A STOP behind more lines than a tick carries out is carried out in that tick (C8)."""
        for ahead in (0, LINES_PER_POLL - 1, LINES_PER_POLL, LINES_PER_POLL + 1, 40):
            bench = Bench(Server)
            bench.port.waiting = b"LOG? 1\n" * ahead + b"STOP\n"
            while bench.port.waiting:
                bench.server.poll()
            self.assertIn(codes.COMMAND_STOP, bench.commands())

    def test_nothing_waiting_survives_a_stop(self):
        """A START queued ahead of a STOP for a later tick is not carried out at all (C8)."""
        bench = Bench(Server)
        link = bench.open()
        bench.operator.current = codes.STATE_ARMED
        bench.ask(b"LOG? 1\n" * 4 + safe(link, 0, b"STAR 7") + b"STOP\n")
        self.assertFalse(codes.COMMAND_START in bench.commands())


if __name__ == "__main__":
    unittest.main()
