"""The image of the board: where it is looked for, and what is no image."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from benchpump.bench.pico import image
from benchpump.bench.rig import DeviceMissing

MAGIC = (0x0A324655, 0x9E5D5157, 0x0AB16F30)
FLASH = 0x1000_0000


def block(address: int, payload: bytes) -> bytes:
    """One block of a UF2 file."""
    head = struct.pack("<8I", *MAGIC[:2], 0x2000, address, len(payload), 0, 1, 0xE48BFF56)
    return (head + payload).ljust(508, b"\0") + struct.pack("<I", MAGIC[2])


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of nobody's, and no variable."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv(image.VARIABLE, raising=False)
    return tmp_path


def test_without_an_image_it_says_what_to_set(home: Path) -> None:
    """What a person without an image reads names the variable; no test then counts as passed."""
    with pytest.raises(DeviceMissing, match=image.VARIABLE):
        image.find()


def test_a_variable_that_names_nothing_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong path is not silently replaced by another image."""
    monkeypatch.setenv(image.VARIABLE, str(home / "not-there.uf2"))
    with pytest.raises(DeviceMissing, match="names no file"):
        image.find()


def test_the_newest_release_of_the_cache_is_taken(home: Path) -> None:
    """Of the emulator's downloads the newest; older ones than 1.27, and previews, are none."""
    cache = home / ".cache" / "rp2040py"
    cache.mkdir(parents=True)
    for name in (
        "RPI_PICO-20241129-v1.24.1.uf2",
        "RPI_PICO-20251209-v1.27.0.uf2",
        "RPI_PICO-20260406-v1.28.0.uf2",
        "RPI_PICO-20260807-v1.29.0-preview.678.g5f2181f938.uf2",
    ):
        (cache / name).touch()
    assert image.find().name == "RPI_PICO-20260406-v1.28.0.uf2"
    (cache / "RPI_PICO-20260406-v1.28.0.uf2").unlink()
    (cache / "RPI_PICO-20251209-v1.27.0.uf2").unlink()
    with pytest.raises(DeviceMissing):
        image.find()


def test_blocks_come_to_their_place(tmp_path: Path) -> None:
    """The last block that fits ends where the file system begins; a byte more is refused."""
    uf2 = tmp_path / "x.uf2"
    last = FLASH + image.FILESYSTEM_AT - 256
    uf2.write_bytes(block(FLASH, b"a" * 256) + block(last, b"b" * 256))
    flash = image.flash_of(uf2)
    assert len(flash) == image.FLASH_BYTES
    assert flash[:257] == b"a" * 256 + b"\xff"
    end = flash[image.FILESYSTEM_AT - 257 : image.FILESYSTEM_AT + 1]
    assert end == b"\xff" + b"b" * 256 + b"\xff"
    uf2.write_bytes(block(last + 1, b"b" * 256))
    with pytest.raises(ValueError, match="not of a Pico"):
        image.flash_of(uf2)


def test_what_is_no_image_is_refused(tmp_path: Path) -> None:
    """An empty or torn file never becomes a board that does not start for no known reason."""
    uf2 = tmp_path / "x.uf2"
    for content in (b"", block(FLASH, b"a" * 256)[:-1], b"\0" * 512):
        uf2.write_bytes(content)
        with pytest.raises(ValueError):
            image.flash_of(uf2)
