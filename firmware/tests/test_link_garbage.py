"""Bad input: malformed, oversized, binary, flooding. One clear error each; never motion."""

import unittest

from link.server import LINES_PER_POLL, Server
from pump import codes
from pump.crc import crc16

from tests.link_fakes import Bench, safe

READS = (
    codes.COMMAND_IDN,
    codes.COMMAND_STATUS,
    codes.COMMAND_STOP,
    codes.COMMAND_LIMITS,
    codes.COMMAND_ALARMS,
)


class Noise:
    """A small generator of its own, so that every VM sees the same bytes."""

    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 4093 + 8191) & 0x3FFFF
        return (self.state >> 4) % limit

    def bytes(self, count):
        return bytes([self.below(256) for _ in range(count)])


class Garbage(unittest.TestCase):
    def test_line_length(self):
        """159 bytes and a newline are a line, 160 are too long; both get one answer (C8)."""
        for count, answer in ((158, b"ERR 101"), (159, b"ERR 101"), (160, b"ERR 102")):
            bench = Bench(Server)
            answers = bench.ask(b"Y" * count + b"\n")
            self.assertEqual(len(answers), 1)
            self.assertIn(answer, answers[0])

    def test_64_kilobytes_without_newline(self):
        """An endless line is answered once and thrown away to its newline (C8)."""
        bench = Bench(Server)
        self.assertEqual(bench.ask(b"ARM " * 16384), [b"ERR 102 0\n"])
        self.assertEqual(bench.ask(b"STAT?\nSTAT?\n"), [b"OK\n"])
        self.assertEqual(bench.commands(), [codes.COMMAND_STATUS])

    def test_foreign_bytes(self):
        """0x1F and 0x7F are no text, 0x20 and 0x7E are; the error names the byte (C8)."""
        for byte, answer in (
            (0x00, b"ERR 103 0\n"),
            (0x1F, b"ERR 103 31\n"),
            (0x20, b"OK\n"),
            (0x7E, b"ERR 101 0\n"),
            (0x7F, b"ERR 103 127\n"),
            (0xFF, b"ERR 103 255\n"),
        ):
            self.assertEqual(Bench(Server).ask(b"STAT?" + bytes([byte]) + b"\n"), [answer])

    def test_flood(self):
        """More lines than are kept: the first are answered, the rest by one error (C8)."""
        bench = Bench(Server)
        answers = bench.ask(b"*IDN?\n" * 30)
        self.assertEqual(answers.count(b"ERR 112 0\n"), 1)
        self.assertEqual(bench.commands(), [codes.COMMAND_IDN] * 8)

    def test_replies_of_one_tick(self):
        """However much comes, one tick sends at most three replies (C6, C8)."""
        bench = Bench(Server)
        bench.operator.text = b"x" * 47
        bench.port.waiting = b"STAT?\n" * 4000
        while bench.port.waiting:
            del bench.port.sent[:]
            bench.server.poll()
            self.assertTrue(len(bench.port.sent) <= LINES_PER_POLL)

    def test_interleaved_frames(self):
        """Two frames shuffled into each other are carried out as neither (C8)."""
        bench = Bench(Server)
        link = bench.open()
        first = safe(link, 0, b"SIL 5000")
        second = safe(link, 1, b"SIL 6000")
        mixed = b"".join([first[i : i + 1] + second[i : i + 1] for i in range(len(first))])
        bench.ask(mixed)
        self.assertEqual(bench.commands(), [])

    def test_malformed_envelopes(self):
        """Envelopes cut, padded, in lower case or without a body are refused bare (C8)."""
        bench = Bench(Server)
        link = bench.open()
        good = safe(link, 0, b"SIL 5000")[:-1]
        lower = good[:-4] + good[-4:].lower()
        for line in (
            b"!",
            b"!" * 14,
            good[:-1],
            good + b"0",
            b" " + good,
            safe(link, 0, b"")[:-1],
        ):
            self.assertIn(b"ERR 10", bench.ask(line + b"\n")[0])
        if lower != good:
            self.assertEqual(bench.ask(lower + b"\n"), [b"ERR 104 0\n"])
        self.assertEqual(bench.commands(), [])

    def test_a_head_that_is_no_number(self):
        """One letter of link or sequence number no digit, its check right: refused bare (C8)."""
        for at in range(1, 7):
            bench = Bench(Server)
            link = bench.open()
            head = bytearray(safe(link, 0, b"SIL 5000")[:-6])
            head[at] = ord("G")
            check = "*{:04X}\n".format(crc16(head, 0, len(head))).encode()
            self.assertEqual(bench.ask(bytes(head) + check), [b"ERR 104 0\n"])
            self.assertEqual(bench.commands(), [])

    def test_random_bytes(self):
        """Seeded random bytes: no exception, nothing carried out but reads and stops (C8)."""
        noise = Noise(20)
        bench = Bench(Server)
        bench.open()
        for _ in range(150):
            for answer in bench.ask(noise.bytes(noise.below(400))):
                self.assertTrue(len(answer) <= codes.REPLY_BYTES)
                self.assertEqual(answer[-1], 10)
        for command in bench.commands():
            self.assertIn(command, READS)

    def test_mutated_frames(self):
        """Valid frames with up to three bytes changed are never carried out (C8)."""
        noise = Noise(7)
        bench = Bench(Server)
        link = bench.open()
        bench.operator.current = codes.STATE_ARMED
        good = safe(link, 0, b"STAR 482113")
        for _ in range(1500):
            frame = bytearray(good)
            for _ in range(1 + noise.below(3)):
                frame[noise.below(len(frame) - 1)] ^= 1 + noise.below(255)
            if bytes(frame) != good:
                bench.ask(bytes(frame) + b"\n")
        self.assertFalse(codes.COMMAND_START in bench.commands())


if __name__ == "__main__":
    unittest.main()
