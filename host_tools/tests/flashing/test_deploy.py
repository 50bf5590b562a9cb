"""Copying a deployment: what is copied, in which order, and what a cut leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchpump.flashing.deploy import deploy
from benchpump.flashing.files import Guarded, Listing, sha256
from benchpump.flashing.plan import plan
from benchpump.flashing.problems import NotAsWritten

from .folder_board import Cut, FolderBoard

OLD = {
    "boot.py": b"cut the driver",
    "main.py": b"start one",
    "firmware/main.mpy": b"one",
    "firmware/pump/app.mpy": b"one",
    "firmware/pump/gone/old.mpy": b"one",
}
WANTED = {
    "boot.py": b"cut the driver",
    "main.py": b"start two",
    "firmware/main.mpy": b"two",
    "firmware/pump/app.mpy": b"one",
    "firmware/pump/new.mpy": b"two",
}
THEIRS = {"sectors/000": b"ledger", "sectors/complete": b"", "notes.txt": b"mine", "lib/x.py": b""}
pytestmark = pytest.mark.requirement("REQ-FLASH-1")


def quiet(_: str) -> None:
    """Nobody listens."""


@pytest.fixture
def board(tmp_path: Path) -> FolderBoard:
    """Holds the old deployment, a ledger, and files of somebody else's."""
    made = FolderBoard(tmp_path / "board")
    made.put(OLD | THEIRS)
    return made


def test_only_what_differs_is_copied(board: FolderBoard) -> None:
    """What is the same stays as it is, what is ours and not wanted goes with its folder, what is
    somebody else's stays; afterwards there is nothing more to do."""
    done = deploy(WANTED, board, quiet)
    assert done.copies == ("firmware/main.mpy", "firmware/pump/new.mpy", "main.py")
    assert done.removals == ("main.py", "firmware/pump/gone/old.mpy")
    assert done.unchanged == ("boot.py", "firmware/pump/app.mpy")
    assert done.left_alone == ("lib/x.py", "notes.txt")
    assert board.content() == WANTED | THEIRS
    assert "firmware/pump/gone" not in board.listing().folders
    again = FolderBoard(board.root)
    assert deploy(WANTED, again, quiet).nothing
    assert again.done == []


def test_main_goes_first_and_comes_back_last(board: FolderBoard) -> None:
    """And no file is ever written under the name that is read at a start."""
    deploy(WANTED, board, quiet)
    assert board.done[0] == "remove main.py"
    assert board.done[-2:] == ["write main.py.new", "rename main.py.new main.py"]
    written = [done.split()[1] for done in board.done if done.startswith("write")]
    assert all(path.endswith(".new") for path in written)


def test_a_blank_board_cuts_its_driver_before_it_gets_anything_else(tmp_path: Path) -> None:
    """boot.py, which does that, is the first file of all."""
    board = FolderBoard(tmp_path)
    deploy(WANTED, board, quiet)
    assert board.done[:2] == ["write boot.py.new", "rename boot.py.new boot.py"]
    assert board.content() == WANTED


def operations(root: Path) -> int:
    """How many a whole deployment takes."""
    board = FolderBoard(root)
    board.put(OLD | THEIRS)
    deploy(WANTED, board, quiet)
    return len(board.done)


def test_after_any_cut_nothing_mixed_starts_and_a_repeat_completes(tmp_path: Path) -> None:
    """While main.py is there all files belong together: the old ones or the new; the memory and
    what is somebody else's are there after every cut."""
    count = operations(tmp_path / "whole")
    assert count > 8
    for cut_after in range(count):
        root = tmp_path / str(cut_after)
        board = FolderBoard(root, cut_after)
        board.put(OLD | THEIRS)
        with pytest.raises(Cut):
            deploy(WANTED, board, quiet)
        left = board.content()
        if "main.py" in left:
            assert left == OLD | THEIRS
        assert THEIRS.items() <= left.items()
        deploy(WANTED, FolderBoard(root), quiet)
        assert board.content() == WANTED | THEIRS


@pytest.mark.parametrize("spoilt", [path for path in WANTED if path != "firmware/pump/app.mpy"])
def test_a_file_that_reads_back_otherwise_ends_it(tmp_path: Path, spoilt: str) -> None:
    """main.py is not put back, so that the board does not start."""
    board = FolderBoard(tmp_path, spoil=spoilt + ".new")
    board.put(THEIRS)
    with pytest.raises(NotAsWritten, match=spoilt):
        deploy(WANTED, board, quiet)
    assert "main.py" not in board.content()


def test_what_changes_after_it_was_copied_is_found(board: FolderBoard) -> None:
    """All files are looked at again before main.py comes back."""

    class Forgets(FolderBoard):
        def rename(self, path: str, to: str) -> None:
            super().rename(path, to)
            if to == "firmware/pump/new.mpy":
                (self.root / "firmware/main.mpy").write_bytes(b"rotten")

    with pytest.raises(NotAsWritten, match=r"firmware/main\.mpy"):
        deploy(WANTED, Forgets(board.root), quiet)
    assert "main.py" not in board.content()


@pytest.mark.requirement("REQ-FLASH-2")
@pytest.mark.parametrize("path", ["sectors/000", "sectors", "/sectors/000", "a/../sectors/000"])
def test_the_memory_is_out_of_reach(board: FolderBoard, path: str) -> None:
    """C3: no way of touching the ledger, whatever a deployment names."""
    guarded = Guarded(board)
    for touch in (
        lambda: guarded.write(path, b""),
        lambda: guarded.remove(path),
        lambda: guarded.digest(path),
        lambda: guarded.rename("boot.py", path),
        lambda: guarded.rename(path, "boot.py"),
        lambda: guarded.remove_folder(path),
        lambda: plan(WANTED | {path: b""}, Listing({}, frozenset())),
    ):
        with pytest.raises(ValueError, match="not for a deployment to touch"):
            touch()
    assert board.content() == OLD | THEIRS


def test_a_deployment_needs_a_main() -> None:
    """Without it main.py would be removed and nothing said."""
    with pytest.raises(ValueError, match=r"main\.py"):
        plan({"boot.py": b""}, Listing({}, frozenset()))


def test_what_a_cut_left_behind_is_removed() -> None:
    """A file under its other name, in our folder or beside boot.py; a user's stays."""
    listing = Listing(
        {name: sha256(b"") for name in ("boot.py.new", "firmware/x.mpy.new", "notes.new")},
        frozenset({"firmware"}),
    )
    todo = plan(WANTED, listing)
    assert todo.removals == ("boot.py.new", "firmware/x.mpy.new")
    assert todo.left_alone == ("notes.new",)


@pytest.mark.requirement("REQ-PACK-1")
@pytest.mark.parametrize("stray", ["packed.py", "packed/__init__.py", "packed/x/y.py"])
def test_what_an_import_would_take_instead_is_removed(tmp_path: Path, stray: str) -> None:
    """A source or a package goes before the compiled module of that name; a user's name stays."""
    board = FolderBoard(tmp_path)
    packed = {"boot.py": b"b", "main.py": b"m", "packed.mpy": b"serves the pack"}
    board.put(packed | {stray: b"older", "unpacked.py": b"theirs"})
    deploy(packed, board, quiet)
    assert board.content() == packed | {"unpacked.py": b"theirs"}
    assert not [path for path in board.listing().folders if path.startswith("packed")]


def test_another_layout_takes_the_place_of_this_one(board: FolderBoard) -> None:
    """One pack instead of many files: what is not wanted any more goes."""
    packed = {"boot.py": b"b", "main.py": b"m", "firmware.pack": b"all of it"}
    deploy(packed, board, quiet)
    assert board.content() == packed | THEIRS
    deploy(WANTED, FolderBoard(board.root), quiet)
    assert board.content() == WANTED | THEIRS
