"""Recipes become the segments of the wire."""

from pathlib import Path

import pytest

from benchpump.recipes import RecipeError, Segment, load_recipe, parse_recipe

EXAMPLES = sorted((Path(__file__).parents[3] / "recipes").glob("*.toml"))


def one_step(step: str, top: str = "") -> tuple[Segment, ...]:
    """Segments of a recipe with one step."""
    return parse_recipe(f'then = "stop"\n{top}\n[[step]]\n{step}').program.segments


def test_each_kind_of_step_becomes_its_segment() -> None:
    """Bolus, constant, ramp and hold: rates in nL/h, volumes in nL, times in ticks of 50 ms."""
    program = parse_recipe(
        """
        then = "stop"
        step = [
          { kind = "bolus", volume = "0.5 mL", rate = "30 mL/h" },
          { kind = "constant", rate = "5 mL/h", duration = "90 min" },
          { kind = "ramp", from = "5 mL/h", to = "1 mL/h", duration = "10 s" },
          { kind = "hold", duration = "2 min" },
        ]
        """
    ).program
    assert program.segments == (
        Segment("BOLUS", 30_000_000, 30_000_000, 500_000, 0, 1),
        Segment("CONST", 5_000_000, 5_000_000, 0, 108_000, 2),
        Segment("RAMP", 5_000_000, 1_000_000, 0, 200, 3),
        Segment("HOLD", 0, 0, 0, 2_400, 4),
    )


def test_titration_is_one_segment_for_each_rate() -> None:
    """A list of rates, each held for the same time."""
    segments = one_step('kind = "titration"\nrates = ["1 mL/h", "2 mL/h"]\neach = "1 h"')
    assert [(s.kind, s.rate_nl_h, s.duration_ticks) for s in segments] == [
        ("CONST", 1_000_000, 72_000),
        ("CONST", 2_000_000, 72_000),
    ]


@pytest.mark.parametrize(
    ("written", "rate_nl_h"),
    [
        ("5 mL/h", 5_000_000),
        ("5 ml/hr", 5_000_000),
        ("50 uL/min", 3_000_000),
        ("50 µL/min", 3_000_000),
        ("2 mg/h", 1_000_000),
        ("2 mg/kg/h", 500_000),
        ("4 mL/kg/h", 2_000_000),
        ("500 mL/h", 500_000_000),
        ("1 nL/h", 1),
    ],
)
def test_rate_units(written: str, rate_nl_h: int) -> None:
    """Flow rates, drug per time at 2 mg/mL, and both per weight at 0.5 kg."""
    top = 'concentration = "2 mg/mL"\nweight = "500 g"'
    segments = one_step(f'kind = "constant"\nrate = "{written}"\nduration = "1 h"', top)
    assert segments[0].rate_nl_h == rate_nl_h


def test_constant_until_a_volume() -> None:
    """With a volume the time follows, to the nearest tick."""
    (segment,) = one_step('kind = "constant"\nrate = "3 mL/h"\nvolume = "1 mL"')
    assert segment.duration_ticks == 24_000
    assert segment.planned_nl == 1_000_000


def test_keep_open_rate() -> None:
    """The keep-open rate after the end is part of the program, not of its volume."""
    program = parse_recipe(
        'then = "keep-open"\nkeep_open_rate = "0.5 mL/h"\n'
        'step = [{ kind = "constant", rate = "2 mL/h", duration = "1 h" }]'
    ).program
    assert (program.then, program.keep_open_rate_nl_h) == ("KEEPOPEN", 500_000)
    assert program.total_volume_nl == 2_000_000


def test_totals_and_expected_curve() -> None:
    """Total volume, peak rate, duration, and the corners of the curve with its jumps."""
    program = parse_recipe(
        """
        then = "stop"
        step = [
          { kind = "bolus", volume = "1 mL", rate = "60 mL/h" },
          { kind = "ramp", from = "4 mL/h", to = "2 mL/h", duration = "1 h" },
        ]
        """
    ).program
    assert program.total_volume_nl == 4_000_000
    assert program.peak_rate_nl_h == 60_000_000
    assert program.duration_s == 3_660
    assert [(p.time_s, p.rate_nl_h, p.volume_nl) for p in program.expected_curve()] == [
        (0, 60_000_000, 0),
        (60, 60_000_000, 1_000_000),
        (60, 4_000_000, 1_000_000),
        (3_660, 2_000_000, 4_000_000),
        (3_660, 0, 4_000_000),
    ]


@pytest.mark.parametrize(("count", "fits"), [(63, True), (64, True), (65, False)])
def test_at_most_64_segments(count: int, fits: bool) -> None:
    """The wire takes 64 segments: 63 and 64 pass, 65 is refused."""
    rates = ", ".join(['"1 mL/h"'] * count)
    step = f'kind = "titration"\nrates = [{rates}]\neach = "1 min"'
    if fits:
        assert len(one_step(step)) == count
    else:
        with pytest.raises(RecipeError, match="more than 64 segments"):
            one_step(step)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_shipped_examples_compile(path: Path) -> None:
    """Every recipe that ships can run in the container that it names, inside its cap."""
    recipe = load_recipe(path)
    assert recipe.container is not None
    assert recipe.cap_nl is not None
    assert 0 < recipe.program.total_volume_nl <= recipe.cap_nl


def test_there_are_examples() -> None:
    """The examples are found at all."""
    assert len(EXAMPLES) >= 3
