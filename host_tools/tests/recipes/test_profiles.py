"""Profiles of fluids: the shipped table, the loader, and recipes that name one."""

from pathlib import Path

import pytest

from benchpump.recipes import RecipeError, find_profile, load_profiles, load_recipe, parse_recipe

FULL = """
[[profile]]
number = 65535
name = "Dye"
max_rate = "20 mL/h"
max_pressure = "10 psi"
soft_rate = "20 mL/h"
soft_volume = "1.5 mL"
soft_bolus = "100 mL"
source = "own"
"""
RECIPE = """
profile = "{name}"
then = "stop"
[[step]]
kind = "constant"
rate = "{rate}"
duration = "1 min"
"""


def written(folder: Path, text: str) -> Path:
    """A profiles file with that text."""
    path = folder / "profiles.toml"
    path.write_text(text)
    return path


def faults(folder: Path, text: str) -> str:
    """Everything that is found wrong in it."""
    with pytest.raises(RecipeError) as caught:
        load_profiles(written(folder, text))
    return "\n".join(caught.value.lines())


def test_the_shipped_profiles_are_usable() -> None:
    """Every one has a source and limits that go together; names and numbers are found."""
    profiles = load_profiles()
    assert all(profile.source for profile in profiles)
    assert find_profile(profiles[0].name.upper(), profiles) is profiles[0]
    assert find_profile("2", profiles).number == 2


def test_units_become_those_of_the_wire(tmp_path: Path) -> None:
    """nL/h, uL, nL and Pa, with the largest number and bolus that the wire takes."""
    (profile,) = load_profiles(written(tmp_path, FULL))
    assert (profile.number, profile.max_rate_nl_h, profile.soft_rate_nl_h) == (
        65_535, 20_000_000, 20_000_000,
    )  # fmt: skip
    assert (profile.soft_volume_ul, profile.soft_bolus_nl) == (1500, 100_000_000)
    assert profile.max_pressure_pa == 68_947  # 10 psi, rounded down: it is a most


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("65535", "65536", "3:10: number: 65536 is not a whole number of 1..65535"),
        ("65535", "0", "number: 0 is not a whole number"),
        ('"100 mL"', '"100.000001 mL"', "9:14: soft_bolus: is above the most, 100 mL"),
        ('"1.5 mL"', '"0.999 uL"', "8:15: soft_volume: is below the least, 1 uL"),
        ('soft_rate = "20 mL/h"', 'soft_rate = "20.000001 mL/h"', "soft_rate: is above max_rate"),
        ('"10 psi"', '"10 mL"', '"10 mL" is a volume; expected a pressure such as "70 kPa"'),
        ('"10 psi"', '"0.999 kPa"', "is outside 1..1000 kPa"),
        ('"10 psi"', '"1000.001 kPa"', "is outside 1..1000 kPa"),
        ("soft_rate", "softrate", "unknown field softrate; did you mean soft_rate?"),
        ('source = "own"', "", "this profile needs source"),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    """Each limit just beyond its edge, a wrong unit, a slip in a name."""
    assert message in faults(tmp_path, FULL.replace(old, new))


def test_edges_that_are_taken(tmp_path: Path) -> None:
    """The other side of every edge above."""
    for old, new in (
        ("65535", "1"),
        ('"100 mL"', '"99.999999 mL"'),
        ('"1.5 mL"', '"1 uL"'),
        ('soft_rate = "20 mL/h"', 'soft_rate = "19.999999 mL/h"'),
        ('"10 psi"', '"1 kPa"'),
        ('"10 psi"', '"1000 kPa"'),
        ('max_rate = "20 mL/h"\n', ""),
    ):
        assert len(load_profiles(written(tmp_path, FULL.replace(old, new)))) == 1


def test_no_two_alike(tmp_path: Path) -> None:
    """Number or name used twice, a name that is another's number, an empty file: refused."""
    assert "used twice" in faults(tmp_path, FULL + FULL.replace("Dye", "Ink"))
    assert "used twice" in faults(tmp_path, FULL + FULL.replace("65535", "1"))
    assert "14:8: name 65535 is used twice" in faults(
        tmp_path, FULL + FULL.replace("65535", "1").replace("Dye", "65535")
    )
    assert "at least one" in faults(tmp_path, "")


def test_a_recipe_names_one(tmp_path: Path) -> None:
    """Found in the file beside the recipe; its hard rate holds at the edge, softly nothing is."""
    written(tmp_path, FULL)
    path = tmp_path / "r.toml"
    for rate in ("19.999999 mL/h", "20 mL/h"):
        path.write_text(RECIPE.format(name="dye", rate=rate))
        recipe = load_recipe(path)
        assert recipe.profile is not None
        assert recipe.profile.number == 65_535
    path.write_text(RECIPE.format(name="dye", rate="20.0001 mL/h"))
    with pytest.raises(
        RecipeError, match=r"r.toml:2:11: profile: the steps reach 20.0001 mL/h, Dye"
    ):
        load_recipe(path)


def test_an_unknown_profile_suggests_the_nearest() -> None:
    """Without a file beside it the shipped ones are meant."""
    with pytest.raises(RecipeError, match=r'"Watr, bench" is not in profiles.toml; .*"Wate'):
        parse_recipe(RECIPE.format(name="Watr, bench", rate="1 mL/h"))
    assert parse_recipe(RECIPE.format(name="water, bench", rate="1 mL/h")).profile
