"""`board.toml` is checked before anything is made from it."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest

from benchpump import tree_root
from benchpump.board import data, generate


@pytest.fixture
def raw() -> dict[str, Any]:
    """The emulated board's own description, to be spoiled."""
    path = tree_root() / "boards/emulator/board.toml"
    return copy.deepcopy(tomllib.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("section", "key", "value", "told"),
    [
        ("drive", "nm_per_step", 0, r"\[drive\] nm_per_step = 0: expected a whole number 1\.\."),
        ("drive", "max_steps_per_s", 3001, r"1\.\.3000 \(steps/s\)"),
        ("drive", "nm_per_step", 1.5, "whole number"),
        ("drive", "nm_per_step", True, "whole number"),
        ("board", "pump", "gear", "syringe, peristaltic"),
        ("board", "name", "Two Words", "a-z"),
        ("store", "ledger_first_sector", 1, "ledger begins in sector 1, inside config"),
        ("store", "journal_sectors", 15, "journal ends at sector 33 of 32"),
        ("limits", "max_rate_nl_h", 999, r"1000\.\.1000000000"),
        ("sensors", "air", {"fitted": "yes"}, "fitted = true or fitted = false"),
        ("sensors", "flow", {"fitted": False, "counts_per_ul": 3}, "not fitted, yet"),
        ("sensors", "heat", {"fitted": False}, "heat: unknown"),
        ("drive", "gear", 3, r"\[drive\] gear: unknown"),
    ],
)
def test_each_mistake_is_named(
    raw: dict[str, Any], section: str, key: str, value: object, told: str
) -> None:
    """C5: a wrong figure is refused with its place and what was expected."""
    raw[section][key] = value
    with pytest.raises(data.BoardDataError, match=told):
        data.check(raw)


@pytest.mark.parametrize(
    ("sensor", "key", "other", "told"),
    [
        ("air", "wet_below_code", "dry_above_code", "wet_below_code must be below"),
        ("supply", "stop_below_mv", "warn_below_mv", "stop_below_mv must be below"),
    ],
)
def test_limits_of_a_sensor_in_order(
    raw: dict[str, Any], sensor: str, key: str, other: str, told: str
) -> None:
    """C5: air that reads as liquid, a warning that comes after the stop; one below is accepted."""
    facts = raw["sensors"][sensor]
    facts[key] = facts[other] - 1
    data.check(raw)
    facts[key] = facts[other]
    with pytest.raises(data.BoardDataError, match=told):
        data.check(raw)


@pytest.mark.parametrize("value", [1, 3000])
def test_limits_themselves_are_accepted(raw: dict[str, Any], value: int) -> None:
    """C1: the lease word ends at 3000 steps/s; that very figure may be given."""
    raw["drive"]["max_steps_per_s"] = value
    assert data.check(raw).sections["drive"]["max_steps_per_s"] == value


def test_a_missing_key_says_what_belongs_there(raw: dict[str, Any]) -> None:
    """C5: the unit is part of the message."""
    del raw["drive"]["nm_per_step"]
    with pytest.raises(data.BoardDataError, match=r"nm_per_step: missing.*nm of plunger travel"):
        data.check(raw)


def test_generated_text_is_what_the_firmware_reads(raw: dict[str, Any]) -> None:
    """C5: constants by name; a sensor that is not fitted has no conversion."""
    found: dict[str, Any] = {}
    exec(generate.board_data_text(data.check(raw)), found)
    assert found["DRIVE_NM_PER_STEP"] == 625
    assert found["AIR_FITTED"] is True
    assert found["FLOW_FITTED"] is False
    assert "FLOW_COUNTS_PER_UL" not in found


def test_a_word_given_twice_is_refused() -> None:
    """C6: two fields in one place of a record would go unnoticed otherwise."""
    path = tree_root() / "host_tools/lockstep.toml"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    raw["fields"]["in"]["flow"]["at"] = raw["fields"]["in"]["air"]["at"]
    with pytest.raises(ValueError, match="given twice"):
        generate.lockstep_data_text(raw)


def peristaltic() -> dict[str, Any]:
    """The emulated peristaltic board's own description."""
    path = tree_root() / "boards/emulator_peristaltic/board.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("steps", "fits"),
    [
        (199, False),
        (200, True),
        (201, True),
        (999_999, True),
        (1_000_000, True),
        (1_000_001, False),
    ],
)
def test_steps_of_a_revolution(steps: int, fits: bool) -> None:
    """C5: what a step is on a rotary pump, at the edges of its range."""
    raw = peristaltic()
    raw["drive"]["steps_per_revolution"] = steps
    if fits:
        assert data.check(raw).sections["drive"]["steps_per_revolution"] == steps
    else:
        with pytest.raises(data.BoardDataError, match=r"steps_per_revolution.*200\.\.1000000"):
            data.check(raw)


def test_travel_means_nothing_on_a_rotary_pump() -> None:
    """C5: each kind of pump has its own [drive]."""
    raw = peristaltic()
    raw["drive"]["nm_per_step"] = 625
    with pytest.raises(data.BoardDataError, match="nm_per_step: unknown"):
        data.check(raw)


def test_emulated_boards_differ_in_their_pump_only(raw: dict[str, Any]) -> None:
    """Memory map, sensors and limits are one: tools that read them from one board serve both.

    A sensor before the rollers is for the pump that has a line there.
    """
    other = peristaltic()
    assert raw["sensors"].pop("upstream") == {"fitted": False}
    assert other["sensors"].pop("upstream")["fitted"]
    for section in ("store", "sensors", "limits"):
        assert raw[section] == other[section]


@pytest.mark.parametrize("pump", ["emulator", "emulator_peristaltic"])
def test_an_instrumented_board_differs_in_encoder_and_flow_only(pump: str) -> None:
    """C5: what the suite shows of either board holds for the other, but for what is fitted."""
    boards = [
        tomllib.loads((tree_root() / "boards" / name / "board.toml").read_text(encoding="utf-8"))
        for name in (pump, f"{pump}_instrumented")
    ]
    fitted = [(one["sensors"].pop("encoder"), one["sensors"].pop("flow")) for one in boards]
    assert [[sensor["fitted"] for sensor in one] for one in fitted] == [[False] * 2, [True] * 2]
    for board in boards:
        del board["board"]["name"]
    assert boards[0] == boards[1]
