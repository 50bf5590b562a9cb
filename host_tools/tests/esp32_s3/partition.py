"""`esp32.Partition` over NOR memory, and littlefs on it as the image's `vfs` and `os` give it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from littlefs import LittleFS, LittleFSError, UserContext

BLOCK_BYTES = 4096
BLOCKS = 128
# ports/esp32/modules/inisetup.py takes the defaults of VfsLfs2; extmod/vfs_lfsx.c makes the cache.
_READ_BYTES = _PROGRAM_BYTES = 32
_CACHE_BYTES = 128


class Partition:
    """The partition `vfs`. Programming only clears bits; an erase sets those of one block."""

    def __init__(self) -> None:
        self.content = bytearray(b"\xff" * BLOCK_BYTES * BLOCKS)
        self.erased: list[int] = []

    def readblocks(self, block: int, buffer: bytearray, offset: int = 0) -> None:
        """Fill the buffer."""
        at = block * BLOCK_BYTES + offset
        buffer[:] = self.content[at : at + len(buffer)]

    def writeblocks(self, block: int, buffer: bytes, offset: int | None = None) -> None:
        """With an offset it only programs; without one it erases first."""
        if offset is None:
            self.ioctl(6, block)
        at = block * BLOCK_BYTES + (offset or 0)
        for index, byte in enumerate(buffer):
            self.content[at + index] &= byte

    def ioctl(self, operation: int, argument: int) -> int | None:
        """Number of blocks, their size, erase; anything else is answered by None."""
        if operation == 6:
            at = argument * BLOCK_BYTES
            self.content[at : at + BLOCK_BYTES] = b"\xff" * BLOCK_BYTES
            self.erased.append(argument)
        return {4: BLOCKS, 5: BLOCK_BYTES, 6: 0}.get(operation)


class Context(UserContext):
    """A block device as littlefs asks it."""

    def __init__(self, device: Any) -> None:
        super().__init__(buffsize=0)
        self._device = device

    def read(self, cfg: Any, block: int, off: int, size: int) -> bytearray:
        """Read."""
        buffer = bytearray(size)
        self._device.readblocks(block, buffer, off)
        return buffer

    def prog(self, cfg: Any, block: int, off: int, data: bytes) -> int:
        """Program."""
        self._device.writeblocks(block, data, off)
        return 0

    def erase(self, cfg: Any, block: int) -> int:
        """Erase."""
        self._device.ioctl(6, block)
        return 0


def volume(device: Any) -> Any:
    """A file system on that device, not mounted."""
    return LittleFS(
        context=Context(device),
        mount=False,
        block_size=BLOCK_BYTES,
        block_count=BLOCKS,
        read_size=_READ_BYTES,
        prog_size=_PROGRAM_BYTES,
        cache_size=_CACHE_BYTES,
    )


class FileSystem:
    """What `vfs`, `os` and `open` do on a board that was started: the partition is at `/`."""

    def __init__(self, partition: Partition, *, fresh: bool) -> None:
        root = volume(partition)
        if fresh:
            root.format()
        root.mount()
        self._mounted = {"": root}

    def mount(self, device: Any, place: str, *, readonly: bool) -> None:
        """`vfs.mount`."""
        assert readonly
        self._mounted[place] = volume(device)
        self._mounted[place].mount()

    def umount(self, place: str) -> None:
        """`vfs.umount`."""
        self._mounted.pop(place).unmount()

    def _at(self, path: str) -> tuple[Any, str]:
        place = max((place for place in self._mounted if path.startswith(place)), key=len)
        return self._mounted[place], path[len(place) :]

    def stat(self, path: str) -> tuple[int, ...]:
        """`os.stat`; only the size is told."""
        where, name = self._at(path)
        try:
            size: int = where.stat(name).size
        except LittleFSError as error:
            raise OSError(2) from error
        return (0, 0, 0, 0, 0, 0, size, 0, 0, 0)

    def mkdir(self, path: str) -> None:
        """`os.mkdir`."""
        where, name = self._at(path)
        where.mkdir(name)

    def rename(self, path: str, other: str) -> None:
        """`os.rename`."""
        where, name = self._at(path)
        where.rename(name, other)

    def open(self, path: str, mode: str = "rb") -> Any:
        """`open`."""
        where, name = self._at(path)
        try:
            return where.open(name, mode)
        except (LittleFSError, FileNotFoundError) as error:
            raise OSError(2) from error

    def os(self) -> Any:
        """The module."""
        return SimpleNamespace(stat=self.stat, mkdir=self.mkdir)
