"""What a fluid allows: `profiles.toml` and its loader."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchpump import tree_root
from benchpump.recipes.catalogue import find, read_catalogue
from benchpump.recipes.document import Located
from benchpump.recipes.fields import Fields
from benchpump.recipes.problems import Problem
from benchpump.recipes.units import UnitError, parse_pressure_pa

# Ranges of the wire, from host_tools/protocol.toml [[command]] PROFILE.
NUMBER_MAX = 65_535
BOLUS_MAX_NL = 100_000_000
PRESSURE_PA = (1_000, 1_000_000)


@dataclass(frozen=True)
class Profile:
    """A fluid's limits, hard (`max_`) and soft, 0 where it has none.

    Rates in nL/h (0..500,000,000), volume in uL, bolus in nL (0..100,000,000), pressure in Pa.
    """

    number: int
    name: str
    max_rate_nl_h: int = 0
    soft_rate_nl_h: int = 0
    soft_volume_ul: int = 0
    soft_bolus_nl: int = 0
    max_pressure_pa: int = 0
    source: str = ""


def profiles_file() -> Path:
    """Where the shipped `profiles.toml` is."""
    return tree_root() / "host_tools" / "profiles.toml"


def load_profiles(path: Path | None = None) -> list[Profile]:
    """Read profiles, the shipped ones without a path.

    Raises RecipeError with every problem and its place, OSError if the file cannot be read.
    """
    return read_catalogue(path or profiles_file(), "profile", _profile)


def find_profile(name: str, profiles: list[Profile]) -> Profile:
    """Return the profile of that name or number. Raises LookupError with the nearest names."""
    return find(name, profiles, "profiles.toml", "benchpump profile list shows them")


def _profile(entry: Located, problems: list[Problem]) -> Profile | None:
    before = len(problems)
    fields = Fields(entry, "this profile", problems)
    number = _number(fields)
    name = fields.text(fields.require("name", '"Water"'), "name", "a text") or ""
    rate_nl_h = _rate(fields, "max_rate")
    soft_rate_nl_h = _rate(fields, "soft_rate")
    volume_nl = fields.volume_nl("soft_volume", required=False) or 0
    bolus_nl = fields.volume_nl("soft_bolus", required=False) or 0
    pressure_pa = _pressure(fields)
    source = fields.text(fields.require("source", '"own"'), "source", "a text") or ""
    fields.reject_unknown()
    _check(fields, rate_nl_h, soft_rate_nl_h, volume_nl, bolus_nl)
    if len(problems) > before:
        return None
    volume_ul = volume_nl // 1000
    return Profile(
        number, name, rate_nl_h, soft_rate_nl_h, volume_ul, bolus_nl, pressure_pa, source
    )


def _number(fields: Fields) -> int:
    field = fields.require("number", "1")
    if field is None:
        return 0
    value: object = field.value
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= NUMBER_MAX:
        return value
    fields.add(field, f"number: {value} is not a whole number of 1..{NUMBER_MAX}")
    return 0


def _rate(fields: Fields, name: str) -> int:
    field = fields.get(name)
    return 0 if field is None else fields.rate_nl_h(name, field) or 0


def _pressure(fields: Fields) -> int:
    field = fields.get("max_pressure")
    text = fields.text(field, "max_pressure", '"70 kPa"')
    if field is None or text is None:
        return 0
    try:
        pressure_pa = int(parse_pressure_pa(text))
    except UnitError as problem:
        fields.add(field, f"max_pressure: {problem}")
        return 0
    low, high = PRESSURE_PA
    if not low <= pressure_pa <= high:
        fields.add(field, f'max_pressure: "{text}" is outside {low / 1e3:g}..{high / 1e3:g} kPa')
    return pressure_pa


def _check(
    fields: Fields, rate_nl_h: int, soft_rate_nl_h: int, volume_nl: int, bolus_nl: int
) -> None:
    soft_rate = fields.get("soft_rate")
    if soft_rate is not None and rate_nl_h and soft_rate_nl_h > rate_nl_h:
        fields.add(soft_rate, "soft_rate: is above max_rate, which already refuses it")
    volume = fields.get("soft_volume")
    if volume is not None and 0 < volume_nl < 1000:
        fields.add(volume, "soft_volume: is below the least, 1 uL")
    bolus = fields.get("soft_bolus")
    if bolus is not None and bolus_nl > BOLUS_MAX_NL:
        fields.add(bolus, "soft_bolus: is above the most, 100 mL")
