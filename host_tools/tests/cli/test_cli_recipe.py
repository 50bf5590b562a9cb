"""`benchpump recipe`: what a researcher sees before anything runs."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from benchpump.cli import main

EXAMPLE = Path(__file__).parents[3] / "recipes" / "loading_titration_taper.toml"


def test_check_of_a_good_recipe() -> None:
    """One line with volume, time, peak rate, cap, container and end; exit code 0."""
    result = CliRunner().invoke(main, ["recipe", "check", str(EXAMPLE)])
    assert result.exit_code == 0
    assert (
        "3.4167 mL in 31:00, peak 30 mL/h, cap 4 mL, BD Plastipak 10 mL, then stop"
        in result.output
    )


def test_check_of_a_bad_recipe(tmp_path: Path) -> None:
    """Every problem with its place on the error stream, what to do, exit code 2."""
    path = tmp_path / "bad.toml"
    path.write_text(
        'then = "stop"\n[[step]]\nkind = "constant"\nrate = "5 mL"\nduration = "1 mL"\n'
    )
    result = CliRunner().invoke(main, ["recipe", "check", str(path)])
    assert result.exit_code == 2
    assert f'{path}:4:8: rate: "5 mL" is a volume' in result.stderr
    assert f'{path}:5:12: duration: "1 mL" is a volume' in result.stderr
    assert "2 problems; nothing was sent" in result.stderr
    assert "What to do" in result.stderr
    assert result.stdout == ""


def test_missing_file() -> None:
    """A file that is not there is wrong usage."""
    result = CliRunner().invoke(main, ["recipe", "show", "no-such.toml"])
    assert result.exit_code == 2
    assert "no-such.toml" in result.stderr


def test_show_lists_the_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each segment with rate, time and volume, and the running sum."""
    monkeypatch.setenv("COLUMNS", "120")
    output = CliRunner().invoke(main, ["recipe", "show", str(EXAMPLE)]).output
    for part in ("bolus", "ramp", "8 → 1", "0.8333", "21:00"):
        assert part in output


def test_containers_lists_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each container with the source of its diameter."""
    monkeypatch.setenv("COLUMNS", "200")
    output = CliRunner().invoke(main, ["recipe", "containers"]).output
    assert "BD Plastipak 10 mL" in output
    assert "New Era NE-1000" in output


def test_help_tells_the_exit_codes() -> None:
    """A script's author finds the exit codes in --help."""
    output = CliRunner().invoke(main, ["--help"]).output
    for line in ("2  wrong usage", "3  an alarm", "4  the pump", "5  the pump was lost"):
        assert line in output
