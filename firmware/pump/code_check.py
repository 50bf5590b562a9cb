"""The firmware's files against the manifest that was deployed with them.

``manifest.txt`` has a line ``CRC32 path`` for each file and a last one, ``CRC32 =``, over the text
before it; host_tools writes it (``benchpump.board.manifest``). Files are looked for where an
import looks for them. The file system is no port of the pump: nothing here runs after the start.
"""

import sys
from binascii import crc32

MANIFEST = "manifest.txt"
# A tick's share: some 110 files are done in the 20 ticks in which the sensors are watched (own).
FILES_PER_TICK = 6
_READ_BYTES = 2048
_HEX_DIGITS = 8
_PATH_AT = _HEX_DIGITS + 1
_END = "="

SAME = -1


class CodeCheck:
    """``step`` once a tick until it returns True.

    Attributes: ``files``: checked so far. ``verified``: the manifest was there and all agree.
    ``changed``: number of the first file that does not (1: the manifest's first), 0: the manifest
    itself is damaged, SAME: none. Neither: there is no manifest, so nothing is known.
    ``identity``: the manifest's own CRC-32 as its eight digits, once ``verified``: which firmware.
    """

    def __init__(self, places=None, opener=open):
        self._places = sys.path if places is None else places
        self._open = opener
        self._manifest = b""
        self._at = 0
        self._block = bytearray(0)
        self._begun = False
        self._over = False
        self.files = 0
        self.verified = False
        self.changed = SAME
        self.identity = b""

    def step(self):
        """A tick's share; True when it is over. No file stays open between two."""
        if not self._begun:
            self._begin()
        for _ in range(FILES_PER_TICK):
            if not self._over:
                self._check()
        return self._over

    def _begin(self):
        self._begun = True
        file = self._find(MANIFEST)
        if file is None:
            self._end(SAME)
            return
        self._block = bytearray(_READ_BYTES)
        try:
            self._manifest = file.read()
        except OSError:
            self._end(0)
        file.close()

    def _check(self):
        text = self._manifest
        at = self._at
        end = text.find(b"\n", at) + 1
        try:
            said = int(text[at : at + _HEX_DIGITS], 16)  # int: ours; its error is caught
            path = str(text[at + _PATH_AT : end - 1], "ascii")
        except (ValueError, UnicodeError):
            self._end(0)
            return
        if path == _END:
            self.verified = end == len(text) and said == crc32(text[:at])
            if self.verified:
                self.identity = text[at : at + _HEX_DIGITS]
            self._end(SAME if self.verified else 0)
            return
        self._at = end
        self.files += 1
        if end == 0 or self._crc_of(path) != said:
            self._end(self.files if end else 0)

    def _end(self, changed):
        self.changed = changed
        self._over = True
        self._manifest = b""
        self._block = bytearray(0)

    def _find(self, path):
        """Open a file where an import would find it; None: nowhere."""
        for place in self._places:
            try:
                return self._open(place + "/" + path if place else path, "rb")
            except OSError:
                pass
        return None

    def _crc_of(self, path):
        """CRC-32 of a file's bytes, -1 where it cannot be read."""
        file = self._find(path)
        if file is None:
            return -1
        block = self._block
        crc = 0
        try:
            count = file.readinto(block)
            while count:
                crc = crc32(block if count == _READ_BYTES else memoryview(block)[:count], crc)
                count = file.readinto(block)
        except OSError:
            crc = -1
        file.close()
        return crc
