"""`benchpump run`: a recipe on a pump, watched to its end and recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from benchpump.cli import allotment
from benchpump.cli.confirm import confirm_container, container_of, named_container
from benchpump.cli.confirm_soft import named_soft
from benchpump.cli.connect import connected
from benchpump.cli.demo import EmulatedRun, run_emulated
from benchpump.cli.ending import Ending, ending_of, wrap_up
from benchpump.cli.exits import Alarmed, ExitCode, Refused, Unusable, finish
from benchpump.cli.infusion import Infusion, header_of
from benchpump.cli.live import make_display
from benchpump.cli.ports import port_option
from benchpump.cli.profile import limits_in_force, use_profile
from benchpump.cli.provision import SELFTEST_S, past_selftest
from benchpump.cli.recipe import RECIPE_PATH, read_recipe
from benchpump.link.client import Pump
from benchpump.link.messages import ALARMS, Flag, State
from benchpump.link.status import Status
from benchpump.link.tables import PumpError, PumpRefused
from benchpump.recipes import Container, Recipe
from benchpump.recipes.units import Dosing, UnitError, parse_volume_nl
from benchpump.record import End, RunRecorder

POLL_S = 0.5
LOSS_WORDS = {"stop": "STOP", "keep-open": "KEEPOPEN", "standalone": "STANDALONE"}


@click.command()
@click.argument("path", metavar="RECIPE", type=RECIPE_PATH)
@port_option
@click.option("--emulate", is_flag=True, help="On an emulated pump, in virtual time.")
@click.option("--container", "container_name", metavar="NAME", help="Instead of the recipe's.")
@click.option("--cap", metavar="VOLUME", help='Instead of the recipe\'s, such as "4 mL".')
@click.option(
    "--confirm-container",
    "confirmed",
    metavar="NAME",
    help="Confirms the fitted container without asking.",
)
@click.option(
    "--confirm",
    "soft",
    metavar="NAMES",
    help='Confirms these soft limits, such as "rate,bubble", exactly, without asking.',
)
@click.option("--rest", is_flag=True, help="Go on where the loaded program stopped.")
@click.option(
    "--on-host-loss", type=click.Choice(list(LOSS_WORDS)), default="stop", show_default=True,
    help="What the pump does when this program is gone.",
)  # fmt: skip
@click.option(
    "--host-timeout", type=click.FloatRange(0.5, 255), default=5.0, show_default=True,
    metavar="SECONDS", help="After how long without a word it counts as gone.",
)  # fmt: skip
@click.option("--record", type=click.Path(dir_okay=False, path_type=Path), help="Record file.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Report file.")
def run(
    path: Path,
    port: str | None,
    emulate: bool,
    container_name: str | None,
    cap: str | None,
    confirmed: str | None,
    soft: str | None,
    rest: bool,
    on_host_loss: str,
    host_timeout: float,
    record: Path | None,
    report: Path | None,
) -> None:
    """Run RECIPE: load it, confirm the container, arm, start, and watch it to its end.

    The pump draws from its allotment; where none is in force one is made from the recipe's (or the
    given) container and cap, which takes the pump's button. What is above a soft limit of the
    recipe's profile is asked about. Ctrl-C stops the pump.
    """
    recipe = _overridden(read_recipe(path), container_name, cap)
    confirmed_soft = named_soft(soft)
    name = f"{path.stem}-{datetime.now():%Y%m%d-%H%M%S}"
    record = record or Path("out") / f"{name}.jsonl"
    report = report or record.with_suffix(".html")
    if emulate:
        run_emulated(EmulatedRun("auto", 1, recipe, record, report, confirmed=confirmed_soft))
        return
    policy: dict[str, str | int] = {
        "on_host_loss": LOSS_WORDS[on_host_loss], "host_timeout_ms": round(host_timeout * 1000),
    }  # fmt: skip
    with connected(port) as pump:
        _ready(pump)
        allotted = allotment.in_force(pump) or _new_allotment(pump, recipe)
        container = container_of(allotted.container)
        _fits(recipe, container, allotted)
        confirm_container(container, confirmed)
        if recipe.profile is not None and not rest:
            use_profile(pump, recipe.profile)
        limits = limits_in_force(pump, recipe.profile)
        header = header_of(recipe, container, allotted.cap_nl, pump.idn(), limits)
        try:
            with RunRecorder(record) as recorder, make_display(header) as display:
                recorder.add(header)
                nl_per_step = allotted.nl_per_step
                infusion = Infusion(pump, recorder, display, nl_per_step, confirmed_soft)
                ending = _carry_out(infusion, recipe, container, rest, policy)
                recorder.add(End(infusion.tick, ending.outcome, ending.message))
        except (PumpError, Refused):
            wrap_up(record, report)  # what was recorded until then is not lost
            raise
    wrap_up(record, report)
    finish(ending.code)


def _overridden(recipe: Recipe, container: str | None, cap: str | None) -> Recipe:
    if container is not None:
        recipe = replace(recipe, container=named_container(container))
    if cap is not None:
        try:
            recipe = replace(recipe, cap_nl=round(parse_volume_nl(cap, Dosing())))
        except UnitError as error:
            raise Unusable(f"--cap: {error}", 'give it such as --cap "4 mL"') from None
    total_nl = recipe.program.total_volume_nl
    if recipe.cap_nl is not None and total_nl > recipe.cap_nl:
        happened = (
            f"the recipe needs {total_nl / 1e6:.6g} mL, its cap is {recipe.cap_nl / 1e6:g} mL"
        )
        raise Unusable(happened, "shorten the recipe or raise the cap")
    return recipe


def _ready(pump: Pump) -> Status:
    """Refuse early, and say what to do, where the pump cannot run anything."""
    status = pump.wait(past_selftest, timeout_s=SELFTEST_S)
    if status.flags & Flag.UNPROVISIONED:
        raise Refused("the pump was never provisioned", "benchpump provision")
    if status.state in (State.ALARM, State.FAULT):
        name = ALARMS[status.alarm].name if status.alarm in ALARMS else str(status.alarm)
        raise Alarmed(f"alarm {name} is latched", "benchpump status says more; then benchpump ack")
    if status.is_delivering:
        raise Refused("the pump is already running", "wait for its end, or: benchpump stop")
    return status


def _new_allotment(pump: Pump, recipe: Recipe) -> allotment.InForce:
    if recipe.container is None or recipe.cap_nl is None:
        todo = "give --container and --cap, or: benchpump allot"
        raise Refused("no allotment is in force and the recipe does not make one", todo)
    proposed = allotment.propose(pump, recipe.container, recipe.cap_nl)
    made = allotment.confirm(pump, proposed, click.echo)
    pump.wait(past_selftest, timeout_s=SELFTEST_S)
    return made


def _fits(recipe: Recipe, container: Container, allotted: allotment.InForce) -> None:
    if recipe.container is not None and recipe.container.number != container.number:
        happened = (
            f"the allotment in force is for {container.name}, the recipe for"
            f" {recipe.container.name}"
        )
        raise Refused(happened, "make a new allotment: benchpump allot")
    total_nl = recipe.program.total_volume_nl
    if total_nl > allotted.cap_nl:
        happened = (
            f"the recipe needs {total_nl / 1e6:.6g} mL, the allotment's cap is"
            f" {allotted.cap_nl / 1e6:.6g} mL"
        )
        raise Refused(happened, "shorten it, or make a new allotment: benchpump allot")


def _carry_out(
    infusion: Infusion,
    recipe: Recipe,
    container: Container,
    rest: bool,
    policy: Mapping[str, str | int],
) -> Ending:
    """Load, arm, start and watch; whatever happens the record gets its end."""
    try:
        infusion.poll()
        if not rest:
            infusion.load(recipe.program)
        infusion.arm_and_start("REST" if rest else "FRESH", container.name, **policy)
        return ending_of(infusion.watch(POLL_S), infusion.alarms)
    except KeyboardInterrupt:
        infusion.command("stop (Ctrl-C)", infusion.pump.stop)
        last = infusion.poll()
        if last.flags & Flag.KEEP_OPEN:
            return Ending(
                "done", ExitCode.DONE, "the program had ended; keep-open stopped by hand"
            )
        message = "stopped by Ctrl-C; benchpump run with --rest goes on inside the same cap"
        return Ending("stopped", ExitCode.REFUSED, message)
    except (PumpError, Refused) as error:
        outcome = "lost" if isinstance(error, PumpError) else "refused"
        outcome = "refused" if isinstance(error, PumpRefused) else outcome
        infusion.recorder.add(End(infusion.tick, outcome, str(error)))
        raise
