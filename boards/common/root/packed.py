"""The firmware's files out of one file, ``firmware.pack``, as a file system for ``vfs.mount``.

One file is there whole or not at all, and to find a module in it costs no walk through littlefs:
a hundred files of their own take a second longer to import. Read only, and only what an import and
``open`` ask for. How it is laid out, benchpump.board.pack says, which builds it.
"""

import io
from binascii import crc32

_MARK = b"BPK1"
_HEADER_BYTES = 12
_INDEX_AT = 16
_CHUNK_BYTES = 2048
_DIR = (0x4000, 0, 0, 0, 0, 0, 0, 0, 0, 0)
_FILE = (0x8000, 0, 0, 0, 0, 0, 0, 0, 0, 0)
_NOT_THERE = -1
_IS_DIR = -2
_ENOENT = 2
_EROFS = 30
# What a stream is asked by `ioctl`.
_CLOSE = 4
_BUFFER_BYTES = 11
_IMPORT_BUFFER_BYTES = 255  # the most that an import takes


class PackError(Exception):
    """What is wrong with the pack."""


class Pack:
    """Opened, and read through once: raises PackError unless all of it is as it was written."""

    def __init__(self, path, opener=open):
        try:
            self._file = opener(path, "rb")
        except OSError:
            raise PackError(path + " is missing") from None
        header = self._file.read(_HEADER_BYTES)
        if len(header) != _HEADER_BYTES or header[:4] != _MARK:
            raise PackError(path + " is no pack of a firmware")
        self._check(
            path, int.from_bytes(header[4:8], "little"), int.from_bytes(header[8:], "little")
        )
        self._file.seek(_HEADER_BYTES)
        index_bytes = int.from_bytes(self._file.read(_INDEX_AT - _HEADER_BYTES), "little")
        self._index = self._file.read(index_bytes)
        self._start = _INDEX_AT + index_bytes
        self._places = _places(self._index)
        self._found = 0  # where in the index the last one was: after `settle` the next one is near
        self._at = -1

    def settle(self):
        """All imports are over: give the room of the table back. What follows takes longer."""
        self._places = None

    def _check(self, path, length, crc):
        chunk = bytearray(_CHUNK_BYTES)
        there = 0
        found = 0
        count = self._file.readinto(chunk)
        while count:
            there += count
            found = crc32(memoryview(chunk)[:count], found)
            count = self._file.readinto(chunk)
        if there != length:
            raise PackError("{} is torn: {} bytes of {}".format(path, there, length))
        if found != crc:
            raise PackError(path + " is damaged: its CRC is not the one that was written")

    def mount(self, readonly, mkfs):
        """Nothing to do; asked by ``vfs.mount``."""

    def umount(self):
        """The file is closed: nothing of the pack can be read any more."""
        self._file.close()

    def stat(self, path):
        """Whether it is there, and is a directory; its size is not told. Raises OSError."""
        at = self._find(path)
        if at == _NOT_THERE:
            raise OSError(_ENOENT)
        return _DIR if at == _IS_DIR else _FILE

    def open(self, path, mode):
        """A stream of that file's bytes. Raises OSError."""
        if "w" in mode or "a" in mode or "+" in mode:
            raise OSError(_EROFS)
        at = self._find(path)
        if at < 0:
            raise OSError(_ENOENT)
        index = self._index
        offset = index.find(b" ", at) + 1
        length = index.find(b" ", offset) + 1
        end = index.find(b"\n", length)
        return _Part(self, self._start + int(index[offset : length - 1]), int(index[length:end]))

    def _find(self, path):
        """Where in the index its line begins, or that there is none."""
        if self._places is not None:
            return self._places.get(path, _NOT_THERE)
        line = b"\n" + path.encode()
        file = line + b" "
        at = self._index.find(file, self._found)
        if at < 0:
            at = self._index.find(file)
        if at >= 0:
            self._found = at
        elif self._index.find(line + b"/") >= 0:
            at = _IS_DIR
        return at

    def read_at(self, position, buffer):
        """Fill the buffer from there on, as far as there is something; how many bytes."""
        if position != self._at:
            self._file.seek(position)
        count = self._file.readinto(buffer)
        self._at = position + count
        return count


def _places(index):
    """Where in the index the line of each file begins; directories are `_IS_DIR`."""
    places = {}
    at = 0
    end = index.find(b" ")
    while end >= 0:
        path = str(index[at + 1 : end], "ascii")
        places[path] = at
        places[path[: path.rfind("/")]] = _IS_DIR
        at = index.find(b"\n", end)
        end = index.find(b" ", at)
    return places


class _Part(io.IOBase):
    """A file in the pack."""

    def __init__(self, pack, position, length):
        self._pack = pack
        self._position = position
        self._left = length

    def readinto(self, buffer):
        """As that of a file."""
        if self._left < len(buffer):
            if not self._left:
                return 0
            buffer = memoryview(buffer)[: self._left]
        count = self._pack.read_at(self._position, buffer)
        self._position += count
        self._left -= count
        return count

    def read(self):
        """All that is left."""
        content = bytearray(self._left)
        self.readinto(content)
        return bytes(content)

    def ioctl(self, request, argument):
        """What an import asks of a stream."""
        return _IMPORT_BUFFER_BYTES if request == _BUFFER_BYTES else 0

    def close(self):
        """Nothing to do: the pack stays open."""
