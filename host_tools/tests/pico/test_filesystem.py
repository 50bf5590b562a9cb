"""The board's file system, built and read on the host."""

from __future__ import annotations

import pytest
from littlefs import LittleFSError

from benchpump.bench.pico import filesystem

# Around what littlefs keeps inside a folder's block (512 bytes) and around a block of its own.
SIZES = (0, 1, 511, 512, 513, 4095, 4096, 4097, 40_000)


def test_what_is_put_in_is_read_back() -> None:
    """Files of every kind of length, in folders or not, come back byte for byte."""
    files = {f"folder/deep/{size}.bin": bytes(range(256)) * (size // 256 + 1) for size in SIZES}
    files = {name: content[: int(name.split("/")[-1][:-4])] for name, content in files.items()}
    files["boot.py"] = b"import machine\n"
    volume = filesystem.build(files)
    assert len(volume) == filesystem.BLOCKS * filesystem.BLOCK_BYTES
    assert filesystem.read(volume) == files


def test_the_same_files_make_the_same_volume() -> None:
    """Whatever order they come in: the cache of provisioned boards goes by the content."""
    files = {"b.py": b"2", "a/c.py": b"3", "a/b.py": b"1"}
    assert filesystem.build(files) == filesystem.build(dict(reversed(files.items())))


def test_what_is_no_file_system_is_not_made_one() -> None:
    """Reading erased memory fails; it is not taken for an empty volume."""
    with pytest.raises(LittleFSError):
        filesystem.read(b"\xff" * (filesystem.BLOCKS * filesystem.BLOCK_BYTES))
