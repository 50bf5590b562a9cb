"""`benchpump flash` and `doctor` as typed, with the real firmware and the chip's own image."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchpump.bench.pico import image
from benchpump.bench.pico.provisioned import provisioned_flash
from benchpump.bench.pico.rig import PicoRig, PicoSetup
from benchpump.bench.pico.serial_bridge import serving
from benchpump.bench.reference import booted
from benchpump.cli import boards, main
from benchpump.flashing.port import BoardPort
from benchpump.link.messages import State
from benchpump.link.segments import Segment
from benchpump.testing.procedures import FIELD

RigMaker = Callable[[bytes], PicoRig]
Run = Callable[..., Result]


@pytest.fixture
def make_rig(uf2: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RigMaker]:
    """Makes a powered rig from that flash; the commands find it at their port."""
    made: list[PicoRig] = []

    def make(content: bytes) -> PicoRig:
        rig = PicoRig(PicoSetup(image=content))
        made.append(rig)
        monkeypatch.setattr(boards, "board_at", lambda url: BoardPort(url, rig._virtual))
        return rig

    yield make
    for rig in made:
        rig.close()


def run(rig: PicoRig, *arguments: str) -> Result:
    """A command line, at that rig's port."""
    with serving(rig.board) as port:
        return CliRunner().invoke(main, [*arguments, "--port", port.url])


@pytest.mark.requirement("REQ-FLASH-1", "REQ-FLASH-4", "REQ-FLASH-5")
def test_a_blank_board_is_flashed(uf2: Path, make_rig: RigMaker, tmp_path: Path) -> None:
    """From MicroPython alone to the first self-test; a second time there is nothing to copy; the
    doctor says the same as the board: all is well, and nobody has provisioned it, which has to
    come before its configuration."""
    rig = make_rig(bytes(image.flash_of(uf2)))
    rig.clock.sleep_ms(500)
    first = run(rig, "flash")
    assert first.exit_code == 0, first.output
    files = boards.files_for(boards.BOARD)
    assert f"{len(files)} files copied; firmware {boards.hash_of(files)}" in first.output
    assert first.output.index("copied   boot.py") < first.output.index("copied   main.py")
    assert "files     verified" in first.output
    assert "not fitted: encoder, flow, upstream" in first.output
    assert "not provisioned; fit the service jumper" in first.output
    again = run(rig, "flash", "--dry-run")
    assert (again.exit_code, again.output) == (0, "nothing to copy\n")
    looked = run(rig, "doctor")
    assert looked.exit_code == 6
    assert [line for line in looked.output.splitlines() if "What to do" in line] == [
        "    What to do: fit the service jumper, then: benchpump provision"
    ]
    file = tmp_path / "pump.toml"
    file.write_text("occlusion_pa = 50000\n", encoding="utf-8")
    unwritten = run(rig, "flash", "--config", str(file))
    assert unwritten.exit_code == 4
    assert "nothing to copy" in unwritten.output
    assert f"benchpump provision, then: benchpump config apply {file}" in unwritten.output
    assert rig.board.drive.forward_steps == 0
    rig.truth.check()


@pytest.mark.requirement("REQ-FLASH-5")
def test_a_configuration_comes_with_the_firmware(make_rig: RigMaker, tmp_path: Path) -> None:
    """A dry run says what would be set and what takes the service jumper, and sets nothing; what
    narrows is written once the board runs, and said."""
    rig = make_rig(provisioned_flash(PicoSetup()))
    booted(rig)
    narrower, wider = tmp_path / "narrower.toml", tmp_path / "wider.toml"
    narrower.write_text("occlusion_pa = 50000\nrelief_nl = 200000\n", encoding="utf-8")
    wider.write_text("occlusion_pa = 68951\nrelief_nl = 100000\n", encoding="utf-8")
    would = run(rig, "flash", "--dry-run", "--config", str(wider))
    assert (would.exit_code, would.output.splitlines()) == (
        0,
        [
            "nothing to copy",
            "would set     occlusion_pa: 68950 → 68951 Pa",
            "would set     relief_nl: 200000 → 100000 nL",
            "by hand       the service jumper: this makes a limit wider:"
            " occlusion_pa: 68950 → 68951 Pa",
        ],
    )
    done = run(rig, "flash", "--config", str(narrower))
    assert done.exit_code == 0, done.output
    assert "config    occlusion_pa: 68950 → 50000 Pa" in done.output
    pump = booted(rig)
    assert [pump.config_get(FIELD[name].index) for name in ("occlusion_pa", "relief_nl")] == [
        50_000,
        200_000,
    ]
    rig.truth.check()


@pytest.mark.requirement("REQ-FLASH-2", "REQ-FLASH-3")
def test_an_allotment_outlives_another_firmware(
    make_rig: RigMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused while the pump infuses, which goes on; stopped, it is flashed, and what was debited
    and what is left of the allotment are as before: reflashing refills nothing (C2)."""
    rig = make_rig(provisioned_flash(PicoSetup()))
    pump = booted(rig)
    proposed = pump.new_allotment(
        container=1, inner_diameter_um=14_430, cap_ul=1_000, capacity_ul=10_000,
        compliance_nl_per_kpa=100, pressure_max_pa=137_900,
    )  # fmt: skip
    rig.press_button()
    pump.confirm(proposed.token)
    rig.truth.allot(proposed.cap_steps, proposed.pl_per_step)
    pump.load([Segment.constant(20_000_000, 20 * 60)])
    pump.start(pump.arm(host_timeout_ms=60_000).token)
    rig.clock.sleep_ms(2_000)
    refused = run(rig, "flash")
    assert refused.exit_code == 4, refused.output
    assert "running" in refused.output
    assert pump.status().state is State.RUNNING
    pump.stop()
    rig.clock.sleep_ms(1_000)
    before = pump.status()
    assert before.debited_steps > 0
    files = boards.files_for(boards.BOARD)
    changed = files | {"main.py": files["main.py"] + b"# changed\n"}
    monkeypatch.setattr(boards, "files_for", lambda board: changed)
    done = run(rig, "flash")
    assert done.exit_code == 0, done.output
    assert "1 files copied" in done.output
    assert "allotment 1:" in done.output
    after = booted(rig).status()
    assert (after.debited_steps, after.cap_left_steps) == (
        before.debited_steps,
        before.cap_left_steps,
    )
    rig.truth.check()
