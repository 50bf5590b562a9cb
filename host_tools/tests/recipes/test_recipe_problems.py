"""Bad recipes: clear errors, each with line, column and what was expected, all at once."""

import pytest

from benchpump.recipes import RecipeError, load_recipe, parse_recipe

STEP = '[[step]]\nkind = "constant"\n'


def problems(text: str) -> list[tuple[int, int, str]]:
    """Line, column and message of everything wrong in a recipe."""
    with pytest.raises(RecipeError) as caught:
        parse_recipe(text)
    return [(p.line, p.column, p.message) for p in caught.value.problems]


@pytest.mark.parametrize(
    ("rate", "message"),
    [
        ('"5 mL"', '"5 mL" is a volume; expected a flow rate'),
        ('"5 min"', '"5 min" is a time; expected a flow rate'),
        ('"5"', "is not a number with a unit"),
        ('"0,5 mL/h"', "write a point, not a comma"),
        ('"5 mL/h + 3 mL/h"', "is not a number with a unit"),
        ('"5 parsnips/h"', "unknown unit"),
        ('"2 mg/h"', 'needs a line such as concentration = "1 mg/mL"'),
        ('"2 mL/kg/h"', 'needs a line such as weight = "300 g"'),
        ('"-5 mL/h"', "is not above zero"),
        ('"0 mL/h"', "is not above zero"),
        ('"0.1 nL/h"', "is below the least"),
        ('"500.1 mL/h"', "500.1 mL/h, above the most, 500 mL/h"),
        ('"5 ML/h"', "5e+09 mL/h, above the most"),
        ('"1e999 mL/h"', "above the most"),
        ('"nan mL/h"', "is not a number with a unit"),
        ("5", "5 has no unit"),
        ("true", "in quotes"),
        ("[]", "in quotes"),
        ("2020-01-01", "in quotes"),
    ],
)
def test_bad_rate_is_named_with_its_place(rate: str, message: str) -> None:
    """The place of the value itself, and the unit expected."""
    ((line, column, text),) = problems(f'then = "stop"\n{STEP}rate =   {rate}\nduration = "1 h"')
    assert (line, column) == (4, 10)
    assert message in text
    assert text.startswith("rate: ")


def test_all_problems_at_once_in_order() -> None:
    """One reading shows everything that is wrong."""
    found = problems(
        'cap = "5 furlongs"\nthen = "later"\n'
        '[[step]]\nkind = "bolus"\nvolume = "1 h"\n'
        '[[step]]\nkind = "taper"\nform = "1 mL/h"\nto = "x"\nduration = "-1 s"\n'
    )
    assert [(line, column) for line, column, _ in found] == [
        (1, 7), (2, 8), (4, 1), (5, 10), (7, 1), (8, 1), (9, 6), (10, 12),
    ]  # fmt: skip
    assert "did you mean from?" in found[5][2]


@pytest.mark.parametrize(
    ("cap", "fits"), [("4.999999 mL", False), ("5 mL", True), ("5.000001 mL", True)]
)
def test_over_the_cap(cap: str, fits: bool) -> None:
    """A recipe may use its whole cap and not a nanolitre more."""
    text = f'then = "stop"\ncap = "{cap}"\n{STEP}rate = "5 mL/h"\nduration = "1 h"'
    if fits:
        assert parse_recipe(text).cap_nl is not None
    else:
        ((line, column, message),) = problems(text)
        assert (line, column) == (2, 7)
        assert "the steps need 5 mL" in message


@pytest.mark.parametrize(("syringes", "fits"), [(16, False), (17, True), (18, True)])
def test_a_week_from_small_syringes(syringes: int, fits: bool) -> None:
    """168 mL from 10 mL syringes: one too few is said, with what would help."""
    text = (
        f'container = "BD Plastipak 10 mL"\nsyringes = {syringes}\nthen = "stop"\n{STEP}'
        'rate = "1 mL/h"\nduration = "7 days"\n'
    )
    if fits:
        assert parse_recipe(text).program.total_volume_nl == 168_000_000
        return
    ((line, _, message),) = problems(text)
    assert line == 1
    assert "16 x BD Plastipak 10 mL hold 160 mL" in message
    assert "syringes" in message


@pytest.mark.parametrize("wrong", ["0", "-1", "1.5", "true", '"2"'])
def test_a_number_of_syringes_that_cannot_be(wrong: str) -> None:
    """It is a whole number from 1."""
    text = f'syringes = {wrong}\nthen = "stop"\n{STEP}rate = "1 mL/h"\nduration = "1 h"\n'
    ((line, column, message),) = problems(text)
    assert (line, column) == (1, 12)
    assert "whole number from 1" in message


def test_more_than_the_container_holds() -> None:
    """A container that cannot hold the volume is refused with both figures."""
    text = (
        f'container = "BD Plastipak 3 mL"\nthen = "stop"\n{STEP}rate = "5 mL/h"\nduration = "1 h"'
    )
    ((line, column, message),) = problems(text)
    assert (line, column) == (1, 13)
    assert "need 5 mL" in message
    assert "holds 3 mL" in message


def test_unknown_container_suggests_names() -> None:
    """The nearest names are offered."""
    text = (
        f'container = "BD Plastpak 10mL"\nthen = "stop"\n{STEP}rate = "1 mL/h"\nduration = "1 h"'
    )
    ((_, _, message),) = problems(text)
    assert '"BD Plastipak 10 mL"' in message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", (1, 1)),
        ("then = ", (1, 8)),
        ('then = "stop"\nthen = "stop"', (2, 14)),
        ("\x00\x01\x02", (1, 1)),
        ("step = 3", (1, 1)),
        ('step = [1, 2]\nthen = "stop"', (1, 1)),
        ("[step]\nkind = 3", (1, 2)),
        ("[" * 100_000, (1, 3)),
    ],
)
def test_what_is_no_recipe(text: str, place: tuple[int, int]) -> None:
    """Text that is not TOML, or not a recipe, is refused with a place and never a crash."""
    found = problems(text)
    assert found[0][:2] == place


def test_not_utf8(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A binary file is refused with the place of its first bad byte."""
    path = tmp_path_factory.mktemp("recipe") / "binary.toml"
    path.write_bytes(b'name = "a"\nthen = "\xff\xfe"')
    with pytest.raises(RecipeError) as caught:
        load_recipe(path)
    assert caught.value.lines()[0].endswith(":2:9: not a text file in UTF-8; save it as UTF-8")


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ('kind = "constant"\nrate = "1 mL/h"', 'step 1 needs duration = "90 min"'),
        ('kind = "constant"\nrate = "1 mL/h"\nduration = "1 h"\nvolume = "1 mL"', "has both"),
        ('kind = "constant"\nrate = "1 nL/h"\nvolume = "1 mL"', "most is 336 h"),
        ('kind = "titration"\nrates = []\neach = "1 h"', "expected a list"),
        ('kind = "wobble"', '"wobble" is not known; expected one of'),
        ('kind = "hold"\nduration = "15 days"', "360 h, above the most, 336 h"),
        ('rate = "1 mL/h"', "step 1 needs kind ="),
    ],
)
def test_bad_steps(step: str, message: str) -> None:
    """Each kind of step says what it needs."""
    assert any(message in text for _, _, text in problems(f'then = "stop"\n[[step]]\n{step}'))


def test_keep_open_needs_its_rate() -> None:
    """keep-open without a rate, above its limit, or a rate without keep-open."""
    step = f'{STEP}rate = "30 mL/h"\nduration = "1 h"'
    assert "needs keep_open_rate" in problems(f'then = "keep-open"\n{step}')[0][2]
    high = f'then = "keep-open"\nkeep_open_rate = "20.1 mL/h"\n{step}'
    assert "above the most, 20 mL/h" in problems(high)[0][2]
    assert "only with" in problems(f'then = "stop"\nkeep_open_rate = "1 mL/h"\n{step}')[0][2]
