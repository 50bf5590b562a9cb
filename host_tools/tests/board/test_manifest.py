"""The manifest of a deployment: which files, in which order, and computed anew each time."""

from __future__ import annotations

import zlib
from pathlib import Path

from benchpump.board.manifest import NAME, files_of, manifest, place_beside


def tree(folder: Path, **files: str) -> Path:
    """A tree of those modules."""
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.with_suffix(".py").parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".py").write_text(text, encoding="utf-8")
    return folder


def test_the_first_tree_with_a_file_wins(tmp_path: Path) -> None:
    """As an import finds it; tests are not deployed."""
    first = tree(tmp_path / "first", main="a", pump__app="b", tests__test_app="c")
    second = tree(tmp_path / "second", main="other", hal="d")
    found = files_of([first, second])
    assert sorted(found) == ["hal.py", "main.py", "pump/app.py"]
    assert found["main.py"] == first / "main.py"


def test_lines_and_their_end(tmp_path: Path) -> None:
    """A CRC-32 for each file, and one over all lines."""
    folder = tree(tmp_path, main="a", pump__app="b")
    lines = f"{zlib.crc32(b'a'):08x} main.py\n{zlib.crc32(b'b'):08x} pump/app.py\n"
    end = f"{zlib.crc32(lines.encode()):08x} =\n"
    assert manifest(files_of([folder])).decode() == lines + end


def test_each_deployment_has_its_own(tmp_path: Path) -> None:
    """Equal trees share one; a changed file makes another, and the first stays as it was."""
    folder = tree(tmp_path, main="a")
    before = place_beside([folder])
    text = (before / NAME).read_bytes()
    assert place_beside([folder]) == before
    tree(tmp_path, main="bb")
    after = place_beside([folder])
    assert after != before
    assert (before / NAME).read_bytes() == text
    assert (after / NAME).read_bytes() == manifest(files_of([folder]))
    assert [path.name for path in after.iterdir()] == [NAME]
