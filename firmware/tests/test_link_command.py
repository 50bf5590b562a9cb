"""Spelling, numbers and ranges of commands."""

import unittest
from array import array

from link import messages
from link.command import NUMBER_NONE, NUMBER_TOO_LARGE, arguments, decimal, find
from link.frame import Reply
from pump import codes


def parsed(number, text):
    into = array("i", [0] * messages.ARGUMENTS_MAX)
    reply = Reply()
    error = arguments(number, text, 0, len(text), into, reply)
    return error, reply.detail, list(into)


class Spelling(unittest.TestCase):
    def test_short_and_long(self):
        """STATus? is STAT? or STATUS?, in either case, and nothing between (C8)."""
        for text in (b"STAT?", b"STATUS?", b"stat?", b"Status?"):
            self.assertEqual(find(text, 0, len(text)), codes.COMMAND_STATUS)
        for text in (b"STATU?", b"STA?", b"STAT", b"STATUSS?", b"STATUS??", b"", b"?"):
            self.assertEqual(find(text, 0, len(text)), -1)

    def test_two_mnemonics(self):
        """Each mnemonic of a header is short or long on its own (C8)."""
        for text in (b"PROG:CLE", b"PROGRAM:CLE", b"PROG:CLEAR", b"program:clear"):
            self.assertEqual(find(text, 0, len(text)), codes.COMMAND_PROGRAM_CLEAR)
        for text in (b"PROG:", b"PROGCLE", b"PROG:CLEA", b"PROGR:CLE"):
            self.assertEqual(find(text, 0, len(text)), -1)

    def test_every_form(self):
        """Every command is found by its long and by its short spelling, and is itself (C8)."""
        for number in range(len(messages.FORMS)):
            form = messages.FORMS[number]
            short = bytes([byte for byte in form if not 97 <= byte <= 122])
            self.assertEqual(find(form, 0, len(form)), number)
            self.assertEqual(find(short, 0, len(short)), number)


class Numbers(unittest.TestCase):
    def test_small_integer_limit(self):
        """2**30 - 1 is a number, 2**30 is too large, and so is anything longer (C6, C8)."""
        for text, value in (
            (b"1073741822", 1073741822),
            (b"1073741823", 1073741823),
            (b"1073741824", NUMBER_TOO_LARGE),
            (b"9" * 40, NUMBER_TOO_LARGE),
            (b"0000000000000007", 7),
        ):
            self.assertEqual(decimal(text, 0, len(text)), value)

    def test_what_is_no_number(self):
        """Signs, points, letters, nothing at all: none is a number (C8)."""
        for text in (b"", b"-1", b"+1", b"1.0", b"1e3", b"0x1", b"99999999999x", b"1_0"):
            self.assertEqual(decimal(text, 0, len(text)), NUMBER_NONE)

    def test_range_edges(self):
        """An argument is taken at its limits and refused one beyond, with its place (C8)."""
        for text, error in (
            (b"FRESH STOP 499", codes.ERROR_OUT_OF_RANGE),
            (b"FRESH STOP 500", 0),
            (b"FRESH STOP 501", 0),
            (b"FRESH STOP 254999", 0),
            (b"FRESH STOP 255000", 0),
            (b"FRESH STOP 255001", codes.ERROR_OUT_OF_RANGE),
        ):
            got, detail, _ = parsed(codes.COMMAND_ARM, text)
            self.assertEqual(got, error)
            self.assertEqual(detail, 2 if error else 0)

    def test_words(self):
        """Words count from 0 in the order of the protocol; others are a syntax error (C8)."""
        _, _, values = parsed(codes.COMMAND_ARM, b" rest  standalone 500 ")
        self.assertEqual(values[:3], [codes.FROM_REST, codes.ON_HOST_LOSS_STANDALONE, 500])
        error, detail, _ = parsed(codes.COMMAND_ARM, b"RES STOP 500")
        self.assertEqual((error, detail), (codes.ERROR_SYNTAX, 0))

    def test_number_of_arguments(self):
        """One too few or one too many is a syntax error that says where (C8)."""
        for text, place in ((b"FRESH STOP", 2), (b"FRESH STOP 500 1", 3), (b"", 0)):
            error, detail, _ = parsed(codes.COMMAND_ARM, text)
            self.assertEqual((error, detail), (codes.ERROR_SYNTAX, place))
        self.assertEqual(parsed(codes.COMMAND_STATUS, b" 1")[0], codes.ERROR_SYNTAX)


if __name__ == "__main__":
    unittest.main()
