"""The pack of a deployment: as it is built, and as the board's own module serves it."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from typing import Any

import pytest

from benchpump import tree_root
from benchpump.board import deployment, manifest, pack

FILES = {
    "main.mpy": b"M" * 300,
    "pump/app.mpy": bytes(range(256)) * 2,
    "pump/apps.mpy": b"\n/main.mpy 0 1\n",  # looks like a line of the index
    "pump/detectors/air.mpy": b"",
    "manifest.txt": b"text",
}
_spec = importlib.util.spec_from_file_location(
    "packed", tree_root() / "boards/common/root/packed.py"
)
assert _spec is not None
assert _spec.loader is not None
packed: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(packed)


def opener(content: bytes | None) -> Callable[[str, str], io.BytesIO]:
    """`open` of a file system in which only that is."""

    def open_(path: str, mode: str) -> io.BytesIO:
        assert mode == "rb"
        if content is None:
            raise OSError(2, path)
        return io.BytesIO(content)

    return open_


def served(content: bytes | None) -> Any:
    """The board's file system over that pack. Raises packed.PackError."""
    return packed.Pack("/firmware.pack", opener(content))


@pytest.mark.parametrize("settled", [False, True])
def test_every_file_is_served_as_it_went_in(settled: bool) -> None:
    """In any order, also while another one is open, before and after the table was given back."""
    board = served(pack.build(FILES))
    if settled:
        board.settle()
    for order in (list(FILES), list(reversed(FILES))):
        for name in order:
            assert board.stat("/" + name)[0] == 0x8000
            assert board.open("/" + name, "rb").read() == FILES[name]
    first, second = board.open("/pump/app.mpy", "rb"), board.open("/main.mpy", "r")
    block = bytearray(255)
    got = b""
    while count := first.readinto(block):
        got += block[:count]
        second.readinto(bytearray(2))
    assert got == FILES["pump/app.mpy"]
    assert first.ioctl(11, 0) == 255


@pytest.mark.parametrize("settled", [False, True])
def test_folders_and_what_is_not_there(settled: bool) -> None:
    """Part of a name is no name; nothing can be opened to be written."""
    board = served(pack.build(FILES))
    if settled:
        board.settle()
    for folder in ("/pump", "/pump/detectors"):
        assert board.stat(folder)[0] == 0x4000
    for absent in ("/pum", "/pump/app", "/pump/app.py", "/app.mpy", "/main.mp", "/main.mpy/"):
        with pytest.raises(OSError, match="2"):
            board.stat(absent)
        with pytest.raises(OSError, match="2"):
            board.open(absent, "rb")
    with pytest.raises(OSError, match="2"):
        board.open("/pump", "rb")
    for mode in ("w", "ab", "r+"):
        with pytest.raises(OSError, match="30"):
            board.open("/main.mpy", mode)


@pytest.mark.requirement("REQ-PACK-1")
def test_every_byte_counts() -> None:
    """Any byte changed, and any end missing or too much: refused by board and host alike."""
    whole = pack.build(FILES)
    assert pack.read(whole) == FILES
    for at in range(len(whole)):
        other = bytearray(whole)
        other[at] ^= 0x10
        for bad in (bytes(other), whole[:at]):
            with pytest.raises(pack.PackError):
                pack.read(bad)
            with pytest.raises(packed.PackError):
                served(bad)
    with pytest.raises(packed.PackError, match="torn"):
        served(whole + b"\0")
    with pytest.raises(packed.PackError, match="missing"):
        served(None)


def test_a_path_that_the_index_cannot_hold() -> None:
    """Refused when the pack is built, not when a board looks for it."""
    for path in ("/main.mpy", "two words.mpy", "two\nlines.mpy", "Größe.mpy"):
        with pytest.raises(ValueError, match="no path"):
            pack.build({path: b""})


def test_what_a_board_gets() -> None:
    """Four files; the pack has a manifest of what it holds."""
    root = tree_root()
    files = deployment.board_files(root / "firmware", root / "boards/rpi_pico")
    assert sorted(files) == ["boot.py", "firmware.pack", "main.py", "packed.mpy"]
    held = pack.read(files["firmware.pack"])
    said = held.pop(manifest.NAME)
    assert said == manifest.of_contents(held)
    assert {"main.mpy", "hal.mpy", "board_data.mpy", "pump/app.mpy", "link/server.mpy"} <= set(
        held
    )
    assert not {"boot.mpy", "packed.mpy", "root/main.mpy"} & set(held)
    bare = deployment.packed_files(
        root / "firmware", root / "boards/rpi_pico", with_manifest=False
    )
    assert bare == held
