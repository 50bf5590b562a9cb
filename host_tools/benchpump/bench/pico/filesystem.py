"""The board's littlefs, built and read on the host as the stock image formats and mounts it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from littlefs import LittleFS, UserContext

from benchpump.bench.pico.image import FILESYSTEM_AT, FLASH_BYTES

BLOCK_BYTES = 4096
BLOCKS = (FLASH_BYTES - FILESYSTEM_AT) // BLOCK_BYTES
# ports/rp2/modules/_boot.py mounts with progsize=256; extmod/vfs_lfsx.c makes the caches of that.
# A larger cache here would put longer files inline than the board can read.
_READ_BYTES, _PROGRAM_BYTES, _CACHE_BYTES = 32, 256, 1024
_OLDEST_FORMAT = 0x0002_0000  # every image mounts it
_NEWEST_FORMAT = 0  # an image writes its own when it first changes something


def build(files: Mapping[str, bytes]) -> bytes:
    """A freshly formatted file system with those files; folders are made as their paths need."""
    volume = _volume(UserContext(buffsize=BLOCK_BYTES * BLOCKS), _OLDEST_FORMAT)
    volume.format()
    volume.mount()
    for name in sorted(files):
        parent = PurePosixPath(name).parent
        if parent != PurePosixPath("."):
            volume.makedirs(str(parent), exist_ok=True)
        with volume.open(name, "wb") as file:
            file.write(files[name])
    volume.unmount()
    return bytes(volume.context.buffer)


def read(filesystem: bytes) -> dict[str, bytes]:
    """Every file in it by its path. Raises littlefs.LittleFSError where it cannot be mounted."""
    context = UserContext(buffsize=BLOCK_BYTES * BLOCKS)
    context.buffer = bytearray(filesystem)
    volume = _volume(context, _NEWEST_FORMAT)
    volume.mount()
    found: dict[str, bytes] = {}
    for folder, _, names in volume.walk("/"):
        for name in names:
            path = PurePosixPath(folder) / name
            with volume.open(str(path), "rb") as file:
                found[str(path.relative_to("/"))] = file.read()
    volume.unmount()
    return found


def _volume(context: UserContext, disk_version: int) -> Any:  # littlefs says little of its types
    # Not mounted here: the library would format what it cannot mount.
    return LittleFS(
        context=context,
        mount=False,
        block_size=BLOCK_BYTES,
        block_count=BLOCKS,
        read_size=_READ_BYTES,
        prog_size=_PROGRAM_BYTES,
        cache_size=_CACHE_BYTES,
        disk_version=disk_version,
    )
