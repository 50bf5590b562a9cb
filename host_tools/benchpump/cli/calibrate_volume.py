"""`benchpump calibrate volume`: steps per mL, by weighing what comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import click

from benchpump.board.data import BoardDataError
from benchpump.cli import allotment
from benchpump.cli.by_hand import parse_stroke
from benchpump.cli.conclude import conclude, refuse
from benchpump.cli.config_file import field_named
from benchpump.cli.confirm import container_of
from benchpump.cli.connect import connected
from benchpump.cli.exits import Refused, Unusable
from benchpump.cli.ports import port_option
from benchpump.cli.rig_record import Keeping, record_options, told
from benchpump.commissioning import gravimetry, nominal
from benchpump.commissioning.amounts import mass_mg
from benchpump.commissioning.delivering import DeliveryError, deliver
from benchpump.commissioning.gravimetry import Bench, Run, VolumeResult
from benchpump.commissioning.implausible import ImplausibleError
from benchpump.link.client import Pump
from benchpump.recipes import Container

FIELD = "calibration_ppm"
SETTLE_SHARE = 20  # of a run's steps that go before the first, to take up play (own)
MOST_NL = 100_000_000
EXAMPLE = 'benchpump calibrate volume "1 mL" "50 mL/h" --temperature 21.5 --resolution "1 mg"'


@click.command()
@click.argument("volume", default="1 mL")
@click.argument("rate", default="50 mL/h")
@port_option
@record_options
@click.option("--runs", type=click.IntRange(gravimetry.RUNS_MIN), default=3, show_default=True)
@click.option("--temperature", type=float, required=True, help="Of the liquid, in °C.")
@click.option("--resolution", required=True, metavar="MASS", help='One digit: "1 mg".')
@click.option(
    "--scale-error", metavar="MASS", help="The most the scale may be off; default: two digits."
)
@click.option("--air-pressure", type=float, default=1013.25, show_default=True, help="In hPa.")
@click.option("--humidity", type=float, default=50.0, show_default=True, help="In percent.")
@click.option(
    "--evaporation",
    metavar="MASS",
    default="0 mg",
    help="What the beaker loses in a minute; watch it for ten.",
)
@click.option("--density", type=float, help="Of the liquid in kg/m3; default: water.")
@click.option("--yes", is_flag=True, help="Delivers and writes without asking.")
def volume(
    volume: str, rate: str, port: str | None, runs: int, temperature: float, resolution: str,
    scale_error: str | None, air_pressure: float, humidity: float, evaporation: str,
    density: float | None, yes: bool, **keeping: Any,
) -> None:  # fmt: skip
    """Deliver VOLUME ("1 mL") at RATE ("50 mL/h") into a beaker on a scale, several times.

    You type what the scale shows; do not tare it in between. The outlet dips into the liquid, or
    hangs so that no drop is left. Counted against the cap. Refused when it cannot be right.
    """
    stroke = parse_stroke(volume, rate, MOST_NL, "1 uL to 100 mL at 0.1 to 500 mL/h", EXAMPLE)
    digit_mg = _mass("--resolution", resolution)
    off_mg = _mass("--scale-error", scale_error) if scale_error else 2 * digit_mg
    bench = Bench(
        temperature, digit_mg, off_mg, air_pressure, humidity, _mass("--evaporation", evaporation),
        density,
    )  # fmt: skip
    try:
        bench.check()
    except ValueError as error:
        raise Unusable(str(error), f"for instance: {EXAMPLE}") from None
    keep = Keeping(**keeping)
    with connected(port) as pump:
        identity = pump.idn()
        folder = keep.usable_folder(port, identity)
        container, nominal_pl, per_run, pl = _what_to_deliver(pump, identity, stroke.volume_nl)
        settle = max(1, per_run // SETTLE_SHARE)
        _check_left(pump, settle + runs * per_run, pl)
        ml = per_run * pl / 1e9
        click.echo(
            f"{runs} deliveries of {ml:.4f} mL from {container.name}, {settle * pl / 1e9:.4f} mL"
            " before them to take up play. Beaker and outlet in place?"
        )
        if not yes and not click.confirm("Start?"):
            raise Refused("not calibrated", "run it again and answer y, or add --yes")
        content = keep.head(pump, port) | {
            "container": container.name,
            "rate_nl_h": stroke.rate_nl_h,
            "allotment": _in_force(pump).identity,
            "nominal_pl_per_step": nominal_pl,
            "before_ppm": pump.config_get(field_named(FIELD).index),
        }

        def weighed() -> list[Run]:
            deliver(pump, settle, pl, stroke.rate_nl_h)
            return _weigh(pump, runs, per_run, pl, stroke.rate_nl_h)

        made = _delivered(weighed)
        content |= {"bench": {k: v for k, v in asdict(bench).items() if v is not None}}
        content |= {"run": [asdict(run) for run in made]}
        try:
            result = gravimetry.calibrate(made, bench, nominal_pl)
        except ImplausibleError as error:
            refuse(folder, "volume", content, error)
        _show(result)
        content |= _told(result, bench)
        path = conclude(pump, folder, "volume", content, FIELD, result.calibration_ppm, yes)
    click.echo(f"Record: {told(path)}. Next: a new allotment takes it over: benchpump allot")


def _mass(option: str, text: str) -> float:
    try:
        return mass_mg(text)
    except ValueError as error:
        raise Unusable(f"{option}: {error}", 'for instance: "1 mg"') from None


def _in_force(pump: Pump) -> allotment.InForce:
    made = allotment.in_force(pump)
    if made is None:
        raise Refused("there is no allotment to deliver from", "make one: benchpump allot")
    return made


def _what_to_deliver(pump: Pump, identity: str, volume_nl: int) -> tuple[Container, int, int, int]:
    """Container, geometric pL per step, steps of a run, pL per step of the allotment."""
    made = _in_force(pump)
    container = container_of(made.container)
    try:
        board = nominal.board_of(identity)
        nominal_pl = nominal.pl_per_step(board, container)
    except (LookupError, BoardDataError) as error:
        todo = "use the host tools that the board was flashed with"
        raise Refused(str(error.args[0]), todo) from None
    low, high = gravimetry.CALIBRATION_PPM
    if not low <= round(made.pl_per_step / nominal_pl * gravimetry.PPM) <= high:
        raise Refused(
            f"the pump counts {made.pl_per_step} pL a step, this board.toml makes it {nominal_pl}",
            "use the host tools and board.toml that the board was flashed with",
        )
    steps = nominal.whole_steps(board, max(1, volume_nl * 1000 // made.pl_per_step))
    return container, nominal_pl, steps, made.pl_per_step


def _check_left(pump: Pump, steps: int, pl_per_step: int) -> None:
    left = pump.status().cap_left_steps
    if steps > left:
        raise Refused(
            f"it takes {steps * pl_per_step / 1e9:.3f} mL, the cap has"
            f" {left * pl_per_step / 1e9:.3f} mL left",
            "smaller runs, or a new allotment: benchpump allot",
        )


def _delivered(weighed: Callable[[], list[Run]]) -> list[Run]:
    try:
        return weighed()
    except DeliveryError as error:
        raise Refused(str(error), "benchpump status says more; then again") from None


def _weigh(pump: Pump, runs: int, steps: int, pl_per_step: int, rate_nl_h: int) -> list[Run]:
    made: list[Run] = []
    before_mg = _ask_mass("Scale now")
    read_s = pump.clock.now_s()
    for number in range(1, runs + 1):
        delivered = deliver(pump, steps, pl_per_step, rate_nl_h)
        after_mg = _ask_mass(f"Scale after run {number} of {runs}, once it is steady")
        now_s = pump.clock.now_s()
        # What was written is what is reckoned with: masses as typed, seconds to a tenth.
        gained_mg = round(after_mg - before_mg, 6)
        made.append(Run(delivered.steps, gained_mg, round(now_s - read_s, 1)))
        before_mg, read_s = after_mg, now_s
    return made


def _ask_mass(text: str) -> float:
    while True:
        try:
            return mass_mg(click.prompt(f"{text} (mg, or with unit)", type=str))
        except ValueError as error:
            click.echo(f"  {error}")


def _show(result: VolumeResult) -> None:
    for component in result.components:
        click.echo(f"  {component.name:<14} {component.standard:8.1f} ppm")
    sigma = result.uncertainty
    click.echo(
        f"{result.pl_per_step / 1e3:.4f} nL a step, {1e9 / result.pl_per_step:.3f} steps per mL:"
        f" {result.calibration_ppm} ppm of the geometry,\n  ± {result.expanded_ppm} ppm"
        f" (k = {sigma.factor:g}, 95.45 %); spread of the runs {result.spread_ppm} ppm"
    )


def _told(result: VolumeResult, bench: Bench) -> dict[str, Any]:
    sigma = result.uncertainty
    return {
        "result": {
            "calibration_ppm": result.calibration_ppm,
            "pl_per_step": round(result.pl_per_step, 3),
            "steps_per_ml": round(1e9 / result.pl_per_step, 4),
            "z_ul_per_mg": round(bench.z_ul_per_mg, 7),
            "spread_ppm": result.spread_ppm,
            "standard_ppm": round(sigma.standard, 1),
            "coverage_factor": sigma.factor,
            "expanded_ppm": result.expanded_ppm,
        },
        "budget": [
            {"name": one.name, "standard_ppm": round(one.standard, 1)} for one in result.components
        ],
    }
