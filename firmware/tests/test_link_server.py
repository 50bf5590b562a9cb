"""The server: envelopes, sequence numbers, links."""

import unittest

from link.server import LINES_PER_POLL, Server
from link.session import Session
from pump import codes

from tests.link_fakes import Bench, Clock, safe


class Bare(unittest.TestCase):
    def test_reads_and_stops_only(self):
        """A bare line may read or stop; a command towards motion needs the envelope (C8)."""
        bench = Bench(Server)
        bench.operator.text = b"0123"
        self.assertEqual(bench.ask(b"STAT?\r\n"), [b"OK 0123\n"])
        self.assertEqual(bench.ask(b"ARM FRESH STOP 500\n"), [b"ERR 107 0\n"])
        self.assertEqual(bench.commands(), [codes.COMMAND_STATUS])

    def test_parts(self):
        """PART? returns its index and the operator's text; a missing part is said (C8)."""
        bench = Bench(Server)
        self.assertEqual(bench.ask(b"PART? 1\n"), [b"OK 1 text=7\n"])
        self.assertEqual(bench.ask(b"PART? 2\n"), [b"ERR 110 0\n"])
        self.assertEqual(bench.ask(b"PART? 12\n"), [b"ERR 109 0\n"])

    def test_nothing_unasked(self):
        """Empty lines and silence are answered by silence (C8)."""
        self.assertEqual(Bench(Server).ask(b"\r\n\n\r\n"), [])


class Safe(unittest.TestCase):
    def test_repeat_executes_once(self):
        """A repeated number returns the same bytes and executes nothing (C8)."""
        bench = Bench(Server)
        link = bench.open()
        first = bench.ask(safe(link, 0, b"SIL 5000"))
        bench.operator.error = codes.ERROR_BUSY
        self.assertEqual(bench.ask(safe(link, 0, b"SIL 5000")), first)
        self.assertEqual(bench.ask(safe(link, 0, b"SIL 6000")), first)
        self.assertEqual(bench.commands(), [codes.COMMAND_SILENCE])

    def test_replayed_start_never_starts_twice(self):
        """The frame that started a run, recorded and sent again, starts nothing (C8)."""
        bench = Bench(Server)
        link = bench.open()
        bench.operator.current = codes.STATE_ARMED
        start = safe(link, 0, b"STAR 77")
        bench.ask(start)
        bench.ask(safe(link, 1, b"STAT?"))
        self.assertIn(b"ERR 106 2", bench.ask(start)[0])
        self.assertEqual(bench.commands().count(codes.COMMAND_START), 1)

    def test_errors_are_kept_too(self):
        """A refused command consumes its number, and its repeat is refused alike (C8)."""
        bench = Bench(Server)
        link = bench.open()
        bench.operator.error = codes.ERROR_NO_PROGRAM
        first = bench.ask(safe(link, 0, b"ARM FRESH STOP 500"))
        self.assertIn(b" ERR 205 0*", first[0])
        bench.operator.error = 0
        self.assertEqual(bench.ask(safe(link, 0, b"ARM FRESH STOP 500")), first)
        self.assertEqual(len(bench.operator.executed), 1)

    def test_order(self):
        """Only the last and the next number are taken; any other names the one expected (C8)."""
        bench = Bench(Server)
        link = bench.open()
        for sequence, taken in ((1, False), (255, False), (0, True), (2, False), (1, True)):
            before = len(bench.operator.executed)
            answer = bench.ask(safe(link, sequence, b"STAT?"))[0]
            self.assertEqual(len(bench.operator.executed) - before, 1 if taken else 0)
            self.assertEqual(b"ERR 106 " not in answer, taken)

    def test_numbers_wrap(self):
        """FF is followed by 00, which then is new and not a repeat (C8)."""
        bench = Bench(Server)
        link = bench.open()
        for count in range(258):
            self.assertIn(b" OK", bench.ask(safe(link, count & 0xFF, b"STAT?"))[0])
        self.assertEqual(len(bench.operator.executed), 258)

    def test_single_bit_errors(self):
        """No single flipped bit of a safe frame that leads to motion is carried out (C8)."""
        frame = bytearray(safe(0x1234, 0, b"STAR 77"))
        for bit in range(8 * (len(frame) - 1)):
            bench = Bench(Server)
            link = bench.open()
            frame = bytearray(safe(link, 0, b"STAR 77"))
            bench.operator.current = codes.STATE_ARMED
            frame[bit >> 3] ^= 1 << (bit & 7)
            bench.ask(bytes(frame) + b"\n")
            self.assertFalse(codes.COMMAND_START in bench.commands())

    def test_host_heard(self):
        """Only a valid envelope of the link in force counts as the host being alive (C8)."""
        bench = Bench(Server)
        link = bench.open()
        heard = ("heard", link)
        for data, count in (
            (b"STAT?\n", 0),
            (safe(link ^ 1, 0, b"STAT?"), 0),
            (safe(link, 9, b"STAT?"), 0),
            (safe(link, 0, b"STAT?")[:-2] + b"G\n", 0),
            (safe(link, 0, b"STAT?"), 1),
            (safe(link, 0, b"STAT?"), 2),
        ):
            bench.ask(data)
            self.assertEqual(bench.operator.events.count(heard), count)

    def test_states(self):
        """A command outside its states is refused with the state, and not carried out (C8)."""
        bench = Bench(Server)
        link = bench.open()
        bench.operator.current = codes.STATE_RUNNING
        self.assertIn(b" ERR 201 4*", bench.ask(safe(link, 0, b"ARM FRESH STOP 500"))[0])
        self.assertEqual(bench.commands(), [])

    def test_reply_within_64_bytes(self):
        """An answer longer than a reply is an error, never a longer or a cut reply (C8)."""
        bench = Bench(Server)
        link = bench.open()
        bench.operator.text = b"x" * 48
        self.assertIn(b" ERR 111 0*", bench.ask(safe(link, 0, b"STAT?"))[0])


class Links(unittest.TestCase):
    def test_identity_differs(self):
        """Every HELLO gives an identity other than the one before, within one tick too (C8)."""
        bench = Bench(Server)
        line = "HELLO {}\n".format(codes.PROTOCOL_HASH).encode()
        answers = bench.ask(line * 40)
        for _ in range(200):
            answers += bench.ask(line)
        links = [answer[3:7] for answer in answers if answer[:2] == b"OK"]
        self.assertTrue(len(links) > 200 + LINES_PER_POLL)
        for index in range(1, len(links)):
            self.assertNotEqual(links[index - 1], links[index])

    def test_identity_is_never_the_one_before(self):
        """Where moment and count give the identity in force again, another is taken (C8)."""
        clock = Clock()
        first = Session(clock)
        first.open(True)
        second = Session(clock)
        second.link = first.link
        second.open(True)
        self.assertNotEqual(second.link, first.link)

    def test_nothing_cached_on_a_new_link(self):
        """Number FF on a fresh link is out of order, not a repeat of the old link's reply (C8)."""
        bench = Bench(Server)
        bench.ask(safe(bench.open(), 0, b"SIL 5000"))
        self.assertIn(b" ERR 106 0*", bench.ask(safe(bench.open(), 255, b"SIL 5000"))[0])

    def test_old_link_is_refused(self):
        """After another HELLO the frames of the old link are refused, nothing is cached (C8)."""
        bench = Bench(Server)
        old = bench.open()
        bench.ask(safe(old, 0, b"SIL 5000"))
        new = bench.open()
        self.assertIn(b" ERR 105 0*", bench.ask(safe(old, 0, b"SIL 5000"))[0])
        self.assertIn(b" ERR 105 0*", bench.ask(safe(old, 1, b"SIL 5000"))[0])
        bench.ask(safe(new, 0, b"SIL 5000"))
        self.assertEqual(len(bench.operator.executed), 2)

    def test_no_link_yet(self):
        """Before any HELLO no frame is taken, whatever identity it claims (C8)."""
        bench = Bench(Server)
        for link in (0, 1, 0xFFFF):
            self.assertIn(b" ERR 105 0*", bench.ask(safe(link, 0, b"STAT?"))[0])

    def test_hello_in_an_envelope(self):
        """A HELLO in the old link's envelope opens a new link and keeps nothing (C8)."""
        bench = Bench(Server)
        old = bench.open()
        hello = "HELLO {}".format(codes.PROTOCOL_HASH).encode()
        answer = bench.ask(safe(old, 0, hello))[0]
        self.assertEqual(int(answer[1:5], 16), old)
        new = int(answer[11:15], 16)
        self.assertIn(b" OK", bench.ask(safe(new, 0, b"SIL 5000"))[0])

    def test_mismatch(self):
        """Another protocol hash leaves reading and stopping (C8)."""
        bench = Bench(Server)
        link = bench.open(codes.PROTOCOL_HASH ^ 1)
        self.assertIn(("opened", False), bench.operator.events)
        self.assertIn(b" ERR 108 0*", bench.ask(safe(link, 0, b"SIL 5000"))[0])
        self.assertIn(b" OK", bench.ask(safe(link, 1, b"STAT?"))[0])
        self.assertIn(b" OK", bench.ask(safe(link, 2, b"STOP"))[0])
        self.assertEqual(bench.commands(), [codes.COMMAND_STATUS, codes.COMMAND_STOP])


if __name__ == "__main__":
    unittest.main()
