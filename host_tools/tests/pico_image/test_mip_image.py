"""A package that MicroPython's own installer puts on a board starts there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from click.testing import CliRunner
from mpremote import mip as installer
from mpremote.transport_serial import SerialTransport

from benchpump.bench.pico import image
from benchpump.bench.pico.rig import PicoRig, PicoSetup
from benchpump.bench.pico.serial_bridge import serving
from benchpump.bench.reference import booted
from benchpump.board import mip
from benchpump.cli import main

PROMPT_US = 2_000_000
"""By then an image without files has made its file system and is at its prompt."""


def test_installed_by_mip(uf2: Path, tmp_path: Path) -> None:
    """From an empty board to a firmware that finds every one of its files as it was built."""
    bare = bytes(image.flash_of(uf2))
    done = CliRunner().invoke(main, ["package", str(tmp_path)])
    assert done.exit_code == 0, done.output
    install: Any = installer
    with PicoRig(PicoSetup(image=bare)) as rig:
        rig.board.run_until(rig.board.now_us + PROMPT_US)
        with serving(rig.board) as port:
            transport: Any = SerialTransport(port.url)
            transport.enter_raw_repl()
            install._install_package(transport, str(tmp_path / mip.NAME), "", "/", None, True)
            transport.exit_raw_repl()
            transport.close()
        rig.power_cycle()
        assert booted(rig).selftest().text("code") == "verified"
