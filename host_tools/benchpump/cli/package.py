"""`benchpump package`: the firmware of a board as a folder that MicroPython's `mip` installs."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import click

from benchpump.board import mip
from benchpump.cli import boards
from benchpump.cli.exits import Unusable


@click.command()
@click.option("--board", default=boards.BOARD, show_default=True, help="What the files are for.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def package(board: str, folder: Path) -> None:
    """Build the firmware into FOLDER, with a package.json for MicroPython's own installer.

    For boards without this program beside them; else use `benchpump flash`.
    """
    files = boards.files_for(board)
    try:
        written = mip.write(folder, files, version("benchpump"))
    except mip.NotEmptyError as error:
        raise Unusable(str(error), "name another one") from error
    click.echo(f"{len(files)} files. To install: mpremote mip install --target / {written}")
