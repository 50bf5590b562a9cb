"""The main job: an emulated bench runs a recipe through an occlusion, inside one cap."""

from pathlib import Path

from click.testing import CliRunner

from benchpump.cli import main
from benchpump.record import read_run


def test_demo_ends_done_with_one_occlusion(tmp_path: Path) -> None:
    """Loading dose, titration, occlusion, acknowledge, rest, taper: all volume, all alarms."""
    result = CliRunner().invoke(main, ["demo", "--vm", "cpython", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    run = read_run(tmp_path / "run.jsonl")
    names = [alarm.name for alarm in run.alarms]
    assert names == ["OCCLUSION_DOWNSTREAM", "NEAR_END", "END_OF_INFUSION"]
    assert run.header is not None
    assert abs(run.samples[-1].volume_nl - run.header.expected_nl) < 500
    assert run.samples[-1].volume_nl < run.header.cap_nl
    assert run.bench[-1].outflow_nl < run.samples[-1].volume_nl
    assert (tmp_path / "report.html").stat().st_size > 1_000_000
    assert "no rule was broken" in result.output
