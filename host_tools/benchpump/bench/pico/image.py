"""Where the board's MicroPython image comes from: a path that is given, or a download kept."""

from __future__ import annotations

import os
import re
from pathlib import Path

from rp2040py.device.load_flash import UF2_BLOCK_SIZE, decode_block
from rp2040py.memory_map import FLASH_START_ADDRESS

from benchpump.bench.rig import DeviceMissing

VARIABLE = "PICO_UF2"
FLASH_BYTES = 2 << 20
FILESYSTEM_AT = 0xA0000
"""Where the stock image's 1408 KB of storage begin: ports/rp2, MICROPY_HW_FLASH_STORAGE_BYTES."""
OLDEST = (1, 27)
_KEPT = re.compile(r"RPI_PICO-\d+-v(\d+)\.(\d+)(?:\.(\d+))?\.uf2")


class ImageMissing(DeviceMissing):
    """There is no image on this machine; the message says what to set."""


def find() -> Path:
    """`PICO_UF2`, or the newest release in the emulator's download cache. Raises ImageMissing."""
    given = os.environ.get(VARIABLE)
    if given:
        if not Path(given).is_file():
            raise ImageMissing(f"{VARIABLE} names no file; set it to an RPI_PICO image (.uf2)")
        return Path(given)
    kept = _newest(Path.home() / ".cache" / "rp2040py")
    if kept is None:
        raise ImageMissing(
            f"no MicroPython image: set {VARIABLE} to an RPI_PICO .uf2 of"
            f" {OLDEST[0]}.{OLDEST[1]} or newer"
        )
    return kept


def flash_of(uf2: Path) -> bytearray:
    """The board's whole flash with that image in it and everything else erased.

    Raises ValueError for a file that is no UF2, or one that reaches into the file system.
    """
    flash = bytearray(b"\xff" * FLASH_BYTES)
    content = uf2.read_bytes()
    if not content or len(content) % UF2_BLOCK_SIZE:
        raise ValueError(f"{uf2.name} is no UF2 image: {len(content)} bytes")
    for start in range(0, len(content), UF2_BLOCK_SIZE):
        block = decode_block(content[start : start + UF2_BLOCK_SIZE])
        at = block.flash_address - FLASH_START_ADDRESS
        if not 0 <= at <= FILESYSTEM_AT - len(block.payload):
            raise ValueError(f"{uf2.name} is not of a Pico: a block at {at:#x} of the flash")
        flash[at : at + len(block.payload)] = block.payload
    return flash


def _newest(folder: Path) -> Path | None:
    found: list[tuple[tuple[int, ...], Path]] = []
    for path in folder.glob("RPI_PICO-*.uf2"):
        match = _KEPT.fullmatch(path.name)
        if match is not None:
            version = tuple(int(part or 0) for part in match.groups())
            if version >= OLDEST:
                found.append((version, path))
    return max(found)[1] if found else None
