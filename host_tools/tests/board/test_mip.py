"""What `benchpump package` writes is what `mip` puts on a board, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from mpremote import mip as installer

from benchpump import tree_root
from benchpump.board import deployment, mip
from benchpump.cli import main

FILES = {"main.py": b"main", "firmware/pump/app.mpy": b"M\x06", "boot.py": b"boot"}


class Transport:
    """A board as mpremote's installer sees it: an empty file system."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.folders: set[str] = {"", "/"}

    def fs_exists(self, path: str) -> bool:
        """Folders that were made, and the root."""
        return path in self.folders

    def fs_mkdir(self, path: str) -> None:
        """Make one."""
        self.folders.add(path)

    def fs_writefile(self, path: str, data: bytes, progress_callback: Any = None) -> None:
        """Into a folder that is there."""
        assert path.rpartition("/")[0] in self.folders
        self.files[path] = data


def installed(package: Path) -> dict[str, bytes]:
    """What mpremote's own installer writes, by path from the root; in its order."""
    board = Transport()
    install: Any = installer
    install._install_package(board, str(package), "", "/", None, True)
    return {path.lstrip("/"): data for path, data in board.files.items()}


@pytest.mark.parametrize("board", ["rpi_pico", "esp32_s3"])
def test_mip_installs_a_whole_deployment(tmp_path: Path, board: str) -> None:
    """Every file of a deployment arrives, with its bytes; what starts it comes last."""
    done = CliRunner().invoke(main, ["package", "--board", board, str(tmp_path)])
    assert done.exit_code == 0, done.output
    root = tree_root()
    expected = deployment.board_files(root / "firmware", root / "boards" / board)
    arrived = installed(tmp_path / mip.NAME)
    assert arrived == expected
    assert list(arrived)[-2:] == ["boot.py", "main.py"]


def test_what_an_earlier_one_had_goes(tmp_path: Path) -> None:
    """The folder holds the files of one firmware."""
    mip.write(tmp_path, FILES, "1")
    package = mip.write(tmp_path, {"boot.py": b"other"}, "2")
    assert installed(package) == {"boot.py": b"other"}
    assert not (tmp_path / "firmware/pump/app.mpy").exists()
    assert json.loads(package.read_text())["version"] == "2"


def test_a_folder_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    """Nothing is removed or written where other files lie."""
    mip.write(tmp_path, FILES, "1")
    (tmp_path / "thesis.txt").write_text("mine")
    done = CliRunner().invoke(main, ["package", str(tmp_path)])
    assert done.exit_code != 0
    assert "thesis.txt" in done.output
    assert (tmp_path / "main.py").read_bytes() == b"main"
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_no_board_no_package(tmp_path: Path) -> None:
    """An emulated board has no file system."""
    done = CliRunner().invoke(main, ["package", "--board", "emulator", str(tmp_path)])
    assert done.exit_code != 0
    assert not list(tmp_path.iterdir())
