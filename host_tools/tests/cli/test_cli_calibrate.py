"""`benchpump calibrate`: readings typed in, refused or in force, on record either way."""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from benchpump.bench.emulated import EmulatedRig
from benchpump.cli import main
from benchpump.commissioning.gravimetry import CALIBRATION_PPM, Bench

Run = Callable[..., Result]
Reads = Callable[[Mapping[str, Callable[[], object]]], None]

NOMINAL_PL = 102_212  # BD Plastipak 10 mL, 14.43 mm, at 625 nm a step
STEPS = 978  # 0.1 mL
SCALE = Bench(20.0, 0.1, 0.2)
OPTIONS = (
    "--temperature", "20", "--resolution", "0.1 mg", "--records", "kept", "--rig", "r1",
    "--operator", "Ada", "--note", "first",
)  # fmt: skip


def masses(ppm: float, off_mg: float = 0.0) -> str:
    """What a person types of a scale: before, and after each of three runs."""
    run_mg = STEPS * NOMINAL_PL * ppm / 1e12 / SCALE.z_ul_per_mg
    shown = [10.0 + run_mg * count + (off_mg if count == 2 else 0) for count in range(4)]
    return "".join(f"{mass_mg:.9f}\n" for mass_mg in shown)


@pytest.fixture
def attended(ready: EmulatedRig, reads: Reads) -> EmulatedRig:
    """A pump with an allotment and a person who fits and removes the jumper when told."""
    reads(
        {
            "Fit the service jumper": lambda: ready.set_jumper(True),
            "Take the service jumper out": lambda: ready.set_jumper(False),
        }
    )
    return ready


def volume(typed: str, *more: str) -> Result:
    """Three runs of 0.1 mL at 200 mL/h."""
    arguments = ["calibrate", "volume", "0.1 mL", "200 mL/h", *OPTIONS, "--yes", *more]
    return CliRunner().invoke(main, arguments, input=typed)


def record(number: int, kind: str) -> dict[str, Any]:
    """One record as it was written."""
    return tomllib.loads(Path(f"kept/r1/{number:04d}-{kind}.toml").read_text("utf-8"))


def in_pump(run: Run, field: str) -> int:
    """What the pump's configuration holds."""
    return int(run("config", "get", field).output.split()[1])


@pytest.mark.requirement("REQ-CALIBRATE-4")
def test_a_calibration_is_written_and_kept(attended: EmulatedRig, run: Run) -> None:
    """In force in the pump, on record with everything, found again; the next allotment has it."""
    done = volume(masses(1_020_000))
    assert done.exit_code == 0, done.output
    assert "1020000 ppm of the geometry" in done.output
    assert in_pump(run, "calibration_ppm") == 1_020_000
    kept = record(1, "volume")
    assert (kept["outcome"], kept["operator"], kept["note"]) == ("in force", "Ada", "first")
    assert str(kept["board"]).startswith("benchpump,emulator,")
    assert kept["result"]["calibration_ppm"] == 1_020_000
    assert [one["steps"] for one in kept["run"]] == [STEPS] * 3
    journal = run("log").output.splitlines()
    number = kept["pump"]["journal_record"]
    (noted,) = [line for line in journal if line.split()[0] == str(number)]
    assert "config_set 0, 1020000" in noted
    shown = run("calibrate", "show", "--records", "kept", "--rig", "r1").output
    assert "calibration_ppm = 1020000 ppm of the container's geometry: as in record 0001" in shown
    assert attended.truth.forward_steps == 3 * STEPS + STEPS // 20
    attended.clock.sleep_ms(3000)
    assert run("config", "set", "calibration_ppm", "1019999").exit_code == 4  # delivers more
    assert run("config", "set", "calibration_ppm", "1020001").exit_code == 0
    shown = run("calibrate", "show", "--records", "kept", "--rig", "r1").output
    assert "calibration_ppm = 1020001 ppm of the container's geometry: NOT the 1020000" in shown
    attended.truth.check()


@pytest.mark.requirement("REQ-CALIBRATE-2", "REQ-CALIBRATE-4")
@pytest.mark.parametrize("limit", CALIBRATION_PPM)
def test_limits_of_what_is_believed(attended: EmulatedRig, run: Run, limit: int) -> None:
    """A ppm beyond ±10 % is refused: nothing in the pump changes, the readings are on record; at
    the limit and a ppm inside it is taken."""
    outwards = 1 if limit > 1_000_000 else -1
    refused = volume(masses(limit + outwards))
    assert refused.exit_code == 4
    assert "outside 900000..1100000" in refused.stderr
    assert in_pump(run, "calibration_ppm") == 1_000_000
    assert (record(1, "volume")["outcome"], record(1, "volume")["reason"]) == (
        "refused",
        "geometry",
    )
    for number, ppm in ((2, limit), (3, limit - outwards)):
        taken = volume(masses(ppm))
        assert taken.exit_code == 0, taken.output
        assert in_pump(run, "calibration_ppm") == ppm
        assert record(number, "volume")["before_ppm"] == (1_000_000 if number == 2 else limit)
    attended.truth.check()


@pytest.mark.requirement("REQ-CALIBRATE-2")
def test_what_else_is_refused(attended: EmulatedRig, run: Run) -> None:
    """A jump of the scale, grams typed for milligrams, a coarse scale: each with its reason."""
    for typed, more, said in (
        (masses(1e6, off_mg=10), (), "the runs differ by"),
        (masses(1e3), (), "where about 99.96 mg were expected"),
        (masses(1e6), ("--resolution", "1 mg"), "is 100 digits of this scale; at least 500"),
    ):
        refused = volume(typed, *more)
        assert refused.exit_code == 4
        assert said in refused.stderr
        assert "What to do" in refused.stderr
    assert in_pump(run, "calibration_ppm") == 1_000_000
    assert len(list(Path("kept/r1").iterdir())) == 3
    assert in_pump(run, "pressure_zero_code") == 410


@pytest.mark.requirement("REQ-CALIBRATE-4")
def test_nothing_without_the_jumper(ready: EmulatedRig, run: Run) -> None:
    """Nobody fits it: refused, the pump is as before, the result on record as not written."""
    refused = volume(masses(1_020_000))
    assert refused.exit_code == 4
    assert "the service jumper was not fitted; nothing was written" in refused.stderr
    assert in_pump(run, "calibration_ppm") == 1_000_000
    assert record(1, "volume")["outcome"] == "not written"


def test_before_anything_moves(ready: EmulatedRig, run: Run) -> None:
    """More than the cap has left, a no, hot water, air pressure in Pa, no number, no place for
    records: nothing is delivered."""
    over = volume(masses(1e6), "--runs", "10")
    assert over.exit_code == 4
    assert "the cap has 1.000 mL left" in over.stderr
    arguments = ["calibrate", "volume", "0.1 mL", "200 mL/h", *OPTIONS]
    assert CliRunner().invoke(main, arguments, input="n\n").exit_code == 4
    assert run(*arguments, "--temperature", "41").exit_code == 2
    assert run(*arguments, "--resolution", "fine").exit_code == 2
    assert run(*arguments, "--air-pressure", "101325").exit_code == 2
    assert run(*arguments, "--density", "nan").exit_code == 2
    Path("file").touch()
    assert run(*arguments, "--records", "file").exit_code == 2
    assert run(*arguments, "--rig", "a/b").exit_code == 2
    assert ready.truth.forward_steps == 0


@pytest.mark.requirement("REQ-CALIBRATE-3", "REQ-CALIBRATE-4")
def test_pressure(attended: EmulatedRig, run: Run, reads: Reads) -> None:
    """Two points in kPa: the zero is written; typed in the wrong unit it is refused, the pump as
    before. Nothing moves."""
    raised = []

    def open_line() -> None:
        while raised:
            raised.pop().clear()
        attended.clock.sleep_ms(20_000)

    def press() -> None:
        raised.append(attended.inject("downstream", "back_pressure", pa=40_000))
        attended.clock.sleep_ms(20_000)

    reads({"Open the line": open_line, "on the line and keep": press})
    assert run("config", "set", "pressure_zero_code", "400").exit_code == 0
    attended.clock.sleep_ms(3000)
    options = [*OPTIONS[4:], "--yes"]
    arguments = ["calibrate", "pressure", "30 kPa", *options]
    wrong = CliRunner().invoke(main, arguments, input="\n\n")
    assert wrong.exit_code == 4, wrong.output
    assert "Pa for 1000 codes is" in wrong.stderr
    assert in_pump(run, "pressure_zero_code") == 400
    assert record(1, "pressure")["reason"] == "gain"
    arguments[2] = "40 kPa"
    done = CliRunner().invoke(main, arguments, input="\n\n")
    assert done.exit_code == 0, done.output
    kept = record(2, "pressure")
    assert kept["result"]["pressure_zero_code"] == in_pump(run, "pressure_zero_code")
    assert abs(in_pump(run, "pressure_zero_code") - 410) <= 1
    assert kept["result"]["gain_ppm"] == pytest.approx(1e6, abs=10_000)
    assert attended.truth.forward_steps == 0
    attended.truth.check()


@pytest.mark.requirement("REQ-CALIBRATE-4")
def test_pressure_on_a_blank_board(rig: EmulatedRig, run: Run, reads: Reads) -> None:
    """Before anything is provisioned the zero can be found and kept; provisioning leaves it."""
    raised = []
    reads(
        {
            "Open the line": lambda: rig.set_jumper(False),
            "on the line and keep": lambda: raised.append(
                rig.inject("downstream", "back_pressure", pa=30_000)
            ),
            "Enter when": lambda: rig.clock.sleep_ms(20_000),
            "Fit the service jumper": lambda: rig.set_jumper(True),
            "Take the service jumper out": lambda: rig.set_jumper(False),
        }
    )
    arguments = ["calibrate", "pressure", "29.4 kPa", *OPTIONS[4:], "--yes"]
    done = CliRunner().invoke(main, arguments, input="\n\n")
    assert done.exit_code == 0, done.output
    zero = in_pump(run, "pressure_zero_code")
    assert record(1, "pressure")["pump"]["value"] == zero
    rig.set_jumper(True)
    rig.clock.sleep_ms(100)
    assert run("provision", "--yes").exit_code == 0
    assert in_pump(run, "pressure_zero_code") == zero
