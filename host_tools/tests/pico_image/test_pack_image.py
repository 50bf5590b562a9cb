"""The pack on the chip's own image: started from it when it is whole, and not at all otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from benchpump import tree_root
from benchpump.bench.pico import filesystem, image
from benchpump.bench.pico.provisioned import provisioned_flash
from benchpump.bench.pico.rig import PicoRig, PicoSetup
from benchpump.board import deployment, pack
from benchpump.link.messages import State
from benchpump.link.status import parse_status

STARTED_MS = 6000
"""By then a board that starts at all answers, the sectors of its store made."""
REFUSED_MS = 1000
READY_MAX_MS = 3000
ASK_MS = 50
# What a folder of an older deployment must not get a chance to do.
ENERGISE = b"import machine; machine.Pin(4, machine.Pin.OUT, value=0)\n"
OLD = {"firmware/main.py": ENERGISE, "firmware/hal.py": ENERGISE, "main.mpy": b"M"}


@pytest.fixture(scope="module")
def deployed(uf2: Path) -> dict[str, bytes]:
    """The files of a board; skipped without an image, with what to set."""
    assert uf2
    root = tree_root()
    return deployment.board_files(root / "firmware", root / "boards/rpi_pico")


def board_with(files: Mapping[str, bytes]) -> PicoRig:
    """A board under power in whose file system just these files are."""
    flash = image.flash_of(image.find())
    flash[image.FILESYSTEM_AT :] = filesystem.build(files)
    return PicoRig(PicoSetup(image=bytes(flash)))


def changed(whole: bytes, at: int) -> bytes:
    """One bit of it turned."""
    other = bytearray(whole)
    other[at] ^= 0x10
    return bytes(other)


@pytest.mark.requirement("REQ-PACK-1")
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("missing", b"is missing"),
        ("empty", b"is no pack"),
        ("half", b"is torn"),
        ("last byte", b"is torn"),
        ("one bit of a module", b"is damaged"),
        ("one bit of the index", b"is damaged"),
    ],
)
def test_a_pack_that_is_not_whole(deployed: dict[str, bytes], damage: str, said: bytes) -> None:
    """The driver stays cut, nothing steps, not even the files of an older deployment are run, and
    the REPL says why for as long as it is asked."""
    whole = deployed[pack.NAME]
    packs = {
        "empty": b"",
        "half": whole[: len(whole) // 2],
        "last byte": whole[:-1],
        "one bit of a module": changed(whole, len(whole) - 100),
        "one bit of the index": changed(whole, 100),
    }
    files = {**deployed, **OLD}
    del files[pack.NAME]
    if damage in packs:
        files[pack.NAME] = packs[damage]
    with board_with(files) as rig:
        rig.clock.sleep_ms(REFUSED_MS)
        for _ in range(2):
            rig.link.read(1)
            rig.link.write(b"print(fault)\r")
            rig.clock.sleep_ms(100)
            answer = rig.link.read(1)
            assert b"the firmware does not start" in answer
            assert said in answer
        assert not rig.board.drive.enabled
        assert rig.board.drive.forward_steps == rig.board.drive.reverse_steps == 0


@pytest.mark.requirement("REQ-PACK-1")
def test_an_older_folder_is_hidden(deployed: dict[str, bytes]) -> None:
    """Files beside the pack, with names of its own ones, take nobody's place."""
    with board_with({**deployed, **OLD}) as rig:
        rig.clock.sleep_ms(STARTED_MS)
        rig.link.read(1)
        rig.link.write(b"STATus?\n")
        assert rig.link.read(200).startswith(b"OK ")
        assert not rig.board.drive.enabled


@pytest.mark.requirement("REQ-PACK-2")
def test_ready_in_time(deployed: dict[str, bytes]) -> None:
    """From power-on to idle, provisioned, asked all the while: within the limit."""
    assert deployed
    with PicoRig(PicoSetup(image=provisioned_flash(PicoSetup()))) as rig:
        answers = b""
        state = State.BOOT
        while rig.clock.now_ms() <= READY_MAX_MS and state in (State.BOOT, State.SELFTEST):
            rig.link.write(b"STATus?\n")
            answers += rig.link.read(ASK_MS)
            for line in answers.splitlines(keepends=True):
                if line.startswith(b"OK ") and line.endswith(b"\n"):
                    state = parse_status(line.split()[1].decode()).state
        assert state is State.IDLE
