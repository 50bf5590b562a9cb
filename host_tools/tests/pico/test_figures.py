"""Figures of `make bench TARGET=pico`: targets, and that the chip's own figures see a fault."""

from __future__ import annotations

import tomllib
from array import array
from pathlib import Path
from shutil import copytree

import pytest

from benchpump import tree_root
from benchpump.bench import budgets
from benchpump.bench.pico import figures
from benchpump.bench.pico.inside import Inside, Noted
from benchpump.bench.pico.rig import BOARD, PicoRig, PicoSetup
from benchpump.bench.reference import booted

pytestmark = pytest.mark.requirement("REQ-IMAGE-2")

TARGETS = tomllib.loads(figures.TARGETS.read_text(encoding="utf-8"))
TICKS = 30


def at_target() -> dict[str, float]:
    """Every figure exactly at its target."""
    return {name: float(row.get("most", row.get("least"))) for name, row in TARGETS.items()}


def test_targets_are_those_that_were_asked_for() -> None:
    """10 ms and 4 ms of a tick, nothing from the heap, ready in 3 s; each says what it is."""
    for state in ("idle", "running", "polled", "bolus", "alarm"):
        assert TARGETS[f"tick_{state}_mean_ms"]["most"] == 4
    for state in ("idle", "running", "polled", "asked", "bolus", "alarm"):
        assert TARGETS[f"tick_{state}_worst_ms"]["most"] == 10
    for state in ("idle", "running", "polled", "asked", "alarm"):
        assert TARGETS[f"tick_{state}_heap_bytes"]["most"] == 0
    assert TARGETS["boot_to_ready_ms"]["most"] == 3000
    for row in TARGETS.values():
        assert row["text"]
        assert ("most" in row) != ("least" in row)


def test_a_figure_beyond_its_target_is_missed() -> None:
    """At the target it is kept; a little above the most, below the least, it is named."""
    assert budgets.missed(at_target(), figures.TARGETS) == []
    assert budgets.missed(at_target() | {"tick_idle_worst_ms": 10.01}, figures.TARGETS) == [
        "tick_idle_worst_ms is 10.01, above its budget of 10"
    ]
    assert budgets.missed(at_target() | {"steps_per_s": 1979.9}, figures.TARGETS) == [
        "steps_per_s is 1979.9, below 1980"
    ]
    without = at_target()
    del without["boot_to_ready_ms"]
    assert budgets.missed(without, figures.TARGETS) == ["boot_to_ready_ms was not measured"]


def test_what_an_hour_leaves_is_told_by_a_long_run_only() -> None:
    """Without hours its figure may be missing, with hours it may not; if there, it counts."""
    growing = at_target() | {"heap_growth_bytes": 16.0}
    without = at_target()
    del without["heap_growth_bytes"]
    said = ["heap_growth_bytes was not measured"]
    assert budgets.missed(without, figures.TARGETS, figures.OF_HOURS) == []
    assert budgets.missed(without, figures.TARGETS) == said
    assert budgets.missed(growing, figures.TARGETS, figures.OF_HOURS)


def test_ticks_that_nobody_looked_at_have_no_figure() -> None:
    """The first one after the REPL is late and counts for nothing; nor does one after the last."""
    noted = Noted(100, 0, 0, array("H", [9000, 1, 2, 3]))
    assert noted.between(101, 104) == [1, 2, 3]
    for first, end in ((100, 103), (101, 105), (102, 102)):
        with pytest.raises(ValueError, match="not looked at"):
            noted.between(first, end)


def test_without_an_image_it_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """No figure, no file, no failure."""
    monkeypatch.delenv("PICO_UF2", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["figures", "--out", str(tmp_path / "bench.json")])
    assert figures.main() == 0
    said = capsys.readouterr().out
    assert said.startswith("SKIPPED")
    assert "PICO_UF2" in said
    assert not (tmp_path / "bench.json").exists()


def at_rest(setup: PicoSetup) -> tuple[list[int], list[int]]:
    """Microseconds and bytes of each tick of a board that was never provisioned."""
    with PicoRig(setup) as rig:
        booted(rig)
        inside = Inside(rig)
        taken: list[list[int]] = []
        for watch in (inside.watch_times, inside.watch_bytes):
            first = watch().status().tick + 2
            rig.clock.sleep_ms(TICKS * 50)
            taken.append(inside.noted().between(first, first + TICKS - 1))
        return taken[0], taken[1]


@pytest.mark.usefixtures("uf2")
def test_the_chip_sees_a_slow_tick_and_garbage(tmp_path: Path) -> None:
    """12 ms more in each reading of the switches, and a list of it: both are in the figures."""
    microseconds, taken = at_rest(PicoSetup())
    assert max(microseconds) < 10_000
    assert max(taken) == 0
    folder = copytree(tree_root() / "boards", tmp_path / "boards") / BOARD
    sensors = folder.parent / "common" / "sensors.py"
    sound = sensors.read_text(encoding="utf-8")
    defect = "        bits = 0\n        self.kept = [0] * 9\n        sleep_us(12_000)\n"
    text = sound.replace("        bits = 0\n", defect)
    assert text != sound
    sensors.write_text(text + "\n\nfrom time import sleep_us\n", encoding="utf-8")
    microseconds, taken = at_rest(PicoSetup(board_facts=folder))
    assert min(microseconds) > 12_000
    assert min(taken) >= 9 * 4
