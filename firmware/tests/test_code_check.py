"""The files against their manifest: each damage is found, and told by its number."""

import io
import unittest
from binascii import crc32

from pump.code_check import FILES_PER_TICK, SAME, CodeCheck

PLACES = ("", "/tree")


class _Files:
    """Files by path; those in ``broken`` cannot be read."""

    def __init__(self, count):
        self.there = {}
        for number in range(count):
            self.there["/tree/pump/f%d.py" % number] = bytes([number]) * (700 * number)
        self.there["/tree/manifest.txt"] = self.manifest(count)

    def manifest(self, count):
        text = b""
        for number in range(count):
            path = "pump/f%d.py" % number
            text += bytes("%08x %s\n" % (crc32(self.there["/tree/" + path]), path), "ascii")
        return text + bytes("%08x =\n" % crc32(text), "ascii")

    def open(self, path, mode):
        if path not in self.there:
            raise OSError(2)
        return io.BytesIO(self.there[path])


def checked(files):
    """A check that is over; the ticks that it took."""
    check = CodeCheck(PLACES, files.open)
    ticks = 1
    while not check.step():
        ticks += 1
    return check, ticks


class TestCodeCheck(unittest.TestCase):
    """REQ-SELFTEST-2."""

    def test_all_agree(self):
        """Verified, at so many files a tick: the end of the manifest counts as one."""
        for count in (FILES_PER_TICK - 1, FILES_PER_TICK, FILES_PER_TICK + 1):
            check, ticks = checked(_Files(count))
            self.assertTrue(check.verified)
            self.assertEqual(check.changed, SAME)
            self.assertEqual(check.files, count)
            end = _Files(count).manifest(count).splitlines()[-1]
            self.assertEqual(check.identity + b" =", end)
            self.assertEqual(ticks, 1 if count < FILES_PER_TICK else 2)

    def test_first_last_and_absent_file(self):
        """The number is that of the line in the manifest."""
        for number in (1, 10):
            for content in (b"other", None):
                files = _Files(10)
                path = "/tree/pump/f%d.py" % (number - 1)
                if content is None:
                    del files.there[path]
                else:
                    files.there[path] = content
                check, _ = checked(files)
                self.assertEqual(check.changed, number)
                self.assertTrue(not check.verified)
                self.assertEqual(check.identity, b"")

    def test_what_an_import_would_find_first(self):
        """A file that shadows a deployed one is the one that counts."""
        files = _Files(3)
        files.there["pump/f2.py"] = b"other"
        check, _ = checked(files)
        self.assertEqual(check.changed, 3)

    def test_no_manifest(self):
        """Nothing is known: neither verified nor changed."""
        files = _Files(3)
        del files.there["/tree/manifest.txt"]
        check, ticks = checked(files)
        self.assertEqual((check.verified, check.changed, ticks), (False, SAME, 1))

    def test_a_manifest_cut_off_anywhere(self):
        """Never verified, whatever is left of it."""
        whole = _Files(3).there["/tree/manifest.txt"]
        for length in range(len(whole)):
            files = _Files(3)
            files.there["/tree/manifest.txt"] = whole[:length]
            check, _ = checked(files)
            self.assertTrue(not check.verified)
            self.assertTrue(check.changed != SAME)

    def test_a_line_taken_out_of_the_manifest(self):
        """The last line covers those before it."""
        files = _Files(3)
        text = files.there["/tree/manifest.txt"]
        files.there["/tree/manifest.txt"] = text[text.find(b"\n") + 1 :]
        check, _ = checked(files)
        self.assertEqual(check.changed, 0)


if __name__ == "__main__":
    unittest.main()
