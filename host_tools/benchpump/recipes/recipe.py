"""A whole recipe: TOML text in, a checked program out, or every problem at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchpump.recipes.containers import Container, find_container, load_containers
from benchpump.recipes.document import Located, parse_document, read_document
from benchpump.recipes.fields import Fields
from benchpump.recipes.problems import Problem, RecipeError
from benchpump.recipes.profiles import Profile, find_profile, load_profiles
from benchpump.recipes.program import (
    DURATION_MAX_TICKS,
    KEEP_OPEN_MAX_NL_H,
    TICKS_PER_HOUR,
    Program,
)
from benchpump.recipes.steps import KINDS, segments_of
from benchpump.recipes.units import Dosing, UnitError, parse_concentration, parse_weight

_Parsed = TypeVar("_Parsed")


@dataclass(frozen=True)
class Recipe:
    """A recipe that can run: its program; container, cap (nL) and profile if it names them."""

    name: str
    file: str
    program: Program
    container: Container | None = None
    cap_nl: int | None = None
    profile: Profile | None = None


def load_recipe(path: str | Path, containers: list[Container] | None = None) -> Recipe:
    """Read a recipe file. Profiles are those of a `profiles.toml` beside it, else the shipped.

    Raises RecipeError with every problem and its place, OSError if the file cannot be read.
    """
    beside = Path(path).with_name("profiles.toml")
    document = read_document(Path(path), str(path))
    return _build(document, str(path), containers, beside if beside.is_file() else None)


def parse_recipe(
    text: str, file: str = "recipe", containers: list[Container] | None = None
) -> Recipe:
    """Turn the text of a recipe into a checked program.

    Raises RecipeError with every problem and its place.
    """
    return _build(parse_document(text, file), file, containers)


def _build(
    document: Located,
    file: str,
    containers: list[Container] | None,
    profiles: Path | None = None,
) -> Recipe:
    problems: list[Problem] = []
    fields = Fields(document, "the recipe", problems)
    name = fields.text(fields.get("name"), "name", "a text") or Path(file).stem
    fields.dosing = Dosing(
        _parsed(fields, "concentration", '"1 mg/mL"', parse_concentration),
        _parsed(fields, "weight", '"300 g"', parse_weight),
    )
    container = _container(fields, load_containers() if containers is None else containers)
    profile = _profile(fields, profiles)
    syringes = fields.count_or("syringes", 1)
    cap_nl = fields.volume_nl("cap", required=False)
    segments = segments_of(fields, KINDS)
    then = fields.word("then", ["stop", "keep-open"])
    keep_open_nl_h = _keep_open(fields, then)
    fields.reject_unknown()
    program = Program(tuple(segments), "KEEPOPEN" if keep_open_nl_h else "STOP", keep_open_nl_h)
    if not problems:
        _check_volume(fields, program, cap_nl, container, syringes)
        _check_rate(fields, program, container, profile)
        _check_duration(fields, program)
    if problems:
        raise RecipeError(file, problems)
    return Recipe(name, file, program, container, cap_nl, profile)


def _parsed(
    fields: Fields, name: str, example: str, parse: Callable[[str], _Parsed]
) -> _Parsed | None:
    field = fields.get(name)
    text = fields.text(field, name, example)
    if field is None or text is None:
        return None
    try:
        return parse(text)
    except UnitError as problem:
        fields.add(field, f"{name}: {problem}")
        return None


def _container(fields: Fields, containers: list[Container]) -> Container | None:
    field = fields.get("container")
    name = fields.text(field, "container", 'a name such as "BD Plastipak 10 mL"')
    if field is None or name is None:
        return None
    try:
        return find_container(name, containers)
    except LookupError as error:
        fields.add(field, f"container: {error.args[0]}")
        return None


def _profile(fields: Fields, profiles: Path | None) -> Profile | None:
    field = fields.get("profile")
    name = fields.text(field, "profile", 'a name such as "Water, bench"')
    if field is None or name is None:
        return None
    try:
        return find_profile(name, load_profiles(profiles))
    except LookupError as error:
        fields.add(field, f"profile: {error.args[0]}")
        return None


def _keep_open(fields: Fields, then: str | None) -> int:
    name = "keep_open_rate"
    field = fields.get(name)
    if then != "keep-open":
        if field is not None and then == "stop":
            fields.add(field, f'{name} is used only with then = "keep-open"')
        return 0
    rate_nl_h = fields.rate_nl_h(name)
    if rate_nl_h is not None and rate_nl_h > KEEP_OPEN_MAX_NL_H and field is not None:
        fields.add(field, f"{name}: {rate_nl_h / 1e6:g} mL/h is above the most, 20 mL/h")
    return rate_nl_h or 0


def _check_rate(
    fields: Fields, program: Program, container: Container | None, profile: Profile | None
) -> None:
    """The hard limits that the recipe itself names; the pump has more."""
    peak_nl_h = program.peak_rate_nl_h
    for name, entry, most_nl_h in (
        ("container", container, container.rate_max_nl_h if container else 0),
        ("profile", profile, profile.max_rate_nl_h if profile else 0),
    ):
        field = fields.get(name)
        if field is not None and entry is not None and 0 < most_nl_h < peak_nl_h:
            fields.add(
                field,
                f"{name}: the steps reach {peak_nl_h / 1e6:.6g} mL/h, {entry.name} allows"
                f" {most_nl_h / 1e6:g} mL/h",
            )


def _check_duration(fields: Fields, program: Program) -> None:
    steps = fields.get("step")
    if steps is not None and program.duration_ticks > DURATION_MAX_TICKS:
        hours = program.duration_ticks / TICKS_PER_HOUR
        fields.add(steps, f"step: all steps take {hours:g} h with their repeats; most is 336 h")


def _check_volume(
    fields: Fields,
    program: Program,
    cap_nl: int | None,
    container: Container | None,
    syringes: int,
) -> None:
    total_nl = program.total_volume_nl
    cap = fields.get("cap")
    if cap is not None and cap_nl is not None and total_nl > cap_nl:
        over_nl = total_nl - cap_nl
        fields.add(
            cap,
            f"cap: the steps need {total_nl / 1e6:.6g} mL, {over_nl / 1e6:.6g} mL above the cap of"
            f" {cap_nl / 1e6:g} mL; shorten them or raise the cap",
        )
    named = fields.get("container")
    if named is None or container is None:
        return
    if container.nl_per_revolution and syringes > 1:
        fields.add(named, "syringes: tubing is not changed in mid-run; leave it out")
    elif total_nl > syringes * container.capacity_nl:
        name = container.name
        held = f"{name} holds" if syringes == 1 else f"{syringes} x {name} hold"
        fields.add(
            named,
            f"container: the steps need {total_nl / 1e6:.6g} mL and {held}"
            f" {syringes * container.capacity_nl / 1e6:g} mL; use a larger one, shorten them, or"
            " say with syringes = 2 (or more) that it is changed in mid-run",
        )
