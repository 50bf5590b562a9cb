"""What ran becomes a recipe that runs the same."""

import pytest

from benchpump.link.answers import Stretch
from benchpump.recipes import parse_recipe
from benchpump.recipes.from_run import recipe_text


def run_of(*entries: tuple[int, int, int, int], ticks: int) -> list[tuple[str, int, int, int]]:
    """Kind, rates and ticks of every segment of the recipe that these stretches become."""
    text = recipe_text("again", [Stretch(*entry) for entry in entries], ticks)
    return [
        (one.kind, one.rate_nl_h, one.end_rate_nl_h, one.duration_ticks)
        for one in parse_recipe(text).program.in_order()
    ]


def test_changes_become_steps() -> None:
    """A titration, a hold, nothing for a while: each with its ticks and its exact rate."""
    made = run_of((0, 0, 5_000_001, 0), (0, 33, 5_500_000, 1), (1, 100, 0, 0), ticks=141)
    assert made == [
        ("CONST", 5_000_001, 5_000_001, 33),
        ("CONST", 5_500_000, 5_500_000, 67),
        ("HOLD", 0, 0, 41),
    ]


@pytest.mark.parametrize(("ticks", "end"), [(200, 3000), (199, 2990), (50, 1500)])
def test_a_ramp_ends_where_it_came_to(ticks: int, end: int) -> None:
    """In full, or cut short by the end of the run."""
    made = run_of((0, 0, 1000, 0), (0, 200, 3000, 4), ticks=ticks)
    assert made == [("RAMP", 1000, end, ticks)]


def test_a_ramp_that_was_held() -> None:
    """It ends at the rate that was held."""
    made = run_of((0, 0, 1000, 0), (0, 200, 3000, 4), (0, 100, 2000, 2), ticks=300)
    assert made == [("RAMP", 1000, 2000, 100), ("CONST", 2000, 2000, 200)]


def test_passes_as_they_were() -> None:
    """A change in the third pass: two alike, the changed one, and those after it."""
    made = run_of(
        (0, 0, 900, 0), (1, 50, 100, 0), (2, 60, 200, 0), (1, 70, 100, 5), (1, 92, 110, 1),
        (2, 100, 200, 0), (1, 110, 100, 0), (2, 120, 200, 0), (1, 130, 100, 5), (4, 210, 300, 0),
        ticks=215,
    )  # fmt: skip
    one_pass = [("CONST", 100, 100, 10), ("CONST", 200, 200, 10)]
    changed = [("CONST", 100, 100, 2), ("CONST", 110, 110, 8), ("CONST", 200, 200, 10)]
    last = ("CONST", 300, 300, 5)
    assert made == [("CONST", 900, 900, 50), *one_pass * 2, *changed, *one_pass * 5, last]


def test_a_run_that_ended_in_a_pass() -> None:
    """Two passes and a half: the half is there, and no more."""
    made = run_of((0, 0, 100, 0), (1, 10, 0, 0), (0, 20, 100, 5), ticks=57)
    one_pass = [("CONST", 100, 100, 10), ("HOLD", 0, 0, 10)]
    assert made == [*one_pass * 2, ("CONST", 100, 100, 10), ("HOLD", 0, 0, 7)]


def test_keep_open_rate() -> None:
    """What follows the segments is said as such, with its rate."""
    entries = [Stretch(0, 0, 2_000_000, 0), Stretch(1, 100, 500_000, 3)]
    made = parse_recipe(recipe_text("again", entries, 400)).program
    assert (made.duration_ticks, made.then, made.keep_open_rate_nl_h) == (100, "KEEPOPEN", 500_000)


def test_nothing_was_run() -> None:
    """There is no recipe of it."""
    with pytest.raises(ValueError, match="nothing was run"):
        recipe_text("again", [], 0)
