"""A configuration out of a file: refused before anything is done, or in force as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from benchpump.bench.emulated import EmulatedRig
from benchpump.cli import main
from benchpump.cli.config_file import Change
from benchpump.link.messages import CONFIG, Event, PumpNeedsJumperError
from benchpump.testing.procedures import FIELD

pytestmark = pytest.mark.requirement("REQ-FLASH-5")

OCCLUSION = FIELD["occlusion_pa"]
NARROWER = "occlusion_pa = 50_000\nwindow_cap_ul = 20000\n"
WIDER = "occlusion_pa = 50000\nwindow_cap_ul = 50001\n"


def written(text: str) -> str:
    """Name of a file with that text, in the test's own folder."""
    Path("pump.toml").write_text(text, encoding="utf-8")
    return "pump.toml"


def values(rig: EmulatedRig) -> dict[str, int]:
    """Every field as the pump has it."""
    with rig.connect() as pump:
        return {field.name: pump.config_get(field.index) for field in CONFIG}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no field"),
        ("occlusion_pa: 50000", "is not TOML"),
        ("no_such_field = 1", "is no configuration field"),
        (f"occlusion_pa = {OCCLUSION.min - 1}", f"outside {OCCLUSION.min}"),
        (f"occlusion_pa = {OCCLUSION.max + 1}", f"outside {OCCLUSION.min}"),
        ("occlusion_pa = 50000.0", "whole number of Pa"),
        ("bolus_count = true", "whole number of count"),
        ("[occlusion_pa]", "whole number of Pa"),
        ("ledger_generation = 0", "the pump's own"),
        ("occlusion_pa = 50000\nbolus_count = 13", "bolus_count: 13 is outside 0..12"),
    ],
)
@pytest.mark.parametrize("command", [("config", "apply"), ("flash", "--config")])
def test_bad_files(command: tuple[str, str], text: str, said: str, tmp_path: Path) -> None:
    """Wrong usage (2), with what is wrong, before the port is so much as looked for (5)."""
    file = tmp_path / "pump.toml"
    file.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main, [*command, str(file), "--port", "/dev/no-such-port"])
    assert done.exit_code == 2, done.output
    assert said in done.output
    assert "What to do" in done.output


def test_no_such_file_and_nothing_to_configure(tmp_path: Path) -> None:
    """The name is told; a rig board has no configuration."""
    missing = CliRunner().invoke(main, ["flash", "--config", "none.toml", "--port", "x"])
    assert (missing.exit_code, "none.toml" in missing.output) == (2, True)
    (tmp_path / "pump.toml").write_text(NARROWER, encoding="utf-8")
    arguments = ["--board", "rig_pico", "--config", str(tmp_path / "pump.toml"), "--port", "x"]
    rig_board = CliRunner().invoke(main, ["flash", *arguments])
    assert rig_board.exit_code == 2
    assert "no configuration" in rig_board.output


def test_limits_at_their_ends(tmp_path: Path) -> None:
    """The least and the most that a field can have are no reason to refuse: the port is looked
    for, and is not there."""
    for value in (OCCLUSION.min, OCCLUSION.max):
        (tmp_path / "pump.toml").write_text(f"occlusion_pa = {value}", encoding="utf-8")
        arguments = ["apply", str(tmp_path / "pump.toml"), "--port", "/dev/no-such-port"]
        assert CliRunner().invoke(main, ["config", *arguments]).exit_code == 5


def test_narrower_values_are_kept(ready: EmulatedRig, run) -> None:
    """Written, read back, and there after a restart; a field that the file does not name stays as
    it is; a second time there is nothing to do."""
    before = values(ready)
    done = run("config", "apply", written(NARROWER))
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [
        "occlusion_pa: 68950 → 50000 Pa",
        "window_cap_ul: 50000 → 20000 uL",
    ]
    ready.power_cycle()
    ready.clock.sleep_ms(3000)
    assert values(ready) == before | {"occlusion_pa": 50_000, "window_cap_ul": 20_000}
    assert run("config", "apply", "pump.toml").output == (
        "Every field is as in pump.toml already.\n"
    )


def test_all_of_a_file_or_nothing(ready: EmulatedRig, run) -> None:
    """One limit wider and one narrower: neither without the service jumper, both with it (C2)."""
    before = values(ready)
    refused = run("config", "apply", written(WIDER))
    assert refused.exit_code == 4
    assert "window_cap_ul: 50000 → 50001 uL" in refused.stderr
    assert "occlusion_pa" not in refused.stderr
    assert "fit the service jumper" in refused.stderr
    assert values(ready) == before
    with ready.connect() as pump:
        changed = (Event.CONFIG_SET, Event.LIMIT_WIDENED)
        assert [record for record in pump.log() if record.code in changed] == []
    ready.set_jumper(True)
    ready.clock.sleep_ms(100)
    assert run("config", "apply", "pump.toml").exit_code == 0
    assert values(ready) == before | {"occlusion_pa": 50_000, "window_cap_ul": 50_001}


def test_what_the_pump_refuses_is_taken_back(
    ready: EmulatedRig, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken for narrower by the host, refused by the pump: what it had accepted before is not left
    for the next commit to put in force."""
    before = values(ready)
    monkeypatch.setattr(Change, "widens", False)
    refused = run("config", "apply", written(WIDER))
    assert refused.exit_code == 4
    assert "NEEDS_JUMPER" in refused.stderr
    assert values(ready) == before


def test_a_board_that_nobody_provisioned(rig: EmulatedRig, run) -> None:
    """Without the jumper it says what comes first; with it the file can be written before, and
    provisioning keeps it."""
    rig.set_jumper(False)
    rig.clock.sleep_ms(3000)
    refused = run("config", "apply", written(NARROWER))
    assert refused.exit_code == 4
    assert "benchpump provision, then" in refused.stderr
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    assert run("config", "apply", "pump.toml").exit_code == 0
    assert run("provision", "--yes").exit_code == 0
    rig.set_jumper(False)
    rig.power_cycle()
    rig.clock.sleep_ms(3000)
    now = values(rig)
    assert (now["occlusion_pa"], now["window_cap_ul"]) == (50_000, 20_000)


def test_the_host_takes_for_wider_what_the_pump_does(ready: EmulatedRig) -> None:
    """For every field that can be written, one below and one above what is in force, and the ends:
    refused by the pump without the jumper exactly where a change says that it widens."""
    with ready.connect() as pump:
        for field in CONFIG:
            now = pump.config_get(field.index)
            for value in {field.min, now - 1, now + 1, field.max} - {now}:
                if field.name == "ledger_generation" or not field.min <= value <= field.max:
                    continue
                try:
                    pump.config_set(field.index, value)
                    refused = False
                except PumpNeedsJumperError:
                    refused = True
                assert refused == Change(field, now, value).widens, f"{field.name}: {value}"
