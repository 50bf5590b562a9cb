"""Repeats and periodic doses in recipes."""

import pytest

from benchpump.recipes import RecipeError, Segment, parse_recipe
from benchpump.recipes.program import Program

REPEAT = """
then = "stop"
[[step]]
kind = "bolus"
volume = "0.1 mL"
rate = "36 mL/h"
[[step]]
kind = "repeat"
times = {times}
[[step.step]]
kind = "constant"
rate = "3.6 mL/h"
duration = "{seconds} s"
[[step.step]]
kind = "{kind}"
duration = "5 s"
"""


def program(times: object = 3, seconds: float = 10, kind: str = "hold") -> Program:
    """A loading dose and so many passes of a constant rate and a step of another kind."""
    return parse_recipe(REPEAT.format(times=times, seconds=seconds, kind=kind)).program


def problems(text: str) -> list[str]:
    """What is wrong with a recipe."""
    with pytest.raises(RecipeError) as caught:
        parse_recipe(text)
    return caught.value.lines()


def test_a_repeat_follows_its_segments() -> None:
    """As on the wire: the block once, then how often in all and how many segments back."""
    assert program().segments[1:] == (
        Segment("CONST", 3_600_000, 3_600_000, 0, 200, 2),
        Segment("HOLD", 0, 0, 0, 100, 2),
        Segment("REPEAT", 0, 0, 3, 2, 2),
    )


def test_every_pass_counts() -> None:
    """Volume, time and curve are those of all passes, in order."""
    made = program()
    assert made.total_volume_nl == 100_000 + 3 * 10_000
    assert made.duration_s == 10 + 3 * 15
    kinds = ["BOLUS", "CONST", "HOLD", "CONST", "HOLD", "CONST", "HOLD"]
    assert [segment.kind for segment in made.in_order()] == kinds
    assert [point.time_s for point in made.expected_curve()][2::4] == [10, 25, 40, 55]
    assert made.expected_curve()[-1].volume_nl == made.total_volume_nl


def test_periodic_doses() -> None:
    """A dose, what is left of the period, and how often."""
    text = 'then = "stop"\n[[step]]\nkind = "periodic"\nvolume = "0.1 mL"\nrate = "36 mL/h"\n'
    made = parse_recipe(text + 'every = "1 h"\ntimes = 24').program
    assert made.segments == (
        Segment("BOLUS", 36_000_000, 36_000_000, 100_000, 0, 1),
        Segment("HOLD", 0, 0, 0, 72_000 - 200, 1),
        Segment("REPEAT", 0, 0, 24, 2, 1),
    )
    assert made.duration_s == 24 * 3600
    (line,) = problems(text + 'every = "10 s"\ntimes = 24')
    assert "a dose takes" in line


@pytest.mark.parametrize("times", [1, 2, 9_999, 10_000])
def test_as_often_as_may_be(times: int) -> None:
    """1 to 10,000 times."""
    assert program(times, 1).segments[-1].volume_nl == times


@pytest.mark.parametrize("times", [0, 10_001, -1, 2.5, '"3"', "true"])
def test_a_count_that_is_none(times: object) -> None:
    """Anything else is told, with what was expected."""
    (line,) = problems(REPEAT.format(times=times, seconds=10, kind="hold"))
    assert "expected a whole number from 1 to 10000" in line


def test_no_nesting() -> None:
    """A repeat in a repeat is told, at its place."""
    lines = problems(REPEAT.format(times=3, seconds=10, kind="repeat"))
    assert any("no nesting" in line and ":15:" in line for line in lines)


def test_fourteen_days_with_all_passes() -> None:
    """336 h are taken, a second more is not."""
    text = 'then = "stop"\n[[step]]\nkind = "repeat"\ntimes = 2\n[[step.step]]\nkind = "hold"\n'
    assert parse_recipe(text + 'duration = "7 days"').program.duration_s == 14 * 86_400
    (line,) = problems(text + 'duration = "604800.05 s"')
    assert "most is 336 h" in line


def test_a_repeat_without_steps() -> None:
    """What is missing is said, once."""
    (line,) = problems('then = "stop"\n[[step]]\nkind = "repeat"\ntimes = 2')
    assert "step 1 needs step" in line
