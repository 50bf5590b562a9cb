"""Power lost at every file of `benchpump flash`: a board in service, and all files are others."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchpump import tree_root
from benchpump.bench.flash import PAGE_BYTES, CutMode, Flash, PowerCut
from benchpump.bench.pico import filesystem, image
from benchpump.bench.pico.forks import forked
from benchpump.bench.pico.rig import PicoRig
from benchpump.bench.pico.serial_bridge import Port, serving
from benchpump.bench.reference import booted
from benchpump.cli import boards, main
from benchpump.flashing.files import MEMORY
from benchpump.flashing.port import BoardPort
from benchpump.flashing.prompt import BoardAtPrompt
from benchpump.flashing.who import Firmware, Prompt
from benchpump.link.client import Pump
from benchpump.testing.procedures import ML_H, start_constant
from benchpump.testing.verdict import SUMMARY

Note = Callable[[str, object], None]
Files = dict[str, bytes]
DEPLOYED = ("boot.py", "firmware.pack", "main.py", "packed.mpy")
STEPS = (
    "remove main.py",
    *("write boot.py.new", "rename boot.py.new"),
    *("write firmware.pack.new", "rename firmware.pack.new"),
    *("write packed.mpy.new", "rename packed.mpy.new"),
    *("write main.py.new", "rename main.py.new"),
)
REPEATED = tuple(step for step in STEPS if not step.startswith("rename") or step == STEPS[-1])
"""Cut off in these, the command is given again."""
RESTARTED = (1, 4, 16, 64, 256)
CHANGES = {
    "boards/rpi_pico/root/boot.py": (b"import machine;", b"import  machine;"),
    "boards/common/root/main.py": (b"bytearray(16384)", b"bytearray(16388)"),
    "boards/common/root/packed.py": (b"_CHUNK_BYTES = 2048", b"_CHUNK_BYTES = 1024"),
    "firmware/pump/answers.py": (b'VERSION = b"', b'VERSION = b"9.'),
}
"""One byte or constant in each file of the deployment."""
SILENT_S = 15.0


@dataclass(frozen=True)
class Cut:
    """One cut, and what the board started when the power was back."""

    during: str
    mode: CutMode
    started: str
    repeated: bool


class Cuts:
    """Cuts the power in copies of the rig, as the deployment itself goes on.

    In each step of it: inside writes 1, 4, 16 … to the memory, and after the last, which is before
    the next step. What any other write leaves when torn is only looked at from outside.
    """

    def __init__(self, rig: PicoRig, port: Port, kinds: Mapping[str, Files]) -> None:
        self.rig, self._port, self._kinds = rig, port, kinds
        self.seen: list[Cut] = []
        self.torn = 0
        self._during = ""
        self._number = 0
        self._in_copy = False
        self._sectors: Files = {}
        self._standing = standing(rig.connect())
        flash = rig.flash
        self._program, self._erase = flash.program, flash.erase
        flash.program = lambda address, page: self._write(lambda: self._program(address, page))
        flash.erase = lambda sector: self._write(lambda: self._erase(sector))

    def begin(self, during: str) -> None:
        """The next step of the deployment; from the first one on the pump's memory must stay."""
        if self._in_copy:
            return
        self._during, self._number = during, 0
        self._sectors = self._sectors or split(self.rig.flash)[1]

    def end(self) -> None:
        """That step is over."""
        if self._during:
            self._cut_between("after")
        self._during = ""

    def _write(self, operate: Callable[[], int]) -> int:
        if not self._during:
            return operate()
        self._number += 1
        if not self.seen:
            self._cut_between("before")
        if self._number in RESTARTED:
            again = self._number == 1 and self._during in REPEATED
            self.seen.append(forked(lambda: self._cut_inside(operate, again)))
        else:
            forked(lambda: self._look_inside(operate))
        self.torn += 1
        return operate()

    def _look_inside(self, operate: Callable[[], int]) -> None:
        """In a copy: what the memory holds after a torn write, as the host reads it."""
        self._tear(operate)
        self._kind(self._during)

    def _cut_inside(self, operate: Callable[[], int], again: bool) -> Cut:
        """In a copy: the power goes inside a write."""
        after_us = self._tear(operate).after_us
        assert self.rig.board.chip is not None
        self.rig.board.chip.stall(after_us * 1000)
        return self._restart("torn", again)

    def _cut_between(self, mode: CutMode) -> None:
        """Before or after a step: nothing is being written."""
        self.seen.append(forked(lambda: self._restart(mode, again=False)))

    def _tear(self, operate: Callable[[], int]) -> PowerCut:
        flash = self.rig.flash
        flash.program, flash.erase = self._program, self._erase
        flash.cut("torn", 1)
        with pytest.raises(PowerCut) as cut:
            operate()
        return cut.value

    def _kind(self, during: str) -> str:
        """Whose files would be started: those of one deployment, or nothing is."""
        files, sectors = split(self.rig.flash)
        assert sectors == self._sectors, f"the pump's memory was touched: {during}"
        if "main.py" not in files:
            return "nothing"
        found = [name for name, wanted in self._kinds.items() if files == wanted]
        assert found, f"a mixture would be started: cut in {during}, write {self._number}"
        return found[0]

    def _restart(self, mode: CutMode, again: bool) -> Cut:
        rig, board = self.rig, self.rig.board
        during, self._during = self._during, ""
        self._in_copy = True
        steps = rig.truth.forward_steps, rig.truth.reverse_steps
        rig.power_cycle()
        kind = self._kind(during)
        found = BoardPort(self._port.url, rig._virtual).ask_after_reset(SILENT_S)
        if kind == "nothing":
            assert isinstance(found, Prompt), f"{during}, {mode}: {found}"
        else:
            assert isinstance(found, Firmware), f"{during}, {mode}: {found}"
            assert (",9." in found.identity) == (kind == "new")
            assert standing(booted(rig)) == self._standing
        if again:
            done = flashed(self._port)
            assert done.exit_code == 0, f"{during}, {mode}: {done.output}"
            assert split(rig.flash)[0] == self._kinds["new"]
            assert standing(booted(rig)) == self._standing
        assert not board.drive.enabled
        assert steps == (rig.truth.forward_steps, rig.truth.reverse_steps)
        rig.truth.check()
        return Cut(during, mode, kind, again)


def split(flash: Flash) -> tuple[Files, Files]:
    """A deployment's files, whatever is on its way left out; and the pump's memory. Raises where
    littlefs does not mount."""
    addresses = range(image.FILESYSTEM_AT, image.FLASH_BYTES, PAGE_BYTES)
    found = filesystem.read(b"".join(flash.read(address) for address in addresses))
    memory = {path: found[path] for path in found if path.startswith(f"{MEMORY}/")}
    assert memory
    return {path: found[path] for path in DEPLOYED if path in found}, memory


def standing(pump: Pump) -> tuple[object, ...]:
    """What reflashing must never refill: debit, cap, window, allotment, and what limits them."""
    status = pump.status()
    figures = (status.debited_steps, status.cap_left_steps)
    return (*figures, pump.allotment().parts, pump.limits().parts)


def flashed(port: Port) -> Result:
    """`benchpump flash` as typed."""
    return CliRunner().invoke(main, ["flash", "--port", port.url])


def other_tree(folder: Path) -> Path:
    """The project's files for boards, a constant changed in each file of a deployment."""
    for name in ("firmware", "boards"):
        shutil.copytree(tree_root() / name, folder / name)
    for name, (old, new) in CHANGES.items():
        content = (folder / name).read_bytes()
        assert content.count(old) == 1, name
        (folder / name).write_bytes(content.replace(old, new))
    return folder


def _campaign(rig: PicoRig, kinds: Mapping[str, Files], patch: pytest.MonkeyPatch) -> Cuts:
    pump = rig.connect()
    start_constant(pump, 50 * ML_H, 60)
    rig.clock.sleep_ms(3_000)
    pump.stop()
    rig.clock.sleep_ms(1_000)
    assert pump.status().debited_steps > 0
    patch.setattr(boards, "board_at", lambda url: BoardPort(url, rig._virtual))
    with serving(rig.board) as port:
        cuts = Cuts(rig, port, kinds)
        for method in ("remove", "write", "rename"):
            _tell(cuts, method, patch)
        done = flashed(port)
        assert done.exit_code == 0, f"{done.output}{done.exception}"
        assert f"{len(DEPLOYED)} files copied" in done.output
    assert split(rig.flash)[0] == kinds["new"]
    rig.truth.check()
    return cuts


def _tell(cuts: Cuts, method: str, patch: pytest.MonkeyPatch) -> None:
    """Each call of that method is a step of the deployment."""
    plain = getattr(BoardAtPrompt, method)

    def told(prompt: BoardAtPrompt, path: str, *rest: object) -> None:
        cuts.begin(f"{method} {path}")
        plain(prompt, path, *rest)
        cuts.end()

    patch.setattr(BoardAtPrompt, method, told)


@pytest.mark.requirement("REQ-FLASH-1", "REQ-FLASH-2")
def test_power_lost_at_every_file_of_the_firmware(
    idle: PicoRig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Note
) -> None:
    """The real deployment onto a board in service whose four files all differ. Cut before, inside
    and after each step, it starts the old firmware, the new one, or stands at its prompt with the
    driver cut; `benchpump flash` again finishes; not a step is made, and debit, cap, window and
    allotment are what they were (C2). No torn write leaves a mixture, or touches the memory."""
    old = boards.files_for(boards.BOARD)
    other = other_tree(tmp_path)
    monkeypatch.setattr(boards, "tree_root", lambda: other)
    new = boards.files_for(boards.BOARD)
    assert sorted(old) == sorted(new) == sorted(DEPLOYED)
    assert [path for path in old if old[path] == new[path]] == []

    def campaign() -> tuple[list[Cut], int]:
        cuts = _campaign(idle, {"old": old, "new": new}, monkeypatch)
        return cuts.seen, cuts.torn

    seen, torn = forked(campaign)
    for cut in seen:
        print(cut)
    assert tuple(dict.fromkeys(cut.during for cut in seen)) == STEPS
    for step in STEPS:
        assert {cut.mode for cut in seen if cut.during == step} - {"before"} == {"torn", "after"}
        assert any(cut.repeated for cut in seen if cut.during == step) == (step in REPEATED)
    assert (seen[0].mode, seen[0].started, seen[-1].started) == ("before", "old", "new")
    begun = [cut.started for cut in seen if cut.during not in (STEPS[0], STEPS[-1])]
    assert set(begun) == {"nothing"}
    assert torn > len(new["firmware.pack"]) // PAGE_BYTES
    record_property(
        SUMMARY,
        f"{len(seen)} restarts after power cuts at the files of a deployment, {torn} torn writes",
    )
