"""`benchpump profile`: a fluid's limits on the pump, and what `benchpump run` does with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from benchpump.cli.connect import connected
from benchpump.cli.exits import ExitCode, Unusable, finish
from benchpump.cli.ports import port_option
from benchpump.link.client import Pump
from benchpump.recipes import Profile, RecipeError, find_profile, load_profiles

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_file_option = click.option("--file", "path", type=_FILE, help="Instead of the shipped profiles.")


@dataclass(frozen=True)
class LimitsShown:
    """The rate limit in force, what binds it, and the active profile ("none active")."""

    rate_nl_h: int
    binds: str
    profile: str


def limits_in_force(pump: Pump, profile: Profile | None = None) -> LimitsShown:
    """Ask the pump; the profile is named where its number is that of `profile`."""
    answer = pump.limits()
    active = answer.text("active")
    if active == "none":
        shown = "none active"
    elif profile is not None and active == str(profile.number):
        shown = f"{profile.name} ({active})"
    else:
        shown = f"number {active}"
    return LimitsShown(answer.number("rate_nl_h"), answer.text("binds"), shown)


def use_profile(pump: Pump, profile: Profile) -> None:
    """Make it the pump's active profile."""
    pump.profile(
        profile.number,
        rate_nl_h=profile.max_rate_nl_h,
        soft_rate_nl_h=profile.soft_rate_nl_h,
        soft_volume_ul=profile.soft_volume_ul,
        soft_bolus_nl=profile.soft_bolus_nl,
        pressure_pa=profile.max_pressure_pa,
    )


def describe_profile(profile: Profile) -> str:
    """Its limits in one line."""
    limits = (
        ("at most", profile.max_rate_nl_h, 1e6, "mL/h"),
        ("threshold at most", profile.max_pressure_pa, 1e3, "kPa"),
        ("asks above", profile.soft_rate_nl_h, 1e6, "mL/h"),
        ("above", profile.soft_volume_ul, 1e3, "mL a run"),
        ("above", profile.soft_bolus_nl, 1e6, "mL a bolus"),
    )
    said = [f"{text} {value / scale:g} {unit}" for text, value, scale, unit in limits if value]
    return ", ".join(said) or "limits nothing"


@click.group("profile")
def profile_group() -> None:
    """List profiles of fluids, make one the pump's active one, or clear it."""


@profile_group.command("list")
@_file_option
def list_(path: Path | None) -> None:
    """List the profiles that a recipe may name."""
    for profile in _profiles(path):
        click.echo(f"{profile.number:>5}  {profile.name}: {describe_profile(profile)}")


@profile_group.command("set")
@click.argument("name")
@_file_option
@port_option
def set_(name: str, path: Path | None, port: str | None) -> None:
    """Make profile NAME active until it is cleared or the pump restarts."""
    try:
        profile = find_profile(name, _profiles(path))
    except LookupError as error:
        raise Unusable(str(error.args[0]), "benchpump profile list shows them") from None
    with connected(port) as pump:
        use_profile(pump, profile)
        now = limits_in_force(pump, profile)
    click.echo(f"Profile {now.profile}: {describe_profile(profile)}")
    click.echo(f"Rate at most {now.rate_nl_h / 1e6:g} mL/h, bound by {now.binds}")


@profile_group.command()
@port_option
def clear(port: str | None) -> None:
    """No profile is active any more."""
    with connected(port) as pump:
        pump.profile_clear()
        now = limits_in_force(pump)
    click.echo(f"No profile; rate at most {now.rate_nl_h / 1e6:g} mL/h, bound by {now.binds}")


def _profiles(path: Path | None) -> list[Profile]:
    try:
        return load_profiles(path)
    except RecipeError as error:
        for line in error.lines():
            click.echo(line, err=True)
        finish(ExitCode.USAGE)
